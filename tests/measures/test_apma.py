"""APM-A: any adult on an antipsychotic has glucose and lipids measured in the year."""

import pytest

from measures.library.apma_adults_on_antipsychotics import MEASURE as APM_A
from measures.shared.antipsychotics import (
    A1C,
    ANTIPSYCHOTIC,
    GLUCOSE,
    LDL,
    OTHER_LIPIDS,
    SCHIZOPHRENIA,
)
from tests.clinic import all_but, chart, diagnosed, observed, prescribed
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR, status

MEDICINE = prescribed(ANTIPSYCHOTIC, "2026-03-01", 30)
ILL = diagnosed(SCHIZOPHRENIA, "2019-05-01")


TESTS = {
    "no test": ([], OPEN),
    "glucose on 1 January": ([observed(GLUCOSE, "2026-01-01", value=90)], OPEN),
    "glucose on 31 December before": ([observed(GLUCOSE, "2025-12-31", value=90)], OPEN),
    "A1c on 31 December": ([observed(A1C, "2026-12-31", value=5)], OPEN),
    "A1c on 1 January after": ([observed(A1C, "2027-01-01", value=5)], OPEN),
    "A1c without a date": ([observed(A1C, None, value=5)], OPEN),
    "A1c and LDL": ([observed(A1C, "2026-05-01", value=5), observed(LDL, "2026-05-01", value=90)], CLOSED),
    "glucose and triglycerides": (
        [observed(GLUCOSE, "2026-05-01", value=90), observed(OTHER_LIPIDS, "2026-05-01", value=90)],
        CLOSED,
    ),
    "LDL alone": ([observed(LDL, "2026-05-01", value=90)], OPEN),
    "A1c not final": ([observed(A1C, "2026-05-01", value=5, status="registered")], OPEN),
}


@pytest.mark.parametrize(("events", "expected"), TESTS.values(), ids=TESTS)
def test_the_tests_of_an_adult(events, expected):
    assert status(APM_A, ILL, MEDICINE, *events) is expected


def test_the_first_step_of_two_tests_is_named():
    result = APM_A.evaluate(chart(MEDICINE, observed(A1C, "2026-05-01", value=5)), YEAR)

    assert [step.name for step in result.next_steps] == ["lipids_tested"]
    assert [group.status for group in result.groups] == [OPEN, CLOSED, OPEN]


@pytest.mark.parametrize(("born", "expected"), [("2009-01-01", OUT), ("2008-12-31", OPEN)])
def test_adults_whatever_the_medicine_is_for(born, expected):
    assert status(APM_A, MEDICINE, born=born) is expected
    assert status(APM_A, born=born) is OUT


def test_what_was_not_gathered_is_no_gap():
    assert status(APM_A, MEDICINE, gathered=all_but("Observation")) is UNKNOWN
