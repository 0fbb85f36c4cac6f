"""APM: children and adolescents supplied twice with an antipsychotic."""

import pytest

from measures.library.apm_children_on_antipsychotics import MEASURE as APM
from measures.shared.antipsychotics import (
    ANTIPSYCHOTIC,
    GLUCOSE,
    LDL,
    SCHIZOPHRENIA,
)
from tests.clinic import all_but, diagnosed, dispensed, observed, prescribed
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, status

MEDICINE = prescribed(ANTIPSYCHOTIC, "2026-03-01", 30)
ILL = diagnosed(SCHIZOPHRENIA, "2019-05-01")


TWICE = {
    "once": ([MEDICINE], OUT),
    "twice on one day": ([MEDICINE, prescribed(ANTIPSYCHOTIC, "2026-03-01", 30)], OUT),
    "on two days": ([MEDICINE, dispensed(ANTIPSYCHOTIC, "2026-03-31", 30)], OPEN),
    "the second in the next year": ([MEDICINE, dispensed(ANTIPSYCHOTIC, "2027-01-01", 30)], OUT),
    "with a refill": (
        [prescribed(ANTIPSYCHOTIC, "2026-03-01") | {"dispenseRequest": {"numberOfRepeatsAllowed": 1}}],
        OPEN,
    ),
}


@pytest.mark.parametrize(("events", "expected"), TWICE.values(), ids=TWICE)
def test_a_child_is_in_apm_with_a_second_supply(events, expected):
    assert status(APM, *events, born="2014-01-01") is expected


@pytest.mark.parametrize(
    ("born", "expected"),
    [("2026-01-01", OUT), ("2025-12-31", OPEN), ("2009-01-01", OPEN), ("2008-12-31", OUT)],
)
def test_apm_is_for_1_to_17(born, expected):
    assert status(APM, MEDICINE, dispensed(ANTIPSYCHOTIC, "2026-03-31", 30), born=born) is expected


def test_both_tests_are_needed():
    supplied = prescribed(ANTIPSYCHOTIC, "2026-03-01") | {"dispenseRequest": {"numberOfRepeatsAllowed": 1}}
    glucose, lipids = observed(GLUCOSE, "2026-04-01", value=90), observed(LDL, "2026-04-01", value=90)

    assert status(APM, supplied, glucose, born="2014-01-01") is OPEN
    assert status(APM, supplied, lipids, born="2014-01-01") is OPEN
    assert status(APM, supplied, glucose, lipids, born="2014-01-01") is CLOSED


def test_what_was_not_gathered_is_no_gap():
    twice = MEDICINE, dispensed(ANTIPSYCHOTIC, "2026-03-31", 30)

    assert status(APM, *twice, born="2014-01-01", gathered=all_but("Observation")) is UNKNOWN
    assert status(APM, born="2014-01-01", gathered=all_but("MedicationRequest")) is UNKNOWN
