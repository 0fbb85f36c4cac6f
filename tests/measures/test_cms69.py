"""CMS69, case by case."""

from datetime import date

import pytest

from measures.library.cms69_bmi_screening import (
    BMI,
    CARE_ABOVE_NORMAL,
    CARE_BELOW_NORMAL,
    DECLINED,
    MEASURE,
    MEDICAL_REASON,
    MEDICINES_ABOVE_NORMAL,
    MEDICINES_BELOW_NORMAL,
    OVERWEIGHT,
    PREGNANCY,
    REFERRAL,
    UNDERWEIGHT,
    VISIT,
)
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_CARE
from measures.shared.palliative import DIAGNOSIS
from measures.time import Period
from tests.clinic import (
    all_but,
    chart,
    concept,
    diagnosed,
    observed,
    performed,
    prescribed,
    referred,
    refused,
    visit,
)

YEAR = Period.year(2026)
SEEN = visit(VISIT, "2026-03-10")
OVERWEIGHT_SINCE_2020 = diagnosed(OVERWEIGHT, "2020-01-01")


def evaluate(*events, as_of=None, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR, as_of)


def bmi(value, day="2026-03-10", unit="kg/m2", **more):
    return observed(BMI, day, value=value, unit=unit, **more)


def because(reason):
    return [concept(reason)]


BMIS = {
    "none": ([], GapStatus.OPEN, "measured"),
    "18.5": ([bmi(18.5)], GapStatus.CLOSED, None),
    "18.4": ([bmi(18.4)], GapStatus.OPEN, "followed_up"),
    "24.9": ([bmi(24.9)], GapStatus.CLOSED, None),
    "25": ([bmi(25)], GapStatus.OPEN, "followed_up"),
    "one normal and one high": ([bmi(24), bmi(26, "2026-06-01")], GapStatus.OPEN, "followed_up"),
    "on the first day": ([bmi(22, "2026-01-01")], GapStatus.CLOSED, None),
    "of last year": ([bmi(22, "2025-12-31")], GapStatus.OPEN, "measured"),
    "after the period": ([bmi(22, "2027-01-01")], GapStatus.OPEN, "measured"),
    "in another unit": ([bmi(22, unit="kg")], GapStatus.OPEN, "measured"),
    "zero": ([bmi(0)], GapStatus.OPEN, "measured"),
    "preliminary": ([bmi(22, status="preliminary")], GapStatus.OPEN, "measured"),
    "no vital sign": ([bmi(22, category=[{"coding": [{"code": "procedure"}]}])], GapStatus.OPEN, "measured"),
    "undated": ([bmi(22, None)], GapStatus.UNKNOWN, None),
}


@pytest.mark.parametrize(("events", "status", "step"), BMIS.values(), ids=BMIS)
def test_a_normal_bmi_is_enough_another_needs_follow_up(events, status, step):
    result = evaluate(SEEN, *events)
    assert (result.status, [s.name for s in result.next_steps]) == (status, [step] if step else [])


