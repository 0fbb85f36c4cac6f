"""SMD: A1c and LDL cholesterol in diabetes with schizophrenia."""

import pytest

from measures.library.smd_diabetes_monitoring import MEASURE as SMD
from measures.shared.antipsychotics import (
    A1C,
    ANTIPSYCHOTIC,
    DIABETES,
    GLUCOSE,
    LDL,
    SCHIZOPHRENIA,
)
from tests.clinic import all_but, diagnosed, observed, prescribed
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, status

MEDICINE = prescribed(ANTIPSYCHOTIC, "2026-03-01", 30)
ILL = diagnosed(SCHIZOPHRENIA, "2019-05-01")


def test_smd_needs_a1c_and_ldl():
    ill = [ILL, diagnosed(DIABETES, "2020-01-01")]
    a1c, ldl = observed(A1C, "2026-02-01", value=8), observed(LDL, "2026-02-01", value=90)

    assert status(SMD, ILL) is OUT
    assert status(SMD, *ill) is OPEN
    assert status(SMD, *ill, a1c) is OPEN
    assert status(SMD, *ill, ldl, observed(GLUCOSE, "2026-02-01", value=90)) is OPEN
    assert status(SMD, *ill, a1c, ldl) is CLOSED
    assert status(SMD, *ill, a1c, observed(LDL, "2025-12-31", value=90)) is OPEN


@pytest.mark.parametrize(
    ("born", "expected"),
    [("2009-01-01", OUT), ("2008-12-31", OPEN), ("1962-01-01", OPEN), ("1961-12-31", OUT)],
)
def test_smd_is_for_18_to_64(born, expected):
    assert status(SMD, ILL, diagnosed(DIABETES, "2020-01-01"), born=born) is expected


def test_what_was_not_gathered_is_no_gap():
    assert status(SMD, ILL, diagnosed(DIABETES, "2020"), gathered=all_but("Observation")) is UNKNOWN
    assert status(SMD, gathered=all_but("Condition")) is UNKNOWN
