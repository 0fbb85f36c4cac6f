"""NALOX: naloxone with opioid use disorder or after an overdose."""

import pytest

from measures.library.nalox_naloxone import MEASURE, NALOXONE, OVERDOSE
from measures.shared.opioid_treatment import OPIOID_USE_DISORDER
from measures.shared.visits import OFFICE
from tests.clinic import all_but, chart, concept, diagnosed, dispensed, prescribed, visit
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR

ILL = diagnosed(OPIOID_USE_DISORDER, "2020-01-01")
CASES = {
    "no naloxone": ([ILL], OPEN),
    "ordered on 1 January of the year before": ([ILL, prescribed(NALOXONE, "2025-01-01")], CLOSED),
    "ordered the day before that": ([ILL, prescribed(NALOXONE, "2024-12-31")], OPEN),
    "dispensed": ([ILL, dispensed(NALOXONE, "2026-12-31", 1)], CLOSED),
    "dispensed in the next year": ([ILL, dispensed(NALOXONE, "2027-01-01", 1)], OPEN),
    "ordered some time": ([ILL, prescribed(NALOXONE, "2024")], OPEN),
    "the order cancelled": ([ILL, prescribed(NALOXONE, "2026-03-01", status="cancelled")], OPEN),
    "no risk": ([], OUT),
    "disorder over on 31 December before": (
        [diagnosed(OPIOID_USE_DISORDER, "2020-01-01", "2025-12-31")],
        OUT,
    ),
    "disorder over on 1 January": ([diagnosed(OPIOID_USE_DISORDER, "2020-01-01", "2026-01-01")], OPEN),
    "an overdose on 1 January of the year before": ([diagnosed(OVERDOSE, "2025-01-01")], OPEN),
    "an overdose before that": ([diagnosed(OVERDOSE, "2024-12-31")], OUT),
    "an emergency visit for an overdose": (
        [visit(OFFICE, "2026-02-01", reasonCode=[concept(OVERDOSE)])],
        OPEN,
    ),
}


@pytest.mark.parametrize(("events", "status"), CASES.values(), ids=CASES)
def test_a_patient(events, status):
    assert MEASURE.evaluate(chart(*events), YEAR).status is status


@pytest.mark.parametrize("kind", ["Condition", "MedicationRequest", "MedicationDispense"])
def test_what_was_not_gathered_is_no_gap(kind):
    events = [] if kind == "Condition" else [ILL]

    assert MEASURE.evaluate(chart(*events, gathered=all_but(kind)), YEAR).status is UNKNOWN