FOLLOWED_UP = {
    "referral with the reason": [bmi(31), referred(REFERRAL, "2026-03-10", reasonCode=because(OVERWEIGHT))],
    "order with the reason": [
        bmi(31),
        referred(CARE_ABOVE_NORMAL, "2026-12-31", reasonCode=because(OVERWEIGHT)),
    ],
    "medicine with the reason": [
        bmi(31),
        prescribed(MEDICINES_ABOVE_NORMAL, "2026-01-01", reasonCode=because(OVERWEIGHT)),
    ],
    "care with the diagnosis": [bmi(31), performed(CARE_ABOVE_NORMAL, "2026-03-10"), OVERWEIGHT_SINCE_2020],
    "diagnosed that day": [
        bmi(31),
        performed(CARE_ABOVE_NORMAL, "2026-03-10"),
        diagnosed(OVERWEIGHT, "2026-03-10"),
    ],
    "low, care with the reason": [
        bmi(17),
        performed(CARE_BELOW_NORMAL, "2026-03-10", reasonCode=because(UNDERWEIGHT)),
    ],
    "low, medicine with the diagnosis": [
        bmi(17),
        prescribed(MEDICINES_BELOW_NORMAL, "2026-03-10"),
        diagnosed(UNDERWEIGHT, "2026-01-01", category="health-concern"),
    ],
    "high and low, a plan for one": [
        bmi(17),
        bmi(31, "2026-09-01"),
        referred(REFERRAL, "2026-03-10", reasonCode=because(UNDERWEIGHT)),
    ],
}
NOT_FOLLOWED_UP = {
    "without a reason": [bmi(31), referred(REFERRAL, "2026-03-10")],
    "of last year": [bmi(31), referred(REFERRAL, "2025-12-31", reasonCode=because(OVERWEIGHT))],
    "after the period": [bmi(31), referred(REFERRAL, "2027-01-01", reasonCode=because(OVERWEIGHT))],
    "diagnosed the day after": [
        bmi(31),
        performed(CARE_ABOVE_NORMAL, "2026-03-10"),
        diagnosed(OVERWEIGHT, "2026-03-11"),
    ],
    "diagnosis ended the day before": [
        bmi(31),
        performed(CARE_ABOVE_NORMAL, "2026-03-10"),
        diagnosed(OVERWEIGHT, "2020-01-01", "2026-03-09", clinical="resolved"),
    ],
    "only an encounter's diagnosis": [
        bmi(31),
        performed(CARE_ABOVE_NORMAL, "2026-03-10"),
        diagnosed(OVERWEIGHT, "2020-01-01", category="encounter-diagnosis"),
    ],
    "the wrong plan": [bmi(17), performed(CARE_ABOVE_NORMAL, "2026-03-10", reasonCode=because(UNDERWEIGHT))],
    "a plan for a BMI that is not high": [
        bmi(17),
        performed(CARE_ABOVE_NORMAL, "2026-03-10", reasonCode=because(OVERWEIGHT)),
    ],
    "a plan for a BMI that is not low": [
        bmi(31),
        performed(CARE_BELOW_NORMAL, "2026-03-10", reasonCode=because(UNDERWEIGHT)),
    ],
    "the wrong reason": [bmi(31), referred(REFERRAL, "2026-03-10", reasonCode=because(UNDERWEIGHT))],
    "not to be done": [
        bmi(31),
        referred(REFERRAL, "2026-03-10", doNotPerform=True, reasonCode=because(OVERWEIGHT)),
    ],
    "without a BMI": [referred(REFERRAL, "2026-03-10", reasonCode=because(OVERWEIGHT))],
}


@pytest.mark.parametrize("events", FOLLOWED_UP.values(), ids=FOLLOWED_UP)
def test_follow_up_for_the_diagnosis_closes_the_gap(events):
    assert evaluate(SEEN, *events).status is GapStatus.CLOSED


@pytest.mark.parametrize("events", NOT_FOLLOWED_UP.values(), ids=NOT_FOLLOWED_UP)
def test_follow_up_at_another_time_or_for_another_reason_does_not(events):
    assert evaluate(SEEN, *events).status is GapStatus.OPEN


def test_a_diagnosis_that_ended_on_an_unknown_day_may_have_stood():
    ended = diagnosed(OVERWEIGHT, "2020-01-01", clinical="inactive")
    assert (
        evaluate(SEEN, bmi(31), performed(CARE_ABOVE_NORMAL, "2026-03-10"), ended).status is GapStatus.UNKNOWN
    )


@pytest.mark.parametrize(
    ("born", "counted"), [("2008-03-10", 1), ("2008-03-11", 0), ("1990-01-01", 1), ("2009-01-01", 0)]
)
def test_18_on_the_day_of_the_visit(born, counted):
    assert evaluate(SEEN, born=born).groups[0].populations["initial-population"] == counted


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (visit(VISIT, "2026-01-01") | {"class": {"code": "AMB"}}, 1),
        (visit(VISIT, "2026-12-31"), 1),
        (visit(VISIT, "2026-03-10") | {"class": {"code": "VR"}}, 0),
        (visit(VISIT, "2027-01-01"), 0),
        (visit(VISIT, "2026-03-10", status="cancelled"), 0),
    ],
)
def test_a_visit_in_person(seen, counted):
    assert evaluate(seen).groups[0].populations["initial-population"] == counted


@pytest.mark.parametrize(
    ("event", "excluded"),
    [
        (diagnosed(PREGNANCY, "2025-09-01"), 1),
        (diagnosed(PREGNANCY, "2026-12-31", category="encounter-diagnosis"), 1),
        (diagnosed(PREGNANCY, "2027-01-01"), 0),
        (diagnosed(PREGNANCY, "2025-01-01", "2026-02-01", clinical="resolved"), 0),
        (referred(HOSPICE_CARE, "2026-05-01"), 1),
        (diagnosed(DIAGNOSIS, "2026-05-01"), 1),
    ],
)
def test_pregnancy_or_end_of_life_care_excludes(event, excluded):
    assert evaluate(SEEN, event).groups[0].populations["denominator-exclusion"] == excluded


