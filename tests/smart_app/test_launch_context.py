"""Where a launch leads: to the gap of a card that was shown for this patient to this user, or to the top."""

from __future__ import annotations

import json

import pytest

from tests.smart_app.launching import launch

CARD = "5f0c7f4e-6a5b-4c1d-9e2f-3a8b7c6d5e4f"
USER = "Practitioner/7"


def shown(
    app,
    *,
    host_ehr="riverside",
    patient="p1",
    user=USER,
    card=CARD,
    rule="rule",
    rests_on=("Observation/o1",),
) -> None:
    """What a CDS call leaves behind: the issued card, and the audit of the call."""
    wiring = app.extensions["throughline"]
    wiring.feedback.issued(host_ehr, "throughline-patient-view", "h1", [(card, rule, "1")], user)
    wiring.audit.record(
        host_ehr=host_ehr,
        actor=user,
        action="cds-call",
        patient_id=patient,
        detail={"cards": [{"uuid": card, "rule": f"{rule}:1", "resources": list(rests_on)}]},
    )


def place(browser, ehr, **told) -> str:
    """The fragment a launch that is told this ends at."""
    ehr.change_tokens = lambda answer: answer | told
    return launch(browser, ehr).location.partition("/#")[2]


def context(**values) -> str:
    return json.dumps({"card": CARD, "measure": "CMS2"} | values)


def test_a_card_that_was_shown_leads_to_its_gap(app, browser, ehr):
    shown(app)

    assert place(browser, ehr, appContext=context()) == "gap-CMS2"


def form_at(browser, ehr, **told) -> str:
    """What follows the chart's address where a launch ends that is told this."""
    ehr.change_tokens = lambda answer: answer | told
    return launch(browser, ehr).location.partition("/chart/")[2].partition("/")[2]


@pytest.mark.parametrize(
    ("item", "leads_to"),
    [
        ("assessment/c-ssrs-screener", "assess/c-ssrs-screener"),
        ("assessment/none-of-ours", "#gap-CMS2"),
        ("assessment/../../staff", "#gap-CMS2"),
        ("other/phq-9", "#gap-CMS2"),
        (7, "#gap-CMS2"),
    ],
)
def test_a_card_that_opens_an_assessment_leads_to_its_form(app, browser, ehr, item, leads_to):
    shown(app)

    assert form_at(browser, ehr, appContext=context(item=item)) == leads_to


def test_the_card_of_a_risk_leads_to_the_risk(app, browser, ehr):
    shown(app)

    assert form_at(browser, ehr, appContext=context(measure="risk", item="risk")) == "#risk"


@pytest.mark.parametrize(
    ("item", "leads_to"),
    [("order/qt-pair", f"?card={CARD}#card"), ("order/none-of-ours", ""), ("order/", ""), ("orders", "")],
)
def test_the_card_of_an_order_is_told_where_it_leads_to(app, browser, ehr, item, leads_to):
    shown(app, rule="qt-pair")

    assert form_at(browser, ehr, appContext=context(measure="qt-pair", item=item)) == leads_to


def test_a_risk_or_an_order_of_a_card_that_was_not_shown_leads_to_the_top(app, browser, ehr):
    shown(app, patient="p2")

    for item in ("risk", "order/qt-pair"):
        assert form_at(browser, ehr, appContext=context(measure=item, item=item)) == ""


def test_an_assessment_of_a_card_that_was_not_shown_is_not_opened(app, browser, ehr):
    shown(app, patient="p2")

    assert form_at(browser, ehr, appContext=context(item="assessment/phq-9")) == ""


@pytest.mark.parametrize(
    "else_where",
    [
        {"host_ehr": "lakeside"},
        {"patient": "p2"},
        {"user": "Practitioner/8"},
        {"card": "0b9d8c7a-1e2f-4a3b-8c4d-5e6f7a8b9c0d"},
    ],
)
def test_a_card_of_another_ehr_patient_or_user_leads_nowhere(app, browser, ehr, else_where):
    shown(app, **else_where)

    assert place(browser, ehr, appContext=context()) == ""


@pytest.mark.parametrize(
    "told",
    [
        "gap-17",
        "{",
        "[1]",
        "null",
        '{"card": 7, "measure": "CMS2"}',
        '{"measure": "CMS2"}',
        context(measure="CMS999"),
        context(measure="//evil.example.org"),
        context(measure=["CMS2"]),
        context(card="%"),
        context(card=CARD.upper()),
        {"card": CARD},
        "x" * 5000,
    ],
)
def test_anything_else_is_ignored_quietly(app, browser, ehr, told):
    shown(app)

    assert place(browser, ehr, appContext=told) == ""


@pytest.mark.parametrize(
    ("intent", "at"),
    [("gaps", "gaps"), ("timeline", "timeline"), ("reconcile", ""), (["gaps"], ""), ("#x", "")],
)
def test_an_intent_is_one_of_a_few_words(browser, ehr, intent, at):
    assert place(browser, ehr, intent=intent) == at


def test_the_card_goes_before_the_intent(app, browser, ehr):
    shown(app)

    assert place(browser, ehr, appContext=context(), intent="timeline") == "gap-CMS2"
