"""Substance use, lipids and fills: lanes that gather several kinds of result."""

from __future__ import annotations

import pytest

from measures.gather import State
from measures.terminology import LOINC, SNOMED, Code
from smart_app.care.timeline import timeline
from tests.care.desk import TODAY, days_ago, desk, order, score
from tests.care.test_series import lane, latest
from tests.clinic import Gathered, all_but, event, observed

DAST10 = Code(LOINC, "82667-7")
COCAINE = Code(LOINC, "3397-7")


def urine(name: str, days: int, **result):
    code = {"coding": [{"system": LOINC, "code": "3397-7", "display": name}]}
    return event("Observation", status="final", code=code, effectiveDateTime=days_ago(days), **result)


def test_totals_screens_and_history_stand_on_one_lane_by_their_level():
    found = lane(
        "substance_use",
        score(DAST10, 0, 40),
        score(Code(LOINC, "75624-7"), 17, 30),
        urine("Cocaine [Presence] in Urine", 20, valueString="Positive"),
        urine("Opiates [Presence] in Urine by Screen", 10, valueString="Not detected"),
        observed(Code(LOINC, "11331-6"), days_ago(5), valueString="two drinks a day"),
    )

    assert [(r.meaning, r.value, r.shape) for r in found.readings] == [
        ("no problem reported", 0.5, "dot"),
        ("harmful", 3.0, "diamond"),
        ("positive", 2.0, "triangle"),
        ("negative", 0.5, "dot"),
        ("", None, "dot"),
    ]


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Code(LOINC, "LA6576-8"), "positive"),
        (Code(SNOMED, "260385009"), "negative"),
        (Code(SNOMED, "419984006"), ""),
    ],
)
def test_a_screen_is_positive_or_negative_by_its_code_and_else_only_listed(answer, meaning):
    coded = {"coding": [{"system": answer.system, "code": answer.value}]}
    (reading,) = lane("substance_use", urine("Cocaine in Urine", 3, valueCodeableConcept=coded)).readings

    assert (reading.meaning, reading.value is None) == (meaning, not meaning)


def test_what_is_no_drug_or_not_in_urine_is_not_substance_use():
    others = (
        urine("Glucose [Presence] in Urine", 3, valueString="Positive"),
        urine("Lithium [Mass/volume] in Serum", 3, valueString="0.8"),
        urine("Methadone [Mass/volume] in Serum", 3, valueString="0.2"),
    )

    assert lane("substance_use", *others).absence.says == "no value on record"


def test_the_latest_of_substance_use_is_told_short():
    assert latest(lane("substance_use", urine("Cocaine [Presence] in Urine", 3, valueString="Negative"))) == (
        "negative Cocaine"
    )
    assert latest(lane("substance_use", score(DAST10, 4, 3))) == "DAST-10 4 moderate"


def test_ldl_is_drawn_and_the_rest_of_the_lipids_is_in_the_tables():
    found = lane(
        "lipids",
        score(Code(LOINC, "13457-7"), 135, 9, unit="mg/dL"),
        score(Code(LOINC, "2571-8"), 210, 9, unit="mg/dL"),
        score(Code(LOINC, "2085-9"), 41, 9, unit="mg/dL"),
    )

    assert [(r.meaning, r.value) for r in found.readings] == [
        ("LDL, borderline high", 135),
        ("HDL", None),
        ("triglycerides", None),
    ]
    assert latest(found) == "135 mg/dL borderline high"


def test_lipids_without_ldl_are_no_empty_lane():
    found = lane("lipids", score(Code(LOINC, "2093-3"), 240, 9, unit="mg/dL"))

    assert (found.absence, latest(found)) == (None, "240 mg/dL total cholesterol")


def fill(name: str, days: int, supply: int):
    return event(
        "MedicationDispense",
        status="completed",
        medicationCodeableConcept={"text": name},
        whenHandedOver=days_ago(days),
        daysSupply={"value": supply, "code": "d"},
    )


@pytest.mark.parametrize(("second", "bars"), [(60, 1), (59, 2)])
def test_fills_that_follow_each_other_are_one_bar_and_a_break_begins_another(second, bars):
    """Filled for 30 days 120 days ago: supplied to 91 days ago; 31 days later is a new course."""
    fills = fill("buspirone 10 MG Oral Tablet", 120, 30), fill("buspirone 10 MG Oral Tablet", second + 1, 30)
    found = lane("medicines", *fills)

    assert len(found.readings) == bars
    assert "no order on record" in found.readings[0].meaning


def test_fills_of_what_is_ordered_or_not_for_the_mind_draw_nothing():
    found = lane(
        "medicines",
        order("buspirone 5 MG", 200),
        fill("buspirone 10 MG Oral Tablet", 60, 30),
        fill("metformin 500 MG", 60, 30),
    )

    assert [r.label for r in found.readings] == ["buspirone 5 mg"]


def test_a_lane_that_is_still_being_read_keeps_its_place_without_a_word_about_none():
    def lanes(gathered: Gathered):
        shown = timeline(desk(gathered=gathered).record, TODAY, "12m")
        return {lane.key for lane in shown.lanes}, {lane.key for lane in shown.silent}

    awaited = lanes(all_but("Observation", state=State.AWAITED))
    failed = lanes(all_but("Observation", state=State.FAILED))

    assert awaited[0] >= {"phq9", "a1c", "weight"}
    assert failed[1] >= {"phq9", "a1c", "weight"}
