"""A reason tells of a patient what is so: not what is over, only thought of, or stopped on purpose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from measures.record import PatientRecord
from measures.risk.feature import answers
from measures.risk.outlook import outlook
from measures.risk.points import expert_points
from measures.terminology import ICD10CM, LOINC
from measures.vocabulary import starter_vocabulary
from tests.risk.charts import (
    DAY,
    PATIENT,
    Resource,
    ago,
    chart,
    emergency,
    of,
    office,
    ordered,
    problem,
    stay,
)


def value(name: str, *resources: Resource) -> float | None:
    return answers(chart(*resources), DAY)[name].number


def value_today(name: str, *resources: Resource) -> float | None:
    """Of a record that was read from its EHR on the day."""
    record = PatientRecord(PATIENT, resources, starter_vocabulary(), read_on=DAY)
    return answers(record, DAY)[name].number


def resolved(code: str, days: int, *, changed: str = "") -> Resource:
    """A problem that is over, without a word of when."""
    found = problem(code, days) | {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
    return found | ({"meta": {"lastUpdated": changed}} if changed else {})


def stopped(name: str, days: int, supply: int) -> Resource:
    return ordered(name, days, supply) | {"status": "stopped"}


# -- diagnoses ---------------------------------------------------------------------------------------------


def test_what_is_resolved_without_a_day_is_over_in_a_record_read_today():
    assert value_today("smi", resolved("F20.9", 300)) == 0
    assert value_today("housing", resolved("Z59.01", 300)) == 0
    assert value_today("smi", problem("F20.9", 300)) == 1


@pytest.mark.parametrize(
    ("changed", "is_current"),
    [(f"{ago(0)}T23:00:00Z", 0), (f"{ago(-1)}T01:00:00Z", 1), ("", 1)],
    ids=["changed by then", "changed since", "nobody knows when"],
)
def test_of_a_day_in_the_past_a_status_counts_that_was_set_by_then(changed: str, is_current: int):
    assert value("smi", resolved("F20.9", 300, changed=changed)) == is_current


def test_what_was_resolved_is_no_fall_of_the_risk():
    record = PatientRecord(PATIENT, [resolved("F20.9", 300), office(100)], starter_vocabulary(), read_on=DAY)

    assert outlook(expert_points().score, record, DAY).change(30) == 0


@pytest.mark.parametrize(("verified", "counts"), [("confirmed", 1), ("provisional", 1), ("differential", 0)])
def test_one_of_several_diagnoses_thought_of_is_none(verified: str, counts: int):
    held = problem("F20.9", 30) | {"verificationStatus": {"coding": [{"code": verified}]}}

    assert value("smi", held) == counts


@pytest.mark.parametrize(("code", "counts"), [("F11.20", 1), ("F11.21", 0), ("F10.21", 0), ("F10.20", 1)])
def test_a_use_disorder_in_remission_is_not_a_current_one(code: str, counts: int):
    assert value("sud", problem(code, 30)) == counts


def test_suicidal_thoughts_are_told_as_thoughts():
    held = problem("R45.851", 364)

    assert value("suicidal_thoughts_365d", held) == 1
    assert value("self_harm_ever", held) == 0
    assert value("self_harm_ever", problem("T14.91XA", 3000)) == 1
    assert value("suicidal_thoughts_365d", problem("R45.851", 365)) == 0


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("T40.2X1A", 1),
        ("T40.2X2A", 1),
        ("T40.2X3A", 1),
        ("T40.2X4A", 1),
        ("T40.2X5A", 0),
        ("T43.226A", 0),
        ("T43.222A", 1),
        ("T51.0X1A", 1),
        ("T40.2", 1),
    ],
    ids=str,
)
def test_an_overdose_is_a_poisoning_not_an_adverse_effect_or_an_underdosing(code: str, counts: int):
    assert value("overdose_365d", problem(code, 30)) == counts


# -- medicines ---------------------------------------------------------------------------------------------


def test_what_somebody_stopped_has_not_run_out():
    assert value_today("moud_ran_out", stopped("buprenorphine 8 MG", 60, 28)) is None
    assert value_today("antidepressant_gap", stopped("sertraline 50 MG", 60, 28)) is None
    assert value_today("moud_ran_out", ordered("buprenorphine 8 MG", 60, 28)) == 33


def test_a_stop_that_may_have_come_later_is_not_read():
    assert value("moud_ran_out", stopped("buprenorphine 8 MG", 60, 28)) == 33


def test_methadone_treats_an_opioid_use_disorder_where_one_is_on_record():
    methadone = ordered("methadone 10 MG for pain", 60, 28)

    assert value("moud_ran_out", methadone) is None
    assert value("moud_ran_out", methadone, problem("F11.20", 300)) == 33
    assert value("moud_ran_out", methadone, problem("F11.21", 300)) == 33
    assert value("moud_ran_out", ordered("buprenorphine 8 MG", 60, 28)) == 33


# -- visits and results ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("back", "missed"), [(13, 0), (12, 1)], ids=["on the seventh day", "on the eighth"])
def test_who_was_back_in_hospital_within_the_seven_days_did_not_miss_the_visit(back: int, missed: int):
    left = stay(25, 20)

    assert value("no_follow_up_7d", left, stay(back, back - 1, why="I21.4")) == missed


def at_six(days: int, where: str = "EMER") -> Resource:
    """A visit of an hour, told to the second."""
    times = {"start": f"{ago(days)}T18:00:00Z", "end": f"{ago(days)}T19:00:00Z"}
    return stay(days, days, where=where, why="S93.4") | {"period": times}


def test_one_visit_under_two_ids_counts_once():
    visit = at_six(10)
    twin = at_six(10) | {"reasonCode": [{"coding": [{"system": ICD10CM, "code": "R45.851"}]}]}

    assert value("ed_visits_30d", visit, twin) == 1
    assert value("crises_30d", visit, twin) == 1
    assert value("ed_visits_30d", visit, at_six(11)) == 2
    assert value("ed_visits_30d", visit, at_six(10, "IMP")) == 1
    assert value("ed_visits_30d", emergency(10), emergency(10)) == 2  # by day alone: perhaps two


def test_two_visits_without_a_day_are_not_one():
    undated = [emergency(10) for _ in range(2)]
    for visit in undated:
        del visit["period"]

    assert value("ed_visits_365d", *undated) == 0


@pytest.mark.parametrize(("ended", "is_known"), [(0, True), (-1, False)], ids=["today", "tomorrow"])
def test_a_score_taken_over_a_time_is_known_when_that_ends(ended: int, is_known: bool):
    phq = of(
        "Observation",
        status="final",
        code={"coding": [{"system": LOINC, "code": "44261-6"}]},
        effectivePeriod={"start": ago(30), "end": ago(ended)},
        valueQuantity={"value": 27, "unit": "{score}"},
    )

    assert value("phq9_last", phq) == (27 if is_known else None)
    later = answers(chart(phq), DAY + timedelta(days=1))["phq9_last"]
    assert later.number == 27
