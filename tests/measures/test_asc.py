"""ASC: screening for unhealthy alcohol use, its limits for women and men, counseling within 60 days."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.asc_alcohol_screening import AUDIT, AUDIT_C, COUNSELED, DISORDER, HEAVY_DAYS, MEASURE
from measures.shared.visits import OFFICE
from tests.clinic import all_but, chart, diagnosed, observed, performed, visit
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR

SEEN = visit(OFFICE, "2026-05-10")


def screen(value, day="2026-05-10", name=AUDIT_C):
    return observed(name, day, value=value, unit="{score}")


def statuses(*events, gender="male", **more):
    result = MEASURE.evaluate(chart(SEEN, *events, gender=gender, **more), YEAR)
    return [group.status for group in result.groups]


NOT_UNHEALTHY = [OUT, CLOSED, CLOSED]
UNHEALTHY = [OPEN, CLOSED, OPEN]


@pytest.mark.parametrize(
    ("value", "name", "gender", "expected"),
    [
        (3, AUDIT_C, "male", NOT_UNHEALTHY),
        (4, AUDIT_C, "male", UNHEALTHY),
        (2, AUDIT_C, "female", NOT_UNHEALTHY),
        (3, AUDIT_C, "female", UNHEALTHY),
        (2, AUDIT_C, None, NOT_UNHEALTHY),
        (3, AUDIT_C, None, [UNKNOWN, CLOSED, UNKNOWN]),
        (4, AUDIT_C, None, UNHEALTHY),
        (7, AUDIT, "male", NOT_UNHEALTHY),
        (8, AUDIT, "female", UNHEALTHY),
        (0, HEAVY_DAYS, "male", NOT_UNHEALTHY),
        (1, HEAVY_DAYS, "male", UNHEALTHY),
    ],
)
def test_the_limit_of_each_screen(value, name, gender, expected):
    assert statuses(screen(value, name=name), gender=gender) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-05-09", [OPEN, CLOSED, OPEN]),
        ("2026-05-10", [CLOSED, CLOSED, CLOSED]),
        ("2026-07-09", [CLOSED, CLOSED, CLOSED]),
        ("2026-07-10", [OPEN, CLOSED, OPEN]),
        ("2026", [UNKNOWN, CLOSED, UNKNOWN]),
    ],
)
def test_counseling_within_60_days(day, expected):
    assert statuses(screen(9), performed(COUNSELED, day)) == expected


@pytest.mark.parametrize(
    ("day", "status"),
    [("2025-12-31", OPEN), ("2026-01-01", CLOSED), ("2026-12-31", CLOSED), ("2027-01-01", OPEN)],
)
def test_screened_in_the_year(day, status):
    assert statuses(screen(0, day))[1] is status


def test_the_latest_screen_counts():
    assert statuses(screen(9, "2026-02-01"), screen(2, "2026-05-01")) == NOT_UNHEALTHY


def test_who_has_the_disorder_is_treated_and_not_screened():
    assert statuses(diagnosed(DISORDER, "2020-01-01")) == [OUT, OUT, OUT]


@pytest.mark.parametrize(("born", "status"), [("2008-01-01", OPEN), ("2008-01-02", OUT)])
def test_18_at_the_start_of_the_year(born, status):
    assert statuses(born=born)[1] is status


def test_the_deadline_of_counseling():
    result = MEASURE.evaluate(chart(SEEN, screen(9), gender="male"), YEAR, date(2026, 7, 9))
    told = explain(result, date(2026, 7, 9))

    assert (told.deadline, told.can_close_today) == (date(2026, 7, 9), True)


def test_what_was_not_gathered_is_no_gap():
    assert statuses(gathered=all_but("Observation"))[1] is UNKNOWN
    assert statuses(screen(9), gathered=all_but("Procedure")) == [UNKNOWN] * 3
