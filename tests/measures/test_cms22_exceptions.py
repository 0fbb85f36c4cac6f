"""CMS22: who is counted, and what excuses. (Readings and follow-up: test_cms22.py)"""

import pytest

from measures.event import DIASTOLIC, SYSTOLIC
from measures.library.cms22_blood_pressure_screening import (
    DECLINED,
    DIET,
    ECG_STUDY,
    HYPERTENSION,
    LABORATORY,
    MEASURE,
    MEDICAL_REASON,
    MEDICINES,
    REFERRAL,
    RETURN_IN_4_WEEKS,
    RETURN_IN_6_MONTHS,
    VISIT,
)
from measures.shared.blood_pressure import BLOOD_PRESSURE
from measures.time import Period
from tests.clinic import chart, concept, diagnosed, prescribed, pressure, referred, refused, visit

YEAR = Period.year(2026)
SEEN = visit(VISIT, "2026-06-10T09:00:00Z", "2026-06-10T09:30:00Z")
DURING = "2026-06-10T09:10:00Z"
HIGH_BEFORE = pressure(135, 78, "2026-02-01T10:00:00Z")
ELEVATED = [pressure(125, 75, DURING)]
FIRST = [pressure(135, 85, DURING)]
AGAIN = [HIGH_BEFORE, pressure(135, 85, DURING)]
VERY_HIGH_AGAIN = [HIGH_BEFORE, pressure(145, 95, DURING)]


def evaluate(*events, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR)


def counts(result):
    populations = result.groups[0].populations
    return tuple(populations[name] for name in ("denominator", "numerator", "denominator-exception"))


def declined(name, day="2026-06-10", why=DECLINED, **more):
    reason = {
        "url": "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-doNotPerformReason",
        "valueCodeableConcept": concept(why),
    }
    return referred(name, day, status="completed", doNotPerform=True, extension=[reason], **more)


def medicine_not_ordered(day="2026-06-10", status="completed"):
    return prescribed(MEDICINES, day, status=status, doNotPerform=True)


# What a patient may decline of each follow-up; declining something else is no exception.
DUE = {
    "elevated": (ELEVATED, {RETURN_IN_6_MONTHS, DIET, REFERRAL}),
    "first": (FIRST, {RETURN_IN_4_WEEKS, DIET, REFERRAL}),
    "again": (AGAIN, {RETURN_IN_6_MONTHS, DIET, REFERRAL, ECG_STUDY, LABORATORY}),
    "very high again": (VERY_HIGH_AGAIN, {RETURN_IN_4_WEEKS, DIET, REFERRAL, ECG_STUDY, LABORATORY}),
    "normal": ([pressure(118, 78, DURING)], set()),
    "not measured": ([], set()),
}
PARTS = (RETURN_IN_4_WEEKS, RETURN_IN_6_MONTHS, DIET, REFERRAL, ECG_STUDY, LABORATORY)


@pytest.mark.parametrize(("events", "due"), DUE.values(), ids=DUE)
@pytest.mark.parametrize("part", PARTS)
def test_declining_a_part_of_the_follow_up_due_is_an_exception(events, due, part):
    assert counts(evaluate(SEEN, *events, declined(part)))[2] == (part in due)


@pytest.mark.parametrize(
    ("not_ordered", "excepted"),
    [
        (medicine_not_ordered(), 1),
        (medicine_not_ordered(status="draft"), 0),
        (medicine_not_ordered("2026-06-11"), 0),
    ],
)
def test_a_medicine_not_ordered_counts_only_where_one_is_due(not_ordered, excepted):
    assert counts(evaluate(SEEN, *VERY_HIGH_AGAIN, not_ordered)) == (1, 0, excepted)
    assert counts(evaluate(SEEN, *AGAIN, not_ordered)) == (1, 0, 0)


@pytest.mark.parametrize(
    "not_declined",
    [
        declined(DIET, why=MEDICAL_REASON),
        declined(DIET, "2026-06-11"),
        declined(DIET) | {"status": "draft"},
        declined(DIET) | {"doNotPerform": False},
    ],
    ids=["for another reason", "another day", "a draft", "ordered all the same"],
)
def test_only_a_refusal_recorded_at_the_visit_is_an_exception(not_declined):
    assert counts(evaluate(SEEN, *FIRST, not_declined)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("cancelled", "excepted"),
    [
        (refused(BLOOD_PRESSURE, "2026-06-10", DECLINED), 1),
        (refused(SYSTOLIC, "2026-06-10T09:05:00Z", MEDICAL_REASON), 1),
        (refused(DIASTOLIC, "2026-06-10", DECLINED), 1),
        (refused(BLOOD_PRESSURE, "2026-06-11", DECLINED), 0),
        (refused(BLOOD_PRESSURE, "2026-06-10", HYPERTENSION), 0),
    ],
)
def test_blood_pressure_declined_at_the_visit_is_an_exception(cancelled, excepted):
    assert counts(evaluate(SEEN, cancelled)) == (1, 0, excepted)


@pytest.mark.parametrize(("born", "denominator"), [("2008-01-01", 1), ("2008-01-02", 0)])
def test_18_at_the_start_of_the_period(born, denominator):
    assert counts(evaluate(SEEN, born=born))[0] == denominator


@pytest.mark.parametrize(
    ("seen", "denominator"),
    [
        (visit(VISIT, "2026-01-01T00:00:00Z") | {"class": {"code": "AMB"}}, 1),
        (visit(VISIT, "2026-06-10T09:00:00Z") | {"class": {"code": "VR"}}, 0),
        (visit(VISIT, "2027-01-01T00:00:00Z"), 0),
        (visit(VISIT, "2026-06-10T09:00:00Z", status="arrived"), 0),
    ],
)
def test_a_finished_visit_in_person(seen, denominator):
    assert counts(evaluate(seen))[0] == denominator


@pytest.mark.parametrize(
    ("hypertension", "excluded"),
    [
        (diagnosed(HYPERTENSION, "2026-06-10"), 1),
        (diagnosed(HYPERTENSION, "2026-06-11"), 0),
        (diagnosed(HYPERTENSION, "2026-06-10", category="health-concern"), 1),
        (diagnosed(HYPERTENSION, "2020-01-01", category="encounter-diagnosis"), 0),
    ],
)
def test_hypertension_known_on_the_day_excludes_the_visit(hypertension, excluded):
    assert evaluate(SEEN, hypertension).groups[0].populations["denominator-exclusion"] == excluded
