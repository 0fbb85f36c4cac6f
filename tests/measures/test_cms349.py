"""CMS349, case by case."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms349_hiv_screening import HIV, HIV_1_AND_2, HIV_TEST, MEASURE
from measures.measure import GapStatus
from measures.shared.visits import (
    OFFICE,
    PHONE,
    PREVENTIVE_ESTABLISHED_CHILD,
    PREVENTIVE_INITIAL,
)
from measures.time import Period
from tests.clinic import all_but, chart, diagnosed, observed, visit

YEAR = Period.year(2026)
SEEN = visit(OFFICE, "2026-03-10")


def evaluate(*events, born="1990-05-01", as_of=None, **more):
    return MEASURE.evaluate(chart(*events, born=born, **more), YEAR, as_of)


def nearest(result):
    """The near misses as (id, why)."""
    return [(miss.event.id, miss.why) for miss in explain(result, date(2026, 6, 1)).nearest]


TESTS = {
    "none": ([], GapStatus.OPEN),
    "long ago, on the 15th birthday": ([observed(HIV_TEST, "2005-05-01", value=0.0)], GapStatus.CLOSED),
    "the day before the 15th birthday": ([observed(HIV_TEST, "2005-04-30", value=0.0)], GapStatus.OPEN),
    "in the year of the 15th birthday": ([observed(HIV_TEST, "2005", value=0.0)], GapStatus.UNKNOWN),
    "on the last day": ([observed(HIV_TEST, "2026-12-31", value=0.0)], GapStatus.CLOSED),
    "after the period": ([observed(HIV_TEST, "2027-01-01", value=0.0)], GapStatus.OPEN),
    "without a result": ([observed(HIV_TEST, "2026-02-01")], GapStatus.OPEN),
    "by its own code": ([observed(HIV_1_AND_2, "2026-02-01", value=0.0)], GapStatus.CLOSED),
    "undated": ([observed(HIV_TEST, None, value=0.0)], GapStatus.UNKNOWN),
}


@pytest.mark.parametrize(("events", "status"), TESTS.values(), ids=TESTS)
def test_one_test_between_15_and_65_closes_the_gap(events, status):
    assert evaluate(SEEN, *events).status is status


@pytest.mark.parametrize(
    ("taken", "status"), [("2026-02-28", GapStatus.CLOSED), ("2026-03-01", GapStatus.OPEN)]
)
def test_a_test_after_65_does_not_count(taken, status):
    """Born on 29 February, 66 on 1 March."""
    assert evaluate(SEEN, observed(HIV_TEST, taken, value=0.0), born="1960-03-01").status is status
    assert evaluate(SEEN, observed(HIV_TEST, taken, value=0.0), born="1960-02-29").status is status


@pytest.mark.parametrize(
    ("born", "counted"), [("2011-01-02", 0), ("2011-01-01", 1), ("1960-01-02", 1), ("1960-01-01", 0)]
)
def test_15_to_65_at_the_start_of_the_period(born, counted):
    assert evaluate(SEEN, born=born).groups[0].populations["initial-population"] == counted


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (visit(PREVENTIVE_INITIAL, "2026-12-31"), 1),
        (visit(PREVENTIVE_ESTABLISHED_CHILD, "2026-01-01"), 1),
        (visit(PHONE, "2026-05-01"), 0),
        (visit(OFFICE, "2027-01-01"), 0),
    ],
)
def test_an_office_or_preventive_visit(seen, counted):
    assert evaluate(seen).groups[0].populations["initial-population"] == counted


@pytest.mark.parametrize(
    ("hiv", "excluded"),
    [
        (diagnosed(HIV, "2025-12-31"), 1),
        (diagnosed(HIV, "2026-01-01"), 0),
        (diagnosed(HIV, "2020-01-01", "2021-01-01", clinical="inactive"), 1),
        (diagnosed(HIV, "2020-01-01", verification="refuted"), 0),
    ],
)
def test_hiv_known_before_the_period_excludes(hiv, excluded):
    assert evaluate(SEEN, hiv).groups[0].populations["denominator-exclusion"] == excluded


def test_hiv_of_an_unknown_day_around_the_start_is_unknown():
    assert evaluate(SEEN, diagnosed(HIV, None)).status is GapStatus.UNKNOWN


@pytest.mark.parametrize(
    ("patient", "status", "excepted"),
    [
        ({"deceasedDateTime": "2026-12-31"}, GapStatus.NOT_APPLICABLE, 1),
        ({"deceasedDateTime": "2027-01-01"}, GapStatus.OPEN, 0),
        ({"deceasedBoolean": True}, GapStatus.UNKNOWN, 0),
        ({"deceasedBoolean": False}, GapStatus.OPEN, 0),
    ],
)
def test_one_who_died_in_the_period_is_excepted(patient, status, excepted):
    result = evaluate(SEEN, **patient)
    assert (result.status, result.groups[0].populations["denominator-exception"]) == (status, excepted)


def test_one_who_was_tested_and_died_counts_as_tested():
    populations = (
        evaluate(SEEN, *TESTS["on the last day"][0], deceasedDateTime="2026-12-31").groups[0].populations
    )
    assert (populations["numerator"], populations["denominator-exception"]) == (1, 0)


def test_before_the_first_visit_the_gap_is_prospective():
    assert evaluate(as_of=date(2026, 2, 1)).status is GapStatus.PROSPECTIVE


def test_observations_not_gathered_are_never_a_gap():
    assert evaluate(SEEN, gathered=all_but("Observation")).status is GapStatus.UNKNOWN


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (observed(HIV_TEST, "2005-04-30", value=0.0, id="t1"), "taken before the age of 15, or after 65"),
        (observed(HIV_TEST, "2027-01-01", value=0.0, id="t1"), "after 2026-12-31"),
        (observed(HIV_TEST, "2020-01-01", id="t1"), "no laboratory result recorded"),
    ],
)
def test_the_nearest_test_is_named_with_why_it_does_not_count(event, why):
    assert nearest(evaluate(SEEN, event)) == [("t1", why)]
