"""CMS139, case by case."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms139_falls_screening import HEARING_VISIT, MEASURE, SCREENING
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_CARE
from measures.shared.visits import LONG_TERM_CARE, OFFICE, PHYSICAL_THERAPY, VIRTUAL
from measures.time import Period
from tests.clinic import all_but, chart, observed, performed, visit

YEAR = Period.year(2025)
SEEN = visit(OFFICE, "2025-03-10")


def evaluate(*events, born="1950-01-01", as_of=None, **more):
    return MEASURE.evaluate(chart(*events, born=born, **more), YEAR, as_of)


def screened(day, **more):
    return observed(SCREENING, day, **more)


def of_category(code):
    return [{"coding": [{"code": code}]}]


SCREENINGS = {
    "none": ([], GapStatus.OPEN),
    "on the first day": ([screened("2025-01-01")], GapStatus.CLOSED),
    "on the last day": ([screened("2025-12-31T23:59:59Z")], GapStatus.CLOSED),
    "the day before the period": ([screened("2024-12-31T23:59:59Z")], GapStatus.OPEN),
    "the day after the period": ([screened("2026-01-01T00:00:00Z")], GapStatus.OPEN),
    "as a survey": ([screened("2025-03-10", category=of_category("survey"))], GapStatus.CLOSED),
    "as a laboratory result": ([screened("2025-03-10", category=of_category("laboratory"))], GapStatus.OPEN),
    "over the turn of the year": (
        [screened(None, effectivePeriod={"start": "2024-12-31", "end": "2025-01-01"})],
        GapStatus.OPEN,
    ),
    "preliminary": ([screened("2025-03-10", status="preliminary")], GapStatus.OPEN),
    "amended": ([screened("2025-03-10", status="amended")], GapStatus.CLOSED),
    "some time between two years": ([screened("2025")], GapStatus.CLOSED),
    "undated": ([screened(None)], GapStatus.UNKNOWN),
}


@pytest.mark.parametrize(("events", "status"), SCREENINGS.values(), ids=SCREENINGS)
def test_a_screening_in_the_period_closes_the_gap(events, status):
    assert evaluate(SEEN, *events).status is status


@pytest.mark.parametrize(("born", "counted"), [("1960-01-01", 1), ("1960-01-02", 0)])
def test_65_on_the_first_day_of_the_period(born, counted):
    assert evaluate(SEEN, born=born).groups[0].populations["initial-population"] == counted


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (visit(OFFICE, "2025-01-01"), 1),
        (visit(VIRTUAL, "2025-12-31"), 1),
        (visit(HEARING_VISIT, "2025-06-01"), 1),
        (visit(LONG_TERM_CARE, "2025-06-01"), 1),
        (visit(PHYSICAL_THERAPY, "2025-06-01"), 1),
        (visit(OFFICE, "2024-12-31T23:00:00Z", "2025-01-01T00:30:00Z"), 0),
        (visit(OFFICE, "2026-01-01"), 0),
        (visit(OFFICE, "2025-06-01", status="cancelled"), 0),
    ],
)
def test_a_finished_visit_wholly_in_the_period(seen, counted):
    assert evaluate(seen).groups[0].populations["initial-population"] == counted


def test_hospice_care_excludes():
    result = evaluate(SEEN, performed(HOSPICE_CARE, "2025-06-01"))
    assert result.groups[0].populations["denominator-exclusion"] == 1


def test_before_the_first_visit_the_gap_is_prospective():
    assert evaluate(as_of=date(2025, 2, 1)).status is GapStatus.PROSPECTIVE
    assert evaluate(as_of=date(2026, 2, 1)).status is GapStatus.NOT_APPLICABLE


@pytest.mark.parametrize("kind", ["Observation", "Encounter", "Procedure", "Condition", "ServiceRequest"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    seen = [] if kind == "Encounter" else [SEEN]
    assert evaluate(*seen, gathered=all_but(kind)).status is GapStatus.UNKNOWN


def test_the_last_screening_is_at_hand_as_what_comes_nearest():
    told = explain(evaluate(SEEN, screened("2024-12-31", id="s1"), screened("2020-01-01")), date(2025, 3, 10))
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("s1", "before 2025-01-01")]
