"""What a batch does for each patient: parse the bytes, index the record once, evaluate every measure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from measures.catalog import find_measures
from measures.measure import MeasureResult
from measures.record import PatientRecord
from measures.time import Period
from measures.vocabulary import read_vocabulary


class Patient:
    """The patient of the benchmark's request, over and over."""

    def __init__(self, body: bytes, vocabulary: Path) -> None:
        self.body = body
        self.parsed = orjson.loads(body)
        self.vocabulary = read_vocabulary(vocabulary)
        self.catalog = find_measures()
        self.period = Period.year(2026)

    def evaluate(self) -> dict[str, MeasureResult]:
        return self._evaluate(self.parsed)

    def parse_and_evaluate(self) -> dict[str, MeasureResult]:
        return self._evaluate(orjson.loads(self.body))

    def describe(self) -> str:
        _, resources = unpacked(self.parsed)
        results = self.evaluate()
        said = ", ".join(f"{id} {result.status}" for id, result in results.items())
        return f"{len(resources)} resources; measures: {said}"

    def _evaluate(self, request: dict[str, Any]) -> dict[str, MeasureResult]:
        patient, resources = unpacked(request)
        record = PatientRecord(patient, resources, self.vocabulary)
        results = self.catalog.evaluate(record, self.period)
        for result in results.values():
            _ = result.status  # a status left lazy would not be measured
        return results


def unpacked(request: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    prefetch = request["prefetch"]
    entries = (entry for part in prefetch.values() for entry in part.get("entry", ()))
    return prefetch["Patient"], [entry["resource"] for entry in entries]
