"""Coding completeness, honestly: what is coded without support stands as prominently as what is missing.

Nothing here is ever a code to add: each finding says what the record holds, and a clinician decides. Codes
are never derived from a score, and nothing is coded by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from measures.event import Event
from measures.record import PatientRecord
from measures.risk.hcc import support
from measures.risk.hcc.coded import Coded
from measures.risk.hcc.raf import Raf, category_of
from measures.risk.hcc.social import asked_codes, coded_needs, told_and_not_coded
from measures.risk.hcc.support import is_borne_out, looked_for, not_in_the_data, results, rules_for, tables
from measures.terminology import Code


class Kind(StrEnum):
    """In the order of the report: what may have to be taken back comes first."""

    UNSUPPORTED = "unsupported"
    NOT_JUDGED = "not judged"  # coded once, and the data do not hold what would bear it out
    RECAPTURE = "recapture"
    UNSPECIFIED = "unspecified"
    SOCIAL = "z-code"
    SOCIAL_TOLD = "z-code missing"  # a need that was told, and is not coded


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
        *_social(record, this_year, year),
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
        rules = rules_for(hcc.number, now.model, coded)
        if any(is_borne_out(record, rule, coded, year) for rule in rules):
            continue
        lacking = not_in_the_data(record, rules)
        days = ", ".join(sorted({one.day.isoformat() for one in coded if one.day}))
        yield Finding(
            Kind.NOT_JUDGED if lacking else Kind.UNSUPPORTED,
            hcc.number,
            tuple(sorted({one.code for one in coded})),
            f"{hcc.label}: coded once ({days}) " + _says(looked_for(rules), lacking),
            0.0 if lacking else -hcc.marginal,
            tuple(dict.fromkeys(one.reference for one in coded)),
        )


def _says(looked: str, lacking: Sequence[str]) -> str:
    if lacking:
        return (
            f"and the data hold no {' and no '.join(lacking)}: whether anything bears it out cannot be told "
            f"(to be looked for: {looked})"
        )
    return (
        f"and nothing else found that bears it out (looked for {looked}); if it is not clinically true, it "
        "has to be deleted"
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
    rules = tables()["unspecified"]
    by_code: dict[str, list[Coded]] = {}
    for one in coded:
        if one.code in rules:
            by_code.setdefault(one.code, []).append(one)
    for code, ones in by_code.items():
        rule = rules[code]
        found = results(record, rule["results"], year)
        known = f"; {_told(found[-1])} is on record" if found else ""
        yield Finding(
            Kind.UNSPECIFIED,
            "",
            (code,),
            f"{rule['says']}{known}: document the severity if it is clinically true; a score is no diagnosis",
            0.0,
            (*dict.fromkeys(one.reference for one in ones), *(event.reference for event in found[-1:])),
        )


def _social(record: PatientRecord, coded: Sequence[Coded], year: int) -> Iterator[Finding]:
    if held := coded_needs(coded):
        yield Finding(
            Kind.SOCIAL,
            "",
            tuple(sorted({one.code for one in held})),
            "social needs are coded; they make the record complete and add nothing to the score",
            0.0,
            tuple(dict.fromkeys(one.reference for one in held)),
        )
    for told in told_and_not_coded(record, coded, year):
        yield Finding(
            Kind.SOCIAL_TOLD,
            "",
            (),
            f"{told.need}: a need was told {told.answer.on_date} and no Z code of {year} says it: if it "
            "holds, document it; it adds nothing to the score, and an answer is no diagnosis",
            0.0,
            (told.answer.reference,),
        )


def evidence_codes() -> frozenset[Code]:
    """What is looked for in observations: a reader of a whole panel must not leave it out."""
    return frozenset([*support.evidence_codes(), *asked_codes()])


def _told(event: Event) -> str:
    called = tables()["called"]
    name = next((called[code] for _, code in event.codes if code in called), event.display)
    return f"{name} {event.value_text} of {event.date_text}"
