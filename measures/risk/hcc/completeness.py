"""Coding completeness, honestly: what is coded without support stands as prominently as what is missing.

Nothing here is ever a code to add: each finding says what the record holds, and a clinician decides. Codes
are never derived from a score, and nothing is coded by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from measures.event import Event
from measures.record import PatientRecord
from measures.risk.concepts import Concepts, concepts_in
from measures.risk.hcc.coded import Coded
from measures.risk.hcc.raf import Raf, category_of
from measures.terminology import LOINC, Code

FILE = Path(__file__).with_name("evidence.yaml")
_SOCIAL = re.compile(r"Z(5[5-9]|6[0-5])")  # ICD-10-CM Z55-Z65: social determinants
_WORDS = re.compile(r"[a-z]+")


class Kind(StrEnum):
    """In the order of the report: what may have to be taken back comes first."""

    UNSUPPORTED = "unsupported"
    RECAPTURE = "recapture"
    UNSPECIFIED = "unspecified"
    SOCIAL = "z-code"


@dataclass(frozen=True)
class Finding:
    """Something for a clinician to look at. `worth` is what the raw score would gain; below zero, lose."""

    kind: Kind
    hcc: str
    codes: tuple[str, ...]
    says: str
    worth: float
    references: tuple[str, ...]


def completeness(
    record: PatientRecord, held: Sequence[Coded], now: Raf, year: int, marginal: Mapping[str, float]
) -> tuple[Finding, ...]:
    """The findings of a service year, unsupported codes first. `marginal` is what each category of the two
    years before, absent in this one, would add."""
    this_year = [one for one in held if one.in_year(year)]
    return (
        *_unsupported(record, held, now, year),
        *_recapture(held, now, year, marginal),
        *_unspecified(record, this_year, year),
        *_social(this_year),
    )


def absent(held: Sequence[Coded], now: Raf, year: int) -> dict[str, list[Coded]]:
    """The categories coded in the two years before and not reached, nor replaced by a graver one, in this
    year: their codes."""
    reached = {one.number for one in now.hccs} | set(now.set_aside)
    missing: dict[str, list[Coded]] = {}
    for one in held:
        if one.day is None or not year - 2 <= one.day.year < year:
            continue
        hcc = category_of(one.code, now.model)
        if hcc is not None and hcc not in reached:
            missing.setdefault(hcc, []).append(one)
    return missing


def _unsupported(record: PatientRecord, held: Sequence[Coded], now: Raf, year: int) -> Iterator[Finding]:
    for hcc in now.hccs:
        coded = [
            one for one in held if one.code in hcc.codes and one.day and year - 1 <= one.day.year <= year
        ]
        if len({one.day for one in coded}) > 1:
            continue
        rule = _tables()[now.model].get(hcc.number)
        if rule is not None and _borne_out(record, rule, year):
            continue
        looked = _looked_for(rule) if rule else "a second coding in two years"
        days = ", ".join(sorted({one.day.isoformat() for one in coded if one.day}))
        yield Finding(
            Kind.UNSUPPORTED,
            hcc.number,
            tuple(sorted({one.code for one in coded})),
            f"{hcc.label}: coded once ({days}) and nothing else found that bears it out "
            f"(looked for {looked}); if it is not clinically true, it has to be deleted",
            -hcc.marginal,
            tuple(dict.fromkeys(one.reference for one in coded)),
        )


def _recapture(
    held: Sequence[Coded], now: Raf, year: int, marginal: Mapping[str, float]
) -> Iterator[Finding]:
    for hcc, coded in absent(held, now, year).items():
        if not marginal.get(hcc):  # a graver category of this year stands for it
            continue
        last = max(one.day for one in coded if one.day)
        yield Finding(
            Kind.RECAPTURE,
            hcc,
            tuple(sorted({one.code for one in coded})),
            f"coded last on {last.isoformat()} and not in {year}: if it still holds, assess and document it",
            marginal[hcc],
            tuple(dict.fromkeys(one.reference for one in coded)),
        )


def _unspecified(record: PatientRecord, coded: Iterable[Coded], year: int) -> Iterator[Finding]:
    rules = _tables()["unspecified"]
    by_code: dict[str, list[Coded]] = {}
    for one in coded:
        if one.code in rules:
            by_code.setdefault(one.code, []).append(one)
    for code, ones in by_code.items():
        rule = rules[code]
        results = _results(record, rule["results"], year)
        known = f"; {_told(results[-1])} is on record" if results else ""
        yield Finding(
            Kind.UNSPECIFIED,
            "",
            (code,),
            f"{rule['says']}{known}: document the severity if it is clinically true; a score is no diagnosis",
            0.0,
            (*dict.fromkeys(one.reference for one in ones), *(event.reference for event in results[-1:])),
        )


def _social(coded: Iterable[Coded]) -> Iterator[Finding]:
    held = [one for one in coded if _SOCIAL.match(one.code)]
    if held:
        yield Finding(
            Kind.SOCIAL,
            "",
            tuple(sorted({one.code for one in held})),
            "social needs are coded; they make the record complete and add nothing to the score",
            0.0,
            tuple(dict.fromkeys(one.reference for one in held)),
        )


# -- evidence ------------------------------------------------------------------------------------------------


def evidence_codes() -> frozenset[Code]:
    """The results that are looked for: what a reader of a whole panel must not leave out."""
    tables = _tables()
    rules = [*tables["V28"].values(), *tables["V24"].values(), *tables["unspecified"].values()]
    return frozenset(Code(LOINC, code, "") for rule in rules for code in rule.get("results", ()))


def _borne_out(record: PatientRecord, rule: Mapping[str, Any], year: int) -> bool:
    concepts = concepts_in(record.vocabulary)
    return bool(_results(record, rule.get("results", ()), year)) or any(
        _medicine(order, rule.get("medicines", ()), year, concepts)
        for kind in ("MedicationRequest", "MedicationDispense")
        for order in record.every(kind).sure
    )


def _results(record: PatientRecord, codes: Iterable[str], year: int) -> list[Event]:
    """The results of the year with one of the LOINC codes, the latest last."""
    named = tuple(Code(LOINC, code, "") for code in codes)
    found = record.find("Observation", named).sure if named else ()
    return sorted((e for e in found if e.day and e.day.year == year), key=lambda e: e.day or date.min)


def _medicine(order: Event, classes: Sequence[str], year: int, concepts: Concepts) -> bool:
    """Whether an order of this year or the last is of one of the classes."""
    if order.day is None or not year - 1 <= order.day.year <= year:
        return False
    names = {name for kind in classes for name in _tables()["medicines"].get(kind, ())}
    if not names.isdisjoint(_WORDS.findall(order.display.lower())):
        return True
    return not concepts.of_medicine(order).isdisjoint(classes)


def _looked_for(rule: Mapping[str, Any]) -> str:
    called = _tables()["called"]
    wanted = [called[name] for name in (*rule.get("medicines", ()), *rule.get("results", ()))]
    return ", ".join([*wanted, "a second coding"])


def _told(event: Event) -> str:
    called = _tables()["called"]
    name = next((called[code] for _, code in event.codes if code in called), event.display)
    return f"{name} {event.value_text} of {event.date_text}"


@cache
def _tables() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read
