"""What a card says and proves, patient by patient."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import orjson
import pytest

from cds_service.cards import Origin, due_cards
from cds_service.wiring import Wiring
from cds_service.wording import day
from measures.library.cms2_depression_screening import (
    ADULT_SCREEN,
    FOLLOW_UP,
    NEGATIVE,
    POSITIVE,
    VISIT,
)
from measures.library.cms122_glycemic_status import A1C, DIABETES
from measures.library.cms165_blood_pressure import HYPERTENSION
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.cds_service.calls import BASE_URL, TODAY, CdsClient, of_measure, prefetch, view
from tests.clinic import all_but, chart, diagnosed, observed, pressure, referred, visit

SEEN = visit(OFFICE, "2026-03-10", id="visit-1")
DIABETIC = diagnosed(DIABETES, "2019-04-01", category="encounter-diagnosis", id="diabetes-1")
HYPERTENSIVE = diagnosed(HYPERTENSION, "2019-04-01", id="hypertension-1")
BH_VISIT = visit(VISIT, "2026-03-10", id="visit-2")
REFERRAL = FOLLOW_UP[ADULT_SCREEN][1]

SUMMARIES: dict[str, tuple[list[dict[str, Any]], str]] = {
    "A1c last year": (
        [SEEN, DIABETIC, observed(A1C, "2025-08-12", value=8.2)],
        "No A1c in 2026; last 8.2 % on 12 Aug 2025",
    ),
    "A1c some time of last year": (
        [SEEN, DIABETIC, observed(A1C, "2025-08", value=8.2)],
        "No A1c in 2026; last 8.2 % on Aug 2025",
    ),
    "A1c never": ([SEEN, DIABETIC], "No A1c in 2026; none in this record"),
    "A1c 9.1 %": (
        [SEEN, DIABETIC, observed(A1C, "2026-11-03", value=9.1)],
        "A1c 9.1 % on 3 Nov 2026; above 9 %",
    ),
    "A1c without a result": (
        [SEEN, DIABETIC, observed(A1C, "2026-11-03")],
        "A1c on 3 Nov 2026 has no result in this record",
    ),
    "blood pressure last year": (
        [SEEN, HYPERTENSIVE, pressure(150, 88, "2025-12-31")],
        "No blood pressure outside hospital in 2026; last 150/88 mmHg on 31 Dec 2025",
    ),
    "blood pressure 140/80": (
        [SEEN, HYPERTENSIVE, pressure(140, 80, "2026-11-03")],
        "Blood pressure 140/80 mmHg on 3 Nov 2026; not below 140/90",
    ),
    "blood pressure 130/90": (
        [SEEN, HYPERTENSIVE, pressure(130, 90, "2026-11-03")],
        "Blood pressure 130/90 mmHg on 3 Nov 2026; not below 140/90",
    ),
    "never screened": ([BH_VISIT], "No depression screen for a visit in 2026; none in this record"),
    "screened positive, nothing done": (
        [BH_VISIT, observed(ADULT_SCREEN, "2026-03-10", value=POSITIVE)],
        "Depression screen 10 Mar 2026: 428181000124104; no follow-up plan recorded",
    ),
}
ENOUGH: dict[str, tuple[list[dict[str, Any]], str]] = {
    "A1c 9.0 %": ([SEEN, DIABETIC, observed(A1C, "2026-11-03", value=9.0)], "CMS122"),
    "blood pressure 139/89": ([SEEN, HYPERTENSIVE, pressure(139, 89, "2026-11-03")], "CMS165"),
    "screened negative": ([BH_VISIT, observed(ADULT_SCREEN, "2026-03-10", value=NEGATIVE)], "CMS2"),
    "screened positive and referred": (
        [BH_VISIT, observed(ADULT_SCREEN, "2026-03-10", value=POSITIVE), referred(REFERRAL, "2026-03-10")],
        "CMS2",
    ),
    "not diabetic": ([SEEN], "CMS122"),
    "A1c without a date": ([SEEN, DIABETIC, observed(A1C, None, value=8.0)], "CMS122"),
    "A1c without a date, not seen yet": ([DIABETIC, observed(A1C, None, value=8.0)], "CMS122"),
}


@pytest.mark.parametrize("case", SUMMARIES)
def test_a_summary_is_the_fact_with_its_date(ehr: CdsClient, case: str):
    events, summary = SUMMARIES[case]

    assert summary in [card["summary"] for card in ehr.cards(*events)]


@pytest.mark.parametrize("case", ENOUGH)
def test_what_is_enough_or_cannot_be_said_brings_no_card(ehr: CdsClient, case: str):
    events, measure = ENOUGH[case]

    assert of_measure(ehr.cards(*events), measure) == []


def test_a_card_has_all_its_parts_and_nothing_empty(ehr: CdsClient):
    [card] = of_measure(
        ehr.cards(SEEN, DIABETIC, observed(A1C, "2025-08-12", value=8.2, id="a1c-1")), "CMS122"
    )

    assert card == {
        "uuid": ANY,
        "summary": "No A1c in 2026; last 8.2 % on 12 Aug 2025",
        "indicator": "info",
        "detail": ANY,
        "source": {
            "label": "CMS122 1.0.000 Glycemic status assessment greater than 9 % (clinic)",
            "topic": {
                "system": f"{BASE_URL}/code-systems/card-rules",
                "code": "a1cnotmeasured",
                "display": "a1c-not-measured",
            },
        },
        "overrideReasons": ANY,
        "links": [
            {"label": "Open in Throughline", "url": f"{BASE_URL}/launch", "type": "smart", "appContext": ANY}
        ],
        "suggestions": [{"label": "Order A1c", "uuid": ANY, "actions": [ANY]}],
        "selectionBehavior": "any",
    }
    assert card["overrideReasons"][0] == {
        "code": "done-elsewhere",
        "system": f"{BASE_URL}/code-systems/override-reasons",
        "display": "Already done; the result is not in this record",
    }
    assert orjson.loads(card["links"][0]["appContext"]) == {
        "card": card["uuid"],
        "measure": "CMS122",
        "item": "gap/CMS122",
    }
    [action] = card["suggestions"][0]["actions"]
    assert (action["type"], action["description"]) == ("create", "Order a hemoglobin A1c")
    assert action["resource"]["subject"] == {"reference": "Patient/pat-1"}
    assert action["resource"]["authoredOn"] == "2026-11-22"


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("2025-08-12", "12 Aug 2025"),
        ("2025-08", "Aug 2025"),
        ("2025", "2025"),
        ("2025-99", ""),
        (None, ""),
    ],
)
def test_a_date_is_shown_as_far_as_the_record_has_it(when: str | None, shown: str):
    [event] = chart(observed(A1C, when)).every("Observation").sure

    assert day(event) == shown


def test_a_reference_is_shown_whole_however_long(ehr: CdsClient):
    long = DIABETIC | {"id": "d" * 120}

    [card] = of_measure(ehr.cards(SEEN, long), "CMS122")

    assert f"(Condition/{'d' * 120})" in card["detail"]


def test_the_detail_proves_the_card_with_the_resources_behind_it(ehr: CdsClient):
    [card] = of_measure(
        ehr.cards(SEEN, DIABETIC, observed(A1C, "2025-08-12", value=8.2, id="a1c-1")), "CMS122"
    )

    for proof in (
        "**What would close it, until 31 Dec 2026**\n\n- Measure A1c",
        "8.2 %, 12 Aug 2025 (Observation/a1c-1): before 2026-01-01",
        "**Why the patient is in CMS122**",
        "(Condition/diabetes-1)",
        "10 Mar 2026 (Encounter/visit-1)",
        "CMS122 1.0.000, NCQA. Period 2026-01-01 to 2026-12-31. Vocabulary: clinic.",
    ):
        assert proof in card["detail"]


def test_at_most_three_cards_are_shown_the_most_pressing_first(ehr: CdsClient):
    cards = ehr.cards(
        SEEN,
        BH_VISIT,
        DIABETIC,
        HYPERTENSIVE,
        observed(ADULT_SCREEN, "2026-03-10", value=POSITIVE),
        observed(A1C, "2026-03-10", value=9.5),
        pressure(150, 95, "2026-03-10"),
    )

    assert [card["summary"].split()[0] for card in cards] == ["Depression", "A1c", "Blood"]
    assert [card["indicator"] for card in cards] == ["warning"] * 3


def test_the_cards_after_the_third_are_not_shown(ehr: CdsClient, wiring: Wiring):
    record = chart(SEEN, BH_VISIT, DIABETIC, HYPERTENSIVE)
    results = wiring.catalog.evaluate(record, Period.year(2026), TODAY)
    rules = (*wiring.rules, *wiring.rules)

    shown = due_cards(rules, results, record, TODAY, Origin(BASE_URL, "x", True))

    assert [card.rule.id for card in shown] == [
        "a1c-not-measured",
        "bp-not-measured",
        "depression-screen-due",
    ]


def test_a_patient_not_yet_seen_this_year_is_told_of_what_the_visit_will_ask(ehr: CdsClient):
    [card] = of_measure(ehr.cards(DIABETIC), "CMS122")

    assert card["summary"] == "No A1c in 2026; none in this record"
    assert "Why the patient will be in CMS122 with the next visit" in card["detail"]


@pytest.mark.parametrize("kind", ["ServiceRequest", "Procedure", "MedicationRequest"])
def test_a_follow_up_that_could_stand_in_a_type_not_gathered_is_unknown_and_never_a_card(
    ehr: CdsClient, kind: str
):
    events = (BH_VISIT, observed(ADULT_SCREEN, "2026-03-10", value=POSITIVE))
    given = prefetch(*events)

    for nothing in (None, {"resourceType": "OperationOutcome", "issue": []}):
        answer = ehr.post(view(given | {kind: nothing}))
        assert of_measure(answer.get_json()["cards"], "CMS2") == []
    del given[kind]
    assert of_measure(ehr.post(view(given)).get_json()["cards"], "CMS2") == []


def test_a_card_tells_what_was_not_gathered_although_it_does_not_need_it(ehr: CdsClient):
    given = prefetch(SEEN, DIABETIC) | {"DeviceRequest": None}

    [card] = of_measure(ehr.post(view(given)).get_json()["cards"], "CMS122")

    assert "Incomplete: DeviceRequest (not fetched). This card does not depend on it." in card["detail"]


@pytest.mark.parametrize("kind", ["Condition", "Encounter", "Observation"])
def test_nothing_is_due_when_what_would_show_it_was_not_gathered(wiring: Wiring, kind: str):
    record = chart(SEEN, DIABETIC, HYPERTENSIVE, gathered=all_but(kind))
    results = wiring.catalog.evaluate(record, Period.year(2026), TODAY)

    shown = due_cards(wiring.rules, results, record, TODAY, Origin(BASE_URL, "x", True))

    assert [card.rule.id for card in shown if card.rule.measure in ("CMS122", "CMS165")] == []
