"""MOUD: from when a supply that has run out is a gap."""

from datetime import date

import pytest

from measures.library.moud_goes_on import MEASURE as MOUD
from measures.shared.opioid_treatment import MEDICINE, OPIOID_USE_DISORDER
from tests.clinic import all_but, chart, diagnosed, dispensed
from tests.measures.in_2026 import CLOSED, DUE, OPEN, OUT, UNKNOWN, YEAR

ILL = diagnosed(OPIOID_USE_DISORDER, "2025-01-01")


def status(measure, *events, as_of=None, **more):
    return measure.evaluate(chart(ILL, *events, **more), YEAR, as_of).status


def supply(day, days):
    return dispensed(MEDICINE, day, days)


@pytest.mark.parametrize(
    ("events", "as_of", "expected"),
    [
        ([supply("2026-10-17", 28)], date(2026, 11, 13), DUE),
        ([supply("2026-10-17", 28)], date(2026, 11, 14), OPEN),
        ([supply("2026-12-04", 28)], date(2026, 12, 5), CLOSED),
        ([supply("2026-12-03", 28)], date(2026, 12, 5), DUE),
        ([supply("2025-12-05", 28)], date(2026, 1, 2), OPEN),
        ([supply("2025-12-04", 28)], date(2026, 1, 2), OUT),
        ([supply("2026-03-01", 28), supply("2026-11-01", 28)], date(2026, 11, 13), DUE),
    ],
)
def test_moud_is_a_gap_from_the_day_after_the_supply_ran_out(events, as_of, expected):
    assert status(MOUD, *events, as_of=as_of) is expected


def test_without_the_disorder_the_medicine_is_for_something_else():
    assert MOUD.evaluate(chart(supply("2026-10-17", 28)), YEAR).status is OUT


def test_what_was_not_gathered_is_no_gap():
    assert status(MOUD, gathered=all_but("MedicationDispense")) is UNKNOWN
