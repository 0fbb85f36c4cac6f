"""Results and problems that bear no code known here: told by their words, exactly, or perhaps.

"Hemoglobin A1c" with a laboratory's own code, or "Epilepsy" without any, is what it says where that is the
whole name. Where it only has a word of the name ("A1c, point of care") it may be: then nobody says that there
is none. What is told so gets the code it stands for as one more coding, marked as ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from measures.event import Event
from measures.events import Events
from measures.orders.named_medicines import marked
from measures.orders.named_tests import by_own_code
from measures.orders.no_result import tells, without_words
from measures.orders.whole_names import WholeNames, names_of
from measures.record import PatientRecord
from measures.shapes import UNREADABLE, Resource, Standing
from measures.terminology import ICD9CM, ICD10CM, LOINC, SNOMED, Code, CodeKey, ValueSet, Vocabulary

_TELLING = {
    "Observation": frozenset({LOINC}),
    "DiagnosticReport": frozenset({LOINC, SNOMED}),
    "Procedure": frozenset({LOINC, SNOMED}),
    "Condition": frozenset({ICD10CM, ICD9CM, SNOMED}),
}
"""The code systems whose codes say what a resource is, known here or not."""

TOLD_KINDS = frozenset(_TELLING)

_NO_RESULTS = frozenset({"survey", "social-history"})  # answers, which speak of tests and medicines too


@dataclass(frozen=True)
class Fact:
    """A result or a problem, and the codes of what it is; several where it may be any of them."""

    event: Event
    codes: frozenset[CodeKey]
    is_sure: bool

    def is_one_of(self, named: Iterable[Code | ValueSet], vocabulary: Vocabulary) -> bool:
        held = {oid for key in self.codes for oid in vocabulary.oids_by_code.get(key, ())}
        return any(one.key in self.codes if isinstance(one, Code) else one.oid in held for one in named)


@cache
def _names() -> Mapping[str, tuple[str, WholeNames]]:
    """By resource type the code system and the names."""
    read = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))

    def names(of: str, code: str) -> WholeNames:
        part = read[of]
        return WholeNames(part["rows"], code, part["left_out"], part["speaks_against"])

    results, problems = (LOINC, names("results", "loinc")), (ICD10CM, names("problems", "icd10"))
    return {kind: problems if kind == "Condition" else results for kind in TOLD_KINDS}


def every_code() -> frozenset[CodeKey]:
    """All that a name may stand for."""
    return frozenset((system, code) for system, names in _names().values() for code in names.every)


def named_facts(record: PatientRecord, kind: str) -> tuple[Fact, ...]:
    """The results, or the problems, of a record that only words tell."""
    if kind not in _TELLING:
        return ()
    return record.remember((named_facts, kind), lambda: tuple(_look(record, kind)))


def with_words(record: PatientRecord, found: Events, kind: str, named: tuple[Code | ValueSet, ...]) -> Events:
    """What codes found, and beside it what words tell; without the results that tell nothing."""
    facts = [fact for fact in named_facts(record, kind) if fact.is_one_of(named, record.vocabulary)]
    if facts:
        sure, perhaps = ([one.event for one in facts if one.is_sure is certain] for certain in (True, False))
        told = Events(sure, perhaps, vocabulary=record.vocabulary)
        found += told.where(lambda event: event.standing is Standing.DONE)
    return found.where(lambda result: tells(result.source)) if kind == "Observation" else found


def facts_told(record: PatientRecord) -> list[Resource]:
    """Those that words surely tell, with the code of it, and the results that by their words tell nothing:
    what a record kept without its words has to be told again, by `named_medicines.tell`.
    """
    facts = (fact for kind in _TELLING for fact in named_facts(record, kind))
    told = [fact.event.source for fact in facts if fact.is_sure]
    for result in record.held("Observation"):
        with suppress(*UNREADABLE):
            if (spoiled := without_words(result.source)) is not None:
                told.append(spoiled)
    return told


def _look(record: PatientRecord, kind: str) -> Iterator[Fact]:
    telling = _TELLING[kind]
    for event in record.held(kind):
        try:
            if any(system in telling for system, _ in event.codes):
                continue
            own, is_known = by_own_code(event.codes, record.vocabulary)
            if (is_known and not own) or (kind == "Observation" and _is_answer(event.source)):
                continue
            system, names = _names()[kind]
            whole, perhaps = (own, ()) if own else names.told_by([*names_of(event.source.get("code"))])
        except UNREADABLE:  # the record names it when it is asked for
            continue
        if whole:
            yield Fact(_told(event, system, whole), frozenset({(system, whole)}), is_sure=True)
        elif perhaps:
            yield Fact(event, frozenset((system, code) for code in perhaps), is_sure=False)


def _told(event: Event, system: str, code: str) -> Event:
    """The same fact with the code that its words tell beside what it has."""
    concept: Mapping[str, Any] = event.source["code"]
    codes = [*(concept.get("coding") or ()), marked(system, code)]
    return Event(event.kind, {**event.source, "code": {**concept, "coding": codes}}, event.reading)


def _is_answer(result: Resource) -> bool:
    held = result.get("category") or ()
    return any(
        coding.get("code") in _NO_RESULTS for concept in held for coding in concept.get("coding") or ()
    )
