"""What bears a code out besides itself: a medicine for it, a result, a visit at which it is treated.

Where the data hold none of what would be looked for, nothing can be told: of a record without medicines
nobody knows whether the diagnosis is treated. Only what was looked for and not found is called unsupported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from measures.event import Event
from measures.gather import State
from measures.record import PatientRecord
from measures.risk.as_of import NEVER, Known
from measures.risk.care import visits
from measures.risk.concepts import Concepts, concepts_in
from measures.risk.hcc.coded import Coded
from measures.terminology import LOINC, Code
from measures.time import day_instant

FILE = Path(__file__).with_name("evidence.yaml")
_WORDS = re.compile(r"[a-z]+")
_MEDICINES = ("MedicationRequest", "MedicationDispense")
READ_FOR: Mapping[str, tuple[str, ...]] = {
    "medicines": _MEDICINES,
    "results": ("Observation",),
    "visits": ("Encounter",),
}
"""What each kind of evidence is read from; one of the types is enough."""

Rule = Mapping[str, Sequence[str]]


@cache
def tables() -> Mapping[str, Any]:
    """`evidence.yaml`."""
    read: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


def rules_for(hcc: str, model: str, coded: Iterable[Coded]) -> tuple[Rule, ...]:
    """What would bear out a category by these codes of it: a code may have a rule of its own."""
    own, of_category = tables()["codes"], tables()[model].get(hcc, tables()["otherwise"])
    found = [own.get(one.code, of_category) for one in coded]
    return tuple(rule for at, rule in enumerate(found) if rule not in found[:at])


def is_borne_out(record: PatientRecord, rule: Rule, coded: Iterable[Coded], year: int) -> bool:
    """Whether the record holds any of what the rule looks for."""
    concepts = concepts_in(record.vocabulary)
    return (
        bool(results(record, rule.get("results", ()), year))
        or any(
            _medicine(order, rule.get("medicines", ()), year, concepts)
            for kind in _MEDICINES
            for order in record.every(kind).sure
        )
        or any(_was_at(record, rule.get("visits", ()), one.day) for one in coded if one.day)
    )


def not_in_the_data(record: PatientRecord, rules: Iterable[Rule]) -> list[str]:
    """The kinds of evidence that the rules look for, and that were gathered of nobody."""
    wanted = dict.fromkeys(kind for rule in rules for kind in rule)
    return [kind for kind in wanted if not _is_gathered(record, kind)]


def looked_for(rules: Iterable[Rule]) -> str:
    """In words: "antipsychotics, a second coding"."""
    called = tables()["called"]
    wanted = dict.fromkeys(called[name] for rule in rules for kind in READ_FOR for name in rule.get(kind, ()))
    return ", ".join([*wanted, "a second coding"])


def results(record: PatientRecord, codes: Iterable[str], year: int) -> list[Event]:
    """The results of the year with one of the LOINC codes, the latest last."""
    named = tuple(Code(LOINC, code, "") for code in codes)
    found = record.find("Observation", named).sure if named else ()
    return sorted((e for e in found if e.day and e.day.year == year), key=lambda e: e.day or date.min)


def evidence_codes() -> Iterator[Code]:
    """The results that are looked for: what a reader of a whole panel must not leave out."""
    held = tables()
    rules = [*held["V28"].values(), *held["V24"].values(), *held["unspecified"].values()]
    return (Code(LOINC, code, "") for rule in rules for code in rule.get("results", ()))


def _is_gathered(record: PatientRecord, kind: str) -> bool:
    return any(record.gathered.state(one) is State.GATHERED for one in READ_FOR[kind])


def _medicine(order: Event, classes: Sequence[str], year: int, concepts: Concepts) -> bool:
    """Whether an order of this year or the last is of one of the classes."""
    if not classes or order.day is None or not year - 1 <= order.day.year <= year:
        return False
    names = {name for kind in classes for name in tables()["medicines"].get(kind, ())}
    if not names.isdisjoint(_WORDS.findall(order.display.lower())):
        return True
    return not concepts.of_medicine(order).isdisjoint(classes)


def _was_at(record: PatientRecord, settings: Sequence[str], day: date) -> bool:
    """Whether the patient was in one of these settings on the day, or on the day before: what was treated is
    often written down a day late.
    """
    if not settings:
        return False
    on = day_instant(day).day_number or 0
    made = record.remember(("hcc visits", day.year), lambda: visits(Known(record, date(day.year + 1, 1, 31))))
    return any(
        visit.setting in settings and visit.fact.day <= on <= (visit.fact.end or visit.fact.day) + 1
        for visit in made
        if visit.fact.day < NEVER
    )
