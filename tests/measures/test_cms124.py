"""CMS124, case by case."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms124_cervical_cancer_screening import (
    HPV_TEST,
    HYSTERECTOMY,
    MEASURE,
    NO_CERVIX,
    PAP_TEST,
)
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_ENCOUNTER
from measures.shared.palliative import INTERVENTION
from measures.shared.visits import ANNUAL_WELLNESS, HOME, OFFICE, PHONE, VIRTUAL
from measures.time import Period
from tests.clinic import all_but, chart, diagnosed, observed, performed, visit

YEAR = Period.year(2026)
SEEN = visit(OFFICE, "2026-03-10")


def evaluate(*events, born="1985-05-01", gender="female", as_of=None, **more):
    return MEASURE.evaluate(chart(*events, born=born, gender=gender, **more), YEAR, as_of)


def nearest(result):
    """The near misses as (id, why)."""
    return [(miss.event.id, miss.why) for miss in explain(result, date(2026, 6, 1)).nearest]


TESTS = {
    "none": ([], GapStatus.OPEN),
    "Pap test 2 years before": ([observed(PAP_TEST, "2024-01-01", value=1.0)], GapStatus.CLOSED),
    "Pap test too long ago": ([observed(PAP_TEST, "2023-12-31", value=1.0)], GapStatus.OPEN),
    "Pap test on the last day": ([observed(PAP_TEST, "2026-12-31", value=1.0)], GapStatus.CLOSED),
    "Pap test after the period": ([observed(PAP_TEST, "2027-01-01", value=1.0)], GapStatus.OPEN),
    "Pap test without a result": ([observed(PAP_TEST, "2026-02-01")], GapStatus.OPEN),
    "HPV test 4 years before": ([observed(HPV_TEST, "2022-01-01", value=1.0)], GapStatus.CLOSED),
    "HPV test too long ago": ([observed(HPV_TEST, "2021-12-31", value=1.0)], GapStatus.OPEN),
    "HPV test without a result": ([observed(HPV_TEST, "2026-02-01")], GapStatus.OPEN),
    "undated HPV test": ([observed(HPV_TEST, None, value=1.0)], GapStatus.UNKNOWN),
}


@pytest.mark.parametrize(("events", "status"), TESTS.values(), ids=TESTS)
def test_a_pap_test_in_3_years_or_an_hpv_test_in_5_closes_the_gap(events, status):
    assert evaluate(SEEN, *events).status is status


@pytest.mark.parametrize(
    ("taken", "status"),
    [
        ("2024-04-30", GapStatus.OPEN),  # 29 that day
        ("2024-05-01", GapStatus.CLOSED),
        ("2024-06", GapStatus.CLOSED),
        ("2024", GapStatus.UNKNOWN),  # 29 or 30
        ("2023", GapStatus.OPEN),
    ],
)
def test_an_hpv_test_counts_from_30(taken, status):
    assert evaluate(SEEN, observed(HPV_TEST, taken, value=1.0), born="1994-05-01").status is status


@pytest.mark.parametrize(
    ("born", "counted"),
    [("2003-01-01", 0), ("2002-12-31", 1), ("1962-01-01", 1), ("1961-12-31", 0)],
)
def test_24_to_64_at_the_end_of_the_period(born, counted):
    assert evaluate(SEEN, born=born).groups[0].populations["initial-population"] == counted


def test_of_women():
    assert evaluate(SEEN, gender="male").status is GapStatus.NOT_APPLICABLE
    assert evaluate(SEEN, gender="unknown").status is GapStatus.UNKNOWN


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (visit(HOME, "2026-01-01"), 1),
        (visit(PHONE, "2026-12-31"), 1),
        (visit(VIRTUAL, "2026-05-01"), 1),
        (visit(ANNUAL_WELLNESS, "2026-05-01"), 0),
        (visit(OFFICE, "2025-12-31", "2026-01-01"), 0),
        (visit(OFFICE, "2026-05-01", status="planned"), 0),
    ],
)
def test_a_finished_visit_in_the_period(seen, counted):
    assert evaluate(seen).groups[0].populations["initial-population"] == counted


@pytest.mark.parametrize(
    ("event", "excluded"),
    [
        (performed(HYSTERECTOMY, "2026-12-31"), 1),
        (performed(HYSTERECTOMY, "2027-01-01"), 0),
        (diagnosed(NO_CERVIX, "1985-05-01"), 1),
        (diagnosed(NO_CERVIX, "2027-01-01"), 0),
        (visit(HOSPICE_ENCOUNTER, "2025-12-20", "2026-01-01"), 1),
        (performed(INTERVENTION, "2026-12-31"), 1),
        (performed(INTERVENTION, "2027-01-01"), 0),
    ],
)
def test_no_cervix_or_end_of_life_care_excludes(event, excluded):
    assert evaluate(SEEN, event).groups[0].populations["denominator-exclusion"] == excluded


def test_before_the_first_visit_the_gap_is_prospective():
    asked = date(2026, 2, 1)
    assert evaluate(as_of=asked).status is GapStatus.PROSPECTIVE
    assert evaluate(as_of=asked, gender="male").status is GapStatus.NOT_APPLICABLE
    assert evaluate(as_of=asked, born="2003-01-01").status is GapStatus.NOT_APPLICABLE


def test_observations_not_gathered_are_never_a_gap():
    assert evaluate(SEEN, gathered=all_but("Observation")).status is GapStatus.UNKNOWN


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (observed(HPV_TEST, "2024-04-30", value=1.0, id="t1"), "taken before the age of 30"),
        (observed(HPV_TEST, "2027-02-01", value=1.0, id="t1"), "after 2026-12-31"),
        (observed(HPV_TEST, "2024-05-01", id="t1"), "no laboratory result recorded"),
        (observed(PAP_TEST, "2023-12-31", value=1.0, id="t1"), "before 2024-01-01"),
    ],
)
def test_the_nearest_test_is_named_with_why_it_does_not_count(event, why):
    assert nearest(evaluate(SEEN, event, born="1994-05-01")) == [("t1", why)]


def test_an_hpv_test_of_an_older_woman_can_be_too_old():
    taken = observed(HPV_TEST, "2021-12-31", value=1.0, id="t1")
    assert nearest(evaluate(SEEN, taken)) == [("t1", "before 2022-01-01")]
