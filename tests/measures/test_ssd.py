"""SSD: who is on an antipsychotic, and which blood tests of the year count."""

import pytest

from measures.library.ssd_diabetes_screening import MEASURE as SSD
from measures.shared.antipsychotics import (
    A1C,
    ANTIPSYCHOTIC,
    BIPOLAR,
    DIABETES,
    GLUCOSE,
    LDL,
    OTHER_LIPIDS,
    SCHIZOPHRENIA,
)
from tests.clinic import all_but, diagnosed, dispensed, observed, prescribed
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, status

MEDICINE = prescribed(ANTIPSYCHOTIC, "2026-03-01", 30)
ILL = diagnosed(SCHIZOPHRENIA, "2019-05-01")


TESTS = {
    "no test": ([], OPEN),
    "glucose on 1 January": ([observed(GLUCOSE, "2026-01-01", value=90)], CLOSED),
    "glucose on 31 December before": ([observed(GLUCOSE, "2025-12-31", value=90)], OPEN),
    "A1c on 31 December": ([observed(A1C, "2026-12-31", value=5)], CLOSED),
    "A1c on 1 January after": ([observed(A1C, "2027-01-01", value=5)], OPEN),
    "A1c without a date": ([observed(A1C, None, value=5)], UNKNOWN),
    "A1c and LDL": ([observed(A1C, "2026-05-01", value=5), observed(LDL, "2026-05-01", value=90)], CLOSED),
    "glucose and triglycerides": (
        [observed(GLUCOSE, "2026-05-01", value=90), observed(OTHER_LIPIDS, "2026-05-01", value=90)],
        CLOSED,
    ),
    "LDL alone": ([observed(LDL, "2026-05-01", value=90)], OPEN),
    "A1c not final": ([observed(A1C, "2026-05-01", value=5, status="registered")], OPEN),
}


@pytest.mark.parametrize(("events", "expected"), TESTS.values(), ids=TESTS)
def test_the_tests_of_an_adult_with_schizophrenia(events, expected):
    assert status(SSD, ILL, MEDICINE, *events) is expected


TAKING = {
    "none": ([], OUT),
    "ordered on 31 December": ([prescribed(ANTIPSYCHOTIC, "2026-12-31", 30)], OPEN),
    "ordered on 1 January after": ([prescribed(ANTIPSYCHOTIC, "2027-01-01", 30)], OUT),
    "ordered before and lasting to 1 January": ([prescribed(ANTIPSYCHOTIC, "2025-12-03", 30)], OPEN),
    "ordered before and lasting to 31 December": ([prescribed(ANTIPSYCHOTIC, "2025-12-02", 30)], OUT),
    "an active order of no stated length": ([prescribed(ANTIPSYCHOTIC, "2025-02-02")], OPEN),
    "a completed order of no stated length": (
        [prescribed(ANTIPSYCHOTIC, "2025-02-02", status="completed")],
        UNKNOWN,
    ),
    "dispensed only": ([dispensed(ANTIPSYCHOTIC, "2026-02-02", 30)], OPEN),
    "to be stopped": ([prescribed(ANTIPSYCHOTIC, "2026-02-02", 30, doNotPerform=True)], OUT),
    "a draft": ([prescribed(ANTIPSYCHOTIC, "2026-02-02", 30, status="draft")], OUT),
}


@pytest.mark.parametrize(("events", "expected"), TAKING.values(), ids=TAKING)
def test_who_is_on_an_antipsychotic(events, expected):
    assert status(SSD, ILL, *events) is expected


@pytest.mark.parametrize(
    ("born", "expected"),
    [("2009-01-01", OUT), ("2008-12-31", OPEN), ("1962-01-01", OPEN), ("1961-12-31", OUT)],
)
def test_ssd_is_for_18_to_64(born, expected):
    assert status(SSD, ILL, MEDICINE, born=born) is expected


def test_ssd_is_for_schizophrenia_and_bipolar_disorder_without_diabetes():
    assert status(SSD, MEDICINE) is OUT
    assert status(SSD, MEDICINE, diagnosed(BIPOLAR, "2020-01-01")) is OPEN
    assert status(SSD, MEDICINE, ILL, diagnosed(DIABETES, "2026-12-31")) is OUT
    assert status(SSD, MEDICINE, ILL, diagnosed(DIABETES, "2027-01-01")) is OPEN


@pytest.mark.parametrize("kind", ["Observation", "Condition"])
def test_what_was_not_gathered_is_no_gap(kind):
    assert status(SSD, ILL, MEDICINE, gathered=all_but(kind)) is UNKNOWN


def test_orders_stand_in_for_dispenses_that_were_not_gathered():
    assert status(SSD, ILL, MEDICINE, gathered=all_but("MedicationDispense")) is OPEN
    assert status(SSD, ILL, gathered=all_but("MedicationDispense")) is UNKNOWN