def not_ordered(name, day, why, **more):
    return referred(name, day, status="completed", doNotPerform=True, reasonCode=because(why), **more)


def not_prescribed(name):
    why = because(MEDICAL_REASON)
    return prescribed(name, "2026-03-10", status="completed", doNotPerform=True, reasonCode=why)


EXCEPTIONS = {
    "BMI declined": (refused(BMI, "2026-03-10", DECLINED), 1),
    "BMI not taken for a medical reason": (refused(BMI, "2026-03-10", MEDICAL_REASON), 1),
    "BMI declined the day after": (refused(BMI, "2026-03-11", DECLINED), 0),
    "BMI not taken for no known reason": (refused(BMI, "2026-03-10", OVERWEIGHT), 0),
    "referral not ordered": (not_ordered(REFERRAL, "2026-03-10", MEDICAL_REASON), 1),
    "advice not ordered": (not_ordered(CARE_ABOVE_NORMAL, "2026-03-10", MEDICAL_REASON), 1),
    "feeding not ordered": (not_ordered(CARE_BELOW_NORMAL, "2026-03-10", MEDICAL_REASON), 1),
    "referral declined": (not_ordered(REFERRAL, "2026-03-10", DECLINED), 0),
    "referral not ordered the day before": (not_ordered(REFERRAL, "2026-03-09", MEDICAL_REASON), 0),
    "medicine for weight loss not ordered": (not_prescribed(MEDICINES_ABOVE_NORMAL), 1),
    "medicine for weight gain not ordered": (not_prescribed(MEDICINES_BELOW_NORMAL), 1),
    "referral ordered": (referred(REFERRAL, "2026-03-10", reasonCode=because(MEDICAL_REASON)), 0),
}


@pytest.mark.parametrize(("event", "excepted"), EXCEPTIONS.values(), ids=EXCEPTIONS)
def test_a_reason_on_the_day_of_the_visit_is_an_exception(event, excepted):
    result = evaluate(SEEN, bmi(31), event)
    assert result.groups[0].populations["denominator-exception"] == excepted
    assert result.status is (GapStatus.NOT_APPLICABLE if excepted else GapStatus.OPEN)


def test_before_the_first_visit_the_gap_is_prospective():
    assert evaluate(as_of=date(2026, 2, 1)).status is GapStatus.PROSPECTIVE
    assert evaluate(bmi(22), as_of=date(2026, 2, 1)).status is GapStatus.NOT_APPLICABLE
    assert evaluate(as_of=date(2026, 2, 1), born="2008-12-31").status is GapStatus.PROSPECTIVE
    assert evaluate(as_of=date(2026, 2, 1), born="2009-01-01").status is GapStatus.NOT_APPLICABLE


@pytest.mark.parametrize(
    "kind", ["Observation", "ServiceRequest", "MedicationRequest", "Procedure", "Condition"]
)
def test_what_was_not_gathered_is_never_a_gap(kind):
    assert evaluate(SEEN, bmi(31), gathered=all_but(kind)).status is GapStatus.UNKNOWN


def test_follow_up_that_lacks_only_its_reason_is_nearest():
    later, earlier = referred(REFERRAL, "2026-03-10", id="r1"), performed(CARE_ABOVE_NORMAL, "2026-02-01")
    assert evaluate(SEEN, bmi(31), earlier, later).nearest("followed_up").reference == "ServiceRequest/r1"
    for_low = performed(CARE_BELOW_NORMAL, "2026-03-10", id="p1")
    assert evaluate(SEEN, bmi(17), for_low).nearest("followed_up").reference == "Procedure/p1"
    assert evaluate(SEEN, bmi(31), for_low).nearest("followed_up") is None
    assert evaluate(SEEN, bmi(17), earlier).nearest("followed_up") is None


def test_the_last_bmi_ever_is_nearest():
    old = [bmi(23, "2020-01-01"), bmi(22, "2025-12-31", id="b1")]
    assert evaluate(SEEN, *old).nearest("measured").reference == "Observation/b1"
