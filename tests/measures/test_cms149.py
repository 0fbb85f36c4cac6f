"""CMS149, case by case."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms149_dementia_cognition import (
    ANY_INTERACTION,
    ASSESSMENT,
    DEMENTIA,
    MEASURE,
    NEUROPSYCHOLOGY,
    PATIENT_REASON,
    TOOL_SCORE,
)
from measures.measure import GapStatus
from measures.shared.visits import OFFICE
from measures.terminology import ValueSet
from measures.time import Period
from tests.clinic import all_but, chart, diagnosed, observed, refused, visit

YEAR = Period.year(2026)
OTHER_REASON = ValueSet("1.2.3", "Another reason")
SEEN = visit(OFFICE, "2026-06-15T09:00:00Z", "2026-06-15T10:00:00Z")
CALLED = visit(ANY_INTERACTION, "2026-09-01")
DEMENTED = diagnosed(DEMENTIA, "2020-01-01")
IN_MEASURE = (SEEN, CALLED, DEMENTED)


def evaluate(*events, as_of=None, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR, as_of)


def counted(result, population="initial-population"):
    return result.groups[0].populations[population]


def scored(day, value=26, **more):
    return observed(TOOL_SCORE, day, value=value, unit="{score}", **more)


ASSESSMENTS = {
    "none": ([], GapStatus.OPEN),
    "on the day of the visit": ([scored("2026-06-15T17:00:00Z")], GapStatus.CLOSED),
    "the day after": ([scored("2026-06-16")], GapStatus.OPEN),
    "12 months before": ([scored("2025-06-15")], GapStatus.CLOSED),
    "12 months and a day before": ([scored("2025-06-14")], GapStatus.OPEN),
    "before the visit, by another method": ([observed(ASSESSMENT, "2026-03-01", value=1)], GapStatus.CLOSED),
    "without a result": ([observed(TOOL_SCORE, "2026-06-15")], GapStatus.OPEN),
    "preliminary": ([scored("2026-06-15", status="preliminary")], GapStatus.CLOSED),
    "registered": ([scored("2026-06-15", status="registered")], GapStatus.OPEN),
    "some day of June": ([scored("2026-06")], GapStatus.UNKNOWN),
}


@pytest.mark.parametrize(("events", "status"), ASSESSMENTS.values(), ids=ASSESSMENTS)
def test_an_assessment_in_the_year_up_to_the_visit_closes_the_gap(events, status):
    assert evaluate(*IN_MEASURE, *events).status is status


CONDITIONS = {
    "active": (diagnosed(DEMENTIA, "2020-01-01"), 1),
    "begun on the day of the visit": (diagnosed(DEMENTIA, "2026-06-15T23:00:00Z"), 1),
    "begun the day after": (diagnosed(DEMENTIA, "2026-06-16"), 0),
    "ended the day before": (diagnosed(DEMENTIA, "2020-01-01", "2026-06-14"), 0),
    "relapsed": (diagnosed(DEMENTIA, "2020-01-01", clinical="relapse"), 1),
    "inactive": (diagnosed(DEMENTIA, "2020-01-01", clinical="inactive"), 0),
    "without a clinical status": (diagnosed(DEMENTIA, "2020-01-01", clinical=None), 0),
    "confirmed": (diagnosed(DEMENTIA, "2020-01-01", verification="confirmed"), 1),
    "provisional": (diagnosed(DEMENTIA, "2020-01-01", verification="provisional"), 1),
    "unconfirmed": (diagnosed(DEMENTIA, "2020-01-01", verification="unconfirmed"), 0),
    "refuted": (diagnosed(DEMENTIA, "2020-01-01", verification="refuted"), 0),
}


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_active_dementia_on_the_day_of_the_visit(condition, expected):
    assert counted(evaluate(SEEN, CALLED, condition)) == expected


def test_an_onset_without_a_start_does_not_prove_that_it_had_begun():
    no_start = diagnosed(DEMENTIA, None, onsetPeriod={"end": "2027-01-01"})
    result = evaluate(SEEN, CALLED, no_start)
    assert (counted(result), result.status) == (0, GapStatus.UNKNOWN)


VISITS = {
    "one": ([SEEN], 0),
    "two": ([SEEN, visit(NEUROPSYCHOLOGY, "2026-12-31")], 1),
    "one and a call": ([SEEN, CALLED], 1),
    "two calls": ([CALLED, visit(ANY_INTERACTION, "2026-10-01")], 0),
    "one and one before the period": ([SEEN, visit(OFFICE, "2025-12-31")], 0),
    "one and one after the period": ([SEEN, visit(OFFICE, "2027-01-01")], 0),
    "one and one over the turn of the year": ([SEEN, visit(OFFICE, "2025-12-31", "2026-01-01")], 0),
    "one and a call over the turn of the year": (
        [SEEN, visit(ANY_INTERACTION, "2026-12-31", "2027-01-01")],
        0,
    ),
    "one and one cancelled": ([SEEN, visit(OFFICE, "2026-10-01", status="cancelled")], 0),
}


@pytest.mark.parametrize(("visits", "expected"), VISITS.values(), ids=VISITS)
def test_two_visits_one_of_them_to_assess_cognition(visits, expected):
    assert counted(evaluate(*visits, DEMENTED)) == expected


@pytest.mark.parametrize(
    ("issued", "because", "expected"),
    [
        ("2026-06-15T09:00:00Z", PATIENT_REASON, 1),
        ("2026-06-15T10:00:00Z", PATIENT_REASON, 1),
        ("2026-06-15T10:00:01Z", PATIENT_REASON, 0),
        ("2026-06-15T08:59:59Z", PATIENT_REASON, 0),
        ("2026-09-01T00:00:00Z", PATIENT_REASON, 0),
        ("2026-06-15T09:30:00Z", OTHER_REASON, 0),
    ],
)
def test_a_reason_of_the_patient_recorded_during_the_visit_is_an_exception(issued, because, expected):
    assert counted(evaluate(*IN_MEASURE, refused(TOOL_SCORE, issued, because)), "denominator-exception") == (
        expected
    )


def test_a_refusal_is_dated_by_when_it_was_issued_not_by_the_time_it_was_meant_for():
    refusal = refused(TOOL_SCORE, "2026-06-15T09:30:00Z", PATIENT_REASON)
    meant_for_later = refusal | {"effectiveDateTime": "2026-08-01"}
    assert counted(evaluate(*IN_MEASURE, meant_for_later), "denominator-exception") == 1


def test_before_the_second_visit_the_gap_is_prospective():
    assert evaluate(SEEN, DEMENTED, as_of=date(2026, 7, 1)).status is GapStatus.PROSPECTIVE
    assert evaluate(SEEN, DEMENTED, as_of=date(2027, 7, 1)).status is GapStatus.NOT_APPLICABLE


@pytest.mark.parametrize("kind", ["Observation", "Condition", "Encounter"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    events = [event for event in IN_MEASURE if event["resourceType"] != kind]
    assert evaluate(*events, gathered=all_but(kind)).status is GapStatus.UNKNOWN


@pytest.mark.parametrize(
    ("day", "why"),
    [("2025-06-14", "over 12 months before the visit"), ("2026-10-01", "after the last visit")],
)
def test_the_nearest_assessment_and_why_it_is_not_enough(day, why):
    earlier = scored("2020-01-01")
    told = explain(evaluate(*IN_MEASURE, scored(day, id="o1"), earlier), date(2026, 10, 2))
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("o1", why)]
