"""The cards of the behavioral-health measures: what each says, in which order, and when it is silent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cds_service.cards import Origin, due_cards
from cds_service.drafts import load_drafts
from cds_service.rules import BUILT_IN, load_rules
from measures.catalog import find_measures
from measures.library.asc_alcohol_screening import AUDIT_C
from measures.library.cms2_depression_screening import ADULT_SCREEN, POSITIVE, VISIT
from measures.record import PatientRecord
from measures.shared.antipsychotics import A1C, ANTIPSYCHOTIC, OTHER_LIPIDS, SCHIZOPHRENIA
from measures.shared.depression import MAJOR_DEPRESSION, PHQ_9
from measures.shared.hospice import INPATIENT
from measures.shared.mental_health import MENTAL_HEALTH_VISIT, MENTAL_ILLNESS
from measures.shared.opioid_treatment import MEDICINE, OPIOID_USE_DISORDER
from measures.shared.settings_of_care import EMERGENCY
from measures.shared.substance_use import SUBSTANCE_USE_DISORDER
from measures.shared.suicide_risk import CSSRS, HIGH, ITEM_9
from measures.shared.visits import OFFICE
from measures.terminology import LOINC, Code
from measures.time import Period
from measures.vocabulary import starter_vocabulary
from smart_app.demo_ehr.people import (
    anxiety_in_the_ed,
    buprenorphine_late,
    high_suicide_risk,
    olanzapine_without_labs,
    psychiatric_discharge,
)
from tests.cds_service.calls import TODAY
from tests.clinic import all_but, chart, concept, diagnosed, dispensed, event, observed, prescribed, visit

CATALOG = find_measures()
RULES = load_rules((BUILT_IN,), CATALOG, load_drafts())
ORIGIN = Origin("https://us.example", "clinic", False)
HIGH_RISK = observed(CSSRS[0], "2026-11-16", valueCodeableConcept={"text": "High"} | concept(HIGH))
PLAN = event("CarePlan", status="active", title="Safety plan", period={"start": "2026-11-16"})
ILL = diagnosed(SCHIZOPHRENIA, "2020-01-01")
TAKING = prescribed(ANTIPSYCHOTIC, "2026-06-01", 30)
TAKING["medicationCodeableConcept"] = TAKING["medicationCodeableConcept"] | {"text": "olanzapine 10 MG"}
DEPRESSED = diagnosed(MAJOR_DEPRESSION, "2020-01-01")

Json = dict[str, Any]


def shown(record: PatientRecord, as_of: date = TODAY) -> list[Json]:
    results = CATALOG.evaluate(record, Period.year(as_of.year), as_of)
    return [card.json for card in due_cards(RULES, results, record, as_of, ORIGIN)]


def summaries(*events: Json, as_of: date = TODAY, **more: Any) -> list[str]:
    return [card["summary"] for card in shown(chart(*events, **more), as_of)]


def stay(end: str) -> Json:
    return visit(INPATIENT, "2026-11-01", end, reasonCode=[concept(MENTAL_ILLNESS)])


def emergency(day: str, because: Any) -> Json:
    return visit(EMERGENCY, day, reasonCode=[concept(because)])


def scored(day: str, value: int, name: Any = PHQ_9) -> Json:
    return observed(name, day, value=value, unit="{score}")


SUMMARIES: dict[str, tuple[list[Json], str]] = {
    "a high C-SSRS": ([HIGH_RISK], "C-SSRS High on 16 Nov 2026; no safety plan in this record"),
    "a high C-SSRS after the plan": (
        [HIGH_RISK, PLAN | {"period": {"start": "2026-11-15"}}],
        "C-SSRS High on 16 Nov 2026; safety plan last on 15 Nov 2026, none since",
    ),
    "item 9": (
        [scored("2026-11-16", 2, ITEM_9)],
        "PHQ-9 item 9 was 2 on 16 Nov 2026; no C-SSRS in this record",
    ),
    "out of psychiatric hospital": (
        [stay("2026-11-17")],
        "Left hospital 17 Nov 2026 after mental illness; no follow-up visit yet, due by 24 Nov 2026",
    ),
    "out of hospital 8 days": (
        [stay("2026-11-14")],
        "Left hospital 14 Nov 2026 after mental illness; no follow-up visit yet, due by 14 Dec 2026",
    ),
    "emergency visit for mental illness": (
        [emergency("2026-11-20", MENTAL_ILLNESS)],
        "Emergency visit 20 Nov 2026 for mental illness; no follow-up visit yet, due by 27 Nov 2026",
    ),
    "emergency visit for substance use": (
        [emergency("2026-11-20", SUBSTANCE_USE_DISORDER)],
        "Emergency visit 20 Nov 2026; no follow-up care yet, due by 27 Nov 2026",
    ),
    "an antipsychotic without any test": (
        [ILL, TAKING],
        "On olanzapine 10 MG: no A1c or glucose in 2026; none in this record",
    ),
    "an antipsychotic with last year's A1c": (
        [ILL, TAKING, observed(A1C, "2025-08-12", value=5.9)],
        "On olanzapine 10 MG: no A1c or glucose in 2026; last 5.9 % on 12 Aug 2025",
    ),
    "an antipsychotic without lipids": (
        [ILL, TAKING, observed(A1C, "2026-08-12", value=5.9)],
        "On olanzapine 10 MG: no lipids in 2026; none in this record",
    ),
    "buprenorphine ran out": (
        [diagnosed(OPIOID_USE_DISORDER, "2020-01-01"), dispensed(MEDICINE, "2026-10-16", 28)],
        "The medicine supplied on 16 Oct 2026 has run out; no refill on record",
    ),
    "opioid use disorder without naloxone": (
        [diagnosed(OPIOID_USE_DISORDER, "2020-01-01")],
        "No naloxone in this record",
    ),
    "unhealthy alcohol use": (
        [visit(OFFICE, "2026-11-01"), scored("2026-11-01", 9, AUDIT_C)],
        "Positive screen of 1 Nov 2026: no counseling recorded yet, due by 31 Dec 2026",
    ),
    "no PHQ-9 since September": (
        [DEPRESSED, visit(OFFICE, "2026-10-01")],
        "Seen in depression without a PHQ-9 in these four months, due by 31 Dec 2026",
    ),
}


@pytest.mark.parametrize(("events", "summary"), SUMMARIES.values(), ids=SUMMARIES)
def test_a_summary_is_the_fact_with_its_date(events: list[Json], summary: str):
    assert summary in summaries(*events)


SILENT: dict[str, list[Json]] = {
    "a plan since": [HIGH_RISK, PLAN],
    "a C-SSRS since": [
        scored("2026-11-16", 2, ITEM_9),
        observed(CSSRS[0], "2026-11-16", value=Code(LOINC, "LA9194-7")),
    ],
    "seen since": [stay("2026-11-17"), visit(MENTAL_HEALTH_VISIT, "2026-11-18")],
    "both tests of this year": [
        ILL,
        TAKING,
        observed(A1C, "2026-08-12", value=5.9),
        observed(OTHER_LIPIDS, "2026-08-12", value=150),
    ],
    "the supply lasts until today": [
        diagnosed(OPIOID_USE_DISORDER, "2020-01-01"),
        prescribed(MEDICINE, "2026-10-26", 28),
    ],
}


@pytest.mark.parametrize("events", SILENT.values(), ids=SILENT)
def test_what_was_answered_brings_no_card(events: list[Json]):
    said = summaries(*events)

    assert [one for one in said if not one.startswith(("No naloxone", "No depression"))] == []


@pytest.mark.parametrize(("days_ago", "due"), [(30, True), (31, False)])
def test_a_follow_up_that_can_no_longer_be_is_no_card(days_ago: int, due: bool):
    said = summaries(
        visit(
            INPATIENT,
            "2026-10-01",
            str(TODAY - timedelta(days=days_ago)),
            reasonCode=[concept(MENTAL_ILLNESS)],
        )
    )

    assert any(one.startswith("Left hospital") for one in said) is due


@pytest.mark.parametrize("kind", ["CarePlan", "Procedure", "DocumentReference"])
def test_where_plans_were_not_read_no_card_says_there_is_none(kind: str):
    assert not any("safety plan" in one for one in summaries(HIGH_RISK, gathered=all_but(kind)))


def test_safety_comes_before_transitions_and_these_before_blood_tests():
    told = summaries(ILL, TAKING, stay("2026-11-17"), HIGH_RISK, scored("2026-11-17", 1, ITEM_9))

    assert [one.split()[0] for one in told] == ["C-SSRS", "PHQ-9", "Left"]


def test_the_blood_tests_are_ordered_both_at_once():
    [card] = [card for card in shown(chart(ILL, TAKING)) if "glucose" in card["summary"]]
    [offered] = card["suggestions"]

    assert [action["resource"]["code"]["text"] for action in offered["actions"]] == [
        "Hemoglobin A1c",
        "Lipid panel",
    ]
    assert {action["resource"]["subject"]["reference"] for action in offered["actions"]} == {"Patient/pat-1"}


def test_the_card_after_hospital_offers_a_referral_and_proves_itself():
    [card, *_] = shown(chart(stay("2026-11-17")))

    assert card["suggestions"][0]["actions"][0]["resource"]["priority"] == "urgent"
    assert "**What would close it, until 24 Nov 2026**" in card["detail"]
    assert "own rendering 2026.1, not certified" in card["detail"]


@pytest.mark.parametrize(
    ("seen", "heading"),
    [
        ("2026-11-20", "**What would close it, until 22 Nov 2026**"),
        ("2026-11-19", "**Still to do, though CMS2 counted it until 21 Nov 2026 only**"),
    ],
)
def test_a_card_does_not_promise_to_close_what_the_measure_counts_no_more(seen: str, heading: str):
    positive = observed(ADULT_SCREEN, seen, value=POSITIVE)
    [card, *_] = shown(chart(visit(VISIT, seen), positive))

    assert heading in card["detail"]
    assert [offered["label"] for offered in card["suggestions"]] == ["Refer to behavioral health"]


STORIES: dict[str, tuple[Any, str]] = {
    "five days after psychiatric discharge": (psychiatric_discharge, "follow-up-after-hospital"),
    "high C-SSRS, no plan": (high_suicide_risk, "safety-plan-due"),
    "olanzapine without tests": (olanzapine_without_labs, "antipsychotic-glucose-due"),
    "buprenorphine late": (buprenorphine_late, "opioid-medicine-ran-out"),
    "panic in the emergency department": (anxiety_in_the_ed, "follow-up-after-emergency-mental-illness"),
}


@pytest.mark.parametrize(("story", "rule"), STORIES.values(), ids=STORIES)
def test_the_first_card_of_a_story_is_the_one_the_story_tells(story: Any, rule: str):
    told = story.tell(TODAY).resources
    [first, *_] = shown(PatientRecord(told[0], told[1:], starter_vocabulary()))

    assert first["source"]["topic"]["display"] == rule
