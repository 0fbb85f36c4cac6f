"""One patient with very many resources."""

from __future__ import annotations

from measures.catalog import find_measures
from measures.group import GapStatus
from measures.record import PatientRecord
from measures.terminology import LOINC, Code
from measures.time import Period
from measures.vocabulary import starter_vocabulary
from tests.batch.export import OFFICE_VISIT, hypertensive, of
from tests.clinic import observed, performed, pressure, visit

DAYS = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
A1C = Code(LOINC, "4548-4")


def test_a_record_of_twenty_thousand_resources_is_judged_like_any_other():
    patient, *first = hypertensive("ann", 150)
    events = list(first)
    for number in range(5000):
        day = DAYS[number % len(DAYS)]
        last = day == DAYS[-1]
        events += [
            pressure(130 if last else 150, 80, day),
            observed(A1C, day, value=7.0),
            visit(OFFICE_VISIT, day),
            performed(Code(LOINC, "1"), day),
        ]
    record = PatientRecord(patient, [of(event, "ann") for event in events], starter_vocabulary())

    results = find_measures().evaluate(record, Period.year(2026))

    assert len(record.every("Observation")) > 10_000
    assert results["CMS165"].status is GapStatus.CLOSED
    assert record.problems == []
