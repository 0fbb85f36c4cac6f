"""What codes and words mean to the features is remembered, and never without end."""

from __future__ import annotations

import pytest

from measures.event import Event
from measures.risk import concepts
from measures.risk.concepts import Concepts
from measures.terminology import ICD10CM
from measures.vocabulary import starter_vocabulary
from tests.risk.charts import chart, of


def order_of(words: str) -> Event:
    record = chart(of("MedicationRequest", status="active", medicationCodeableConcept={"text": words}))
    return next(iter(record.every("MedicationRequest").sure))


def test_a_flood_of_codes_and_words_is_kept_only_so_far_and_still_read_right(monkeypatch):
    monkeypatch.setattr(concepts, "_MOST_KEPT", 3)
    small = Concepts(starter_vocabulary())

    for number in range(10):
        small.of([(ICD10CM, f"Z{number}")])
        small.of_medicine(order_of(f"something new, number {number}"))

    assert small._of_code.cache_info().currsize == 3
    assert small._of_words.cache_info().currsize == 3
    assert "depression" in small.of([(ICD10CM, "F33.1")])
    assert small.of_medicine(order_of("Lithium carbonate 300 mg")) == small.of_medicine(order_of("LITHIUM"))
    assert small.of_medicine(order_of("LITHIUM"))


@pytest.mark.parametrize(
    ("words", "medicines"),
    [
        ("Xanax 0.5 mg tablet", {"sedative"}),
        ("Zoloft 50 mg", {"antidepressant"}),
        ("Symbyax 6-25 mg", {"antipsychotic", "antidepressant"}),
        ("Suboxone 8-2 mg film", {"moud"}),
        ("Lithobid 300 mg", {"lithium"}),
        ("Percocet 5-325 mg", {"opioid"}),
        ("stop Xanax", set()),
        ("Xanaxlike", set()),
    ],
)
def test_a_brand_is_the_medicine_it_holds(words: str, medicines: set[str]):
    assert Concepts(starter_vocabulary()).of_medicine(order_of(words)) == medicines
