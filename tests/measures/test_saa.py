"""SAA: an antipsychotic on 80 % of the days."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.saa_antipsychotic_adherence import MEASURE
from measures.measure import GapStatus
from measures.shared.antipsychotics import ANTIPSYCHOTIC, SCHIZOPHRENIA
from tests.clinic import all_but, chart, diagnosed, dispensed, prescribed
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR

ILL = diagnosed(SCHIZOPHRENIA, "2020-01-01")


def supply(day, days):
    return dispensed(ANTIPSYCHOTIC, day, days)


# From 23 September 100 days are left of the year.
CASES = {
    "80 of 100 days": ([supply("2026-09-23", 40), supply("2026-11-02", 40)], CLOSED),
    "79 of 100 days": ([supply("2026-09-23", 40), supply("2026-11-02", 39)], OPEN),
    # From 1 January 365 days: 79.9 % of them are 291.6 and 80 % are 292.
    "292 of 365 days": ([supply("2026-01-01", 200), supply("2026-08-01", 92)], CLOSED),
    "291 of 365 days": ([supply("2026-01-01", 200), supply("2026-08-01", 91)], OPEN),
    "fetched early, used later": ([supply("2026-09-23", 40), supply("2026-10-23", 40)], CLOSED),
    "beyond the end of the year": ([supply("2026-09-23", 40), supply("2026-12-31", 90)], OPEN),
    "once only": ([supply("2026-09-23", 90)], OUT),
    "twice on one day": ([supply("2026-09-23", 90), supply("2026-09-23", 90)], OUT),
    "orders tell nothing": (
        [prescribed(ANTIPSYCHOTIC, "2026-01-01", 180), prescribed(ANTIPSYCHOTIC, "2026-07-01", 180)],
        OUT,
    ),
    "of unknown length": ([supply("2026-09-23", 40), supply("2026-11-02", 0)], UNKNOWN),
}


@pytest.mark.parametrize(("events", "status"), CASES.values(), ids=CASES)
def test_days_covered(events, status):
    result = MEASURE.evaluate(chart(ILL, *events), YEAR)

    assert result.status is status, result.reason


TWICE = (supply("2026-09-23", 20), supply("2026-10-13", 20))  # to 1 November: 40 of 100 days, 40 missing


@pytest.mark.parametrize(
    ("as_of", "status", "over"),
    [
        (date(2026, 11, 1), GapStatus.PROSPECTIVE, False),
        (date(2026, 11, 2), OPEN, False),
        (date(2026, 11, 22), OPEN, False),
        (date(2026, 11, 23), OPEN, True),
    ],
)
def test_the_last_day_on_which_80_percent_can_still_be_reached(as_of, status, over):
    foremost = MEASURE.evaluate(chart(ILL, *TWICE), YEAR, as_of).foremost

    assert (foremost.status, foremost.is_over) == (status, over)


def test_what_is_missing_is_told():
    told = explain(MEASURE.evaluate(chart(ILL, *TWICE), YEAR, date(2026, 11, 22)), date(2026, 11, 22))

    assert [miss.why for miss in told.nearest] == ["40 of 100 days supplied; 80 needed"]


@pytest.mark.parametrize(("born", "status"), [("2008-01-01", OPEN), ("2008-01-02", OUT)])
def test_18_at_the_start_of_the_year(born, status):
    assert MEASURE.evaluate(chart(ILL, *TWICE, born=born), YEAR).status is status


def test_what_was_not_gathered_is_no_gap():
    assert MEASURE.evaluate(chart(ILL, gathered=all_but("MedicationDispense")), YEAR).status is UNKNOWN
    assert MEASURE.evaluate(chart(*TWICE, gathered=all_but("Condition")), YEAR).status is UNKNOWN
