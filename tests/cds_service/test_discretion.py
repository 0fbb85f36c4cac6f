"""No summary and no label names substance use (42 CFR Part 2): over all rules, checks and drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cds_service.drafts import load_drafts
from cds_service.outside.yaml_file import FileProblems
from cds_service.rules import BUILT_IN, LONGEST_SUMMARY, load_rules, read_rule
from cds_service.wording import Shape, summary
from measures.catalog import find_measures
from measures.discretion import discreet, names_substance_use
from measures.orders.catalog import find_order_checks
from measures.orders.check import Mend, OrderCheck
from measures.orders.medicines import BENZODIAZEPINES, NSAIDS, OPIOIDS, OUD_MEDICINES
from measures.orders.problems import OPIOID_USE_DISORDER
from measures.shared.substance_use import SUBSTANCE_USE_DISORDER
from tests.cds_service.calls import DISCHARGE, ORDER_SIGN, CdsClient, hook, prefetch, signing
from tests.cds_service.test_behavioral_cards import SUMMARIES
from tests.clinic import diagnosed, dispensed
from tests.measures.orders.signing import draft_for
from tests.measures.orders.test_order_catalog import check

Json = dict[str, Any]
RULES = load_rules((BUILT_IN,), find_measures(), load_drafts())
TELLING = ("Buprenorphine 8 MG", "Alcohol use disorder", "AUDIT-C 9", "Referral to addiction medicine")


class Fills:
    """Stands for a record whose every value names substance use."""

    def __init__(self, value: str) -> None:
        self.value = value

    def words(self, name: str, shape: Shape) -> str:
        return shape(self.value) if name != "check.says" else f"{shape(self.value)} ordered"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("value", TELLING)
def test_no_summary_or_label_of_a_rule_names_it_whatever_the_record_holds(rule: Any, value: str):
    said = [summary((text,), Fills(value), LONGEST_SUMMARY) for text in rule.summaries]
    said += [part.label for part in (rule.suggestion, rule.open) if part is not None]

    assert [text for text in said if names_substance_use(text)] == []


@pytest.mark.parametrize("one", find_order_checks().values(), ids=lambda one: one.id)
def test_no_text_of_an_order_check_but_its_detail_names_it(one: OrderCheck):
    assert [text for text in one.read_along if names_substance_use(text)] == []


@pytest.mark.parametrize("draft", load_drafts().values(), ids=lambda draft: draft.name)
def test_no_draft_names_it_in_what_is_read_before_it_is_accepted(draft: Any):
    assert names_substance_use(f"{draft.says} {draft.template.get('description', '')}") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Alcohol use disorder",
        "substance-use visit",
        "no AUDIT-C since May",
        "Opioid dependence",
        "methadone 10 MG Oral Tablet",
        "Suboxone film",
        "drug overdose",
        "SUD",
    ],
)
def test_a_word_for_substance_use_is_found(text: str):
    assert names_substance_use(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tobacco use: counseling due",  # no substance in the sense of 42 CFR 2.11
        "Opioid with a benzodiazepine",
        "No naloxone in this record",
        "Medicine dangerous in overdose",
        "Audit of the chart",
        "Stimulant with uncontrolled blood pressure",
    ],
)
def test_other_words_are_left_alone(text: str):
    assert names_substance_use(text) == ""
    assert discreet(text) == text


def test_a_telling_value_is_replaced_by_a_general_word():
    assert [discreet(value) for value in TELLING] == ["a medicine", "an entry", "an entry", "an entry"]


@pytest.mark.parametrize("before", range(44, 60))
def test_a_telling_word_that_would_be_cut_in_two_is_replaced_as_a_whole(before: int):
    value = f"{'x' * before} Buprenorphine 8 MG"

    assert summary(("Signing {draft.name}",), Fills(value), LONGEST_SUMMARY) == "Signing a medicine"


def test_what_keeps_or_takes_back_an_order_names_no_half_of_a_telling_word(ehr: CdsClient):
    ill = diagnosed(OPIOID_USE_DISORDER, "2020-01-01")
    going_on = draft_for(OUD_MEDICINES, f"{'x' * 50} Buprenorphine", id="a", status="active")
    methadone = draft_for(OPIOIDS, f"{'x' * 30} Methadone", id="b")
    lorazepam = draft_for(BENZODIAZEPINES, "Lorazepam 1 mg", id="c")

    def changes(*drafts: Json) -> set[str]:
        return {
            action["description"]
            for card in ehr.cards_at_signing([ill, going_on], *drafts)
            for one in card.get("suggestions", ())
            for action in one["actions"]
            if action["type"] != "create"
        }

    assert changes(going_on | {"status": "stopped"}) == {"Keep a medicine active"}
    assert changes(methadone, lorazepam) == {"Remove a medicine", "Remove Lorazepam 1 mg"}


PATIENTS: dict[str, list[Json]] = {
    **{case: events for case, (events, _) in SUMMARIES.items()},
    "opioid use disorder": [
        diagnosed(OPIOID_USE_DISORDER, "2020-01-01"),
        diagnosed(SUBSTANCE_USE_DISORDER, "2020-01-01"),
        dispensed(OUD_MEDICINES, "2026-10-16", 28),
    ],
}
DRAFTS = (
    draft_for(OUD_MEDICINES, "Buprenorphine 8 MG / naloxone 2 MG film", id="a", status="stopped"),
    draft_for(OPIOIDS, "Methadone 10 MG", id="b"),
    draft_for(BENZODIAZEPINES, "Lorazepam 1 mg", id="c"),
)


def read_along(card: Json) -> list[str]:
    """What of a card stands where others can read it."""
    source = card["source"]
    labels = [one["label"] for part in ("links", "suggestions") for one in card.get(part, ())]
    return [card["summary"], source["label"], source["topic"].get("display", ""), *labels]


@pytest.mark.parametrize("patient", PATIENTS)
def test_no_card_of_a_call_names_it_outside_its_detail(ehr: CdsClient, patient: str):
    record = prefetch(*PATIENTS[patient])
    calls = [
        ehr.cards(*PATIENTS[patient]),
        ehr.post(hook("encounter-discharge", record), DISCHARGE).get_json()["cards"],
        *(ehr.post(signing(record, *drafts), ORDER_SIGN).get_json()["cards"] for drafts in SIGNINGS),
    ]
    said = [text for cards in calls for card in cards for text in read_along(card)]

    assert [text for text in said if names_substance_use(text)] == []


SIGNINGS = (DRAFTS, DRAFTS[:1], DRAFTS[1:2], (draft_for(NSAIDS, "Ibuprofen", id="d"),))


def test_the_detail_says_what_the_summary_does_not(ehr: CdsClient):
    cards = ehr.cards_at_signing(PATIENTS["opioid use disorder"], SIGNINGS[3][0])
    [card] = [one for one in cards if "ran out" in one["summary"]]

    assert card["detail"].startswith("It treats opioid use disorder")


RULE = """id: mine
version: "1"
owner: me
hook: patient-view
priority: 9
when: {measure: ASC, next_step: counseled}
card:
  indicator: info
  summary: Unhealthy alcohol use
  suggestion: {label: Order an AUDIT-C, draft: phq9_order}
  detail: Unhealthy alcohol use of {unhealthy.date}
"""


def test_a_rule_that_names_it_outside_its_detail_is_refused_with_its_lines(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text(RULE)

    with pytest.raises(FileProblems) as found:
        read_rule(file, find_measures(), load_drafts())

    assert list(found.value.problems) == [
        f"{file}:9: card.summary: names substance use (alcohol); say it in the detail",
        f"{file}:10: card.suggestion.label: names substance use (AUDIT-C); say it in the detail",
    ]


@pytest.mark.parametrize(
    "more",
    [{"title": "Alcohol"}, {"says": ("{draft.name} in detox",)}, {"mends": (Mend("Add an AUDIT-C"),)}],
)
def test_a_check_that_names_it_outside_its_detail_is_refused(more: Json):
    with pytest.raises(ValueError, match="names substance use"):
        check(**more)

    assert check(detail="Alcohol makes it worse.")
