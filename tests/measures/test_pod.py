"""POD: medicine for opioid use disorder for 180 days without a break."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.pod_opioid_treatment import MEASURE as POD
from measures.shared.opioid_treatment import MEDICINE, OPIOID_USE_DISORDER
from tests.clinic import all_but, chart, diagnosed, dispensed, prescribed
from tests.measures.in_2026 import CLOSED, DUE, OPEN, OUT, UNKNOWN, YEAR

ILL = diagnosed(OPIOID_USE_DISORDER, "2025-01-01")


def status(measure, *events, as_of=None, **more):
    return measure.evaluate(chart(ILL, *events, **more), YEAR, as_of).status


def supply(day, days):
    return dispensed(MEDICINE, day, days)


FIRST = supply("2026-01-01", 100)  # to 10 April
CASES = {
    "none": ([], OUT),
    "179 days": ([supply("2026-01-01", 179)], OPEN),
    "180 days": ([supply("2026-01-01", 180)], CLOSED),
    "a break of 7 days": ([FIRST, supply("2026-04-18", 100)], CLOSED),
    "a break of 8 days": ([FIRST, supply("2026-04-19", 100)], OPEN),
    "fetched early, used later": ([FIRST, supply("2026-03-31", 80)], CLOSED),
    "fetched early, a day too few": ([FIRST, supply("2026-03-31", 79)], OPEN),
    "begun on 1 July before": ([supply("2025-07-01", 180)], CLOSED),
    "begun on 30 June before": ([supply("2025-06-30", 180)], OUT),
    "begun on 30 June": ([supply("2026-06-30", 30)], OPEN),
    "begun on 1 July": ([supply("2026-07-01", 30)], OUT),
    "treated until 31 days before": (
        [supply("2025-06-20", 10), supply("2025-07-30", 180)],  # 29 June to 30 July
        OUT,
    ),
    "treated until 32 days before": ([supply("2025-06-20", 10), supply("2025-07-31", 180)], CLOSED),
    "no length": ([dispensed(MEDICINE, "2026-01-01", 0)], UNKNOWN),
    "orders where nothing was dispensed": ([prescribed(MEDICINE, "2026-01-01", 180)], CLOSED),
    "dispenses before orders": ([prescribed(MEDICINE, "2026-01-01", 180), supply("2026-01-01", 30)], OPEN),
}


@pytest.mark.parametrize(("events", "expected"), CASES.values(), ids=CASES)
def test_pod_lasts_180_days(events, expected):
    result = POD.evaluate(chart(ILL, *events), YEAR)

    assert result.status is expected, result.reason


@pytest.mark.parametrize(("born", "expected"), [("2010-01-01", OPEN), ("2010-01-02", OUT)])
def test_pod_is_for_16_and_older(born, expected):
    assert status(POD, FIRST, born=born) is expected


def test_without_the_disorder_the_medicine_is_for_something_else():
    assert POD.evaluate(chart(FIRST), YEAR).status is OUT


@pytest.mark.parametrize(
    ("as_of", "expected", "closable"),
    [
        (date(2026, 4, 10), DUE, True),
        (date(2026, 4, 11), OPEN, True),
        (date(2026, 4, 18), OPEN, True),
        (date(2026, 4, 19), OPEN, False),
    ],
)
def test_pod_can_be_saved_until_the_eighth_day_without_supply(as_of, expected, closable):
    result = POD.evaluate(chart(ILL, FIRST), YEAR, as_of)

    assert result.status is expected
    assert explain(result, as_of).can_close_today is closable


def test_what_is_missing_is_told():
    told = explain(POD.evaluate(chart(ILL, FIRST), YEAR, date(2026, 4, 12)), date(2026, 4, 12))

    assert [miss.why for miss in told.nearest] == ["100 of 180 days, supplied until 2026-04-10"]


def test_what_was_not_gathered_is_no_gap():
    assert status(POD, gathered=all_but("MedicationDispense")) is UNKNOWN
    assert POD.evaluate(chart(FIRST, gathered=all_but("Condition")), YEAR).status is UNKNOWN
