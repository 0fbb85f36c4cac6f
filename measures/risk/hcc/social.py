"""Social needs in the coding: those that are coded, and those that were told and are not.

The questions are those of the AHC screen, of PRAPARE and of Hunger Vital Sign. Z codes make a record complete
and add nothing to the score; an answer is no diagnosis, and none is ever coded from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from measures.event import Event
from measures.quantity import read_quantity
from measures.record import PatientRecord
from measures.risk.hcc.coded import Coded
from measures.risk.hcc.support import tables
from measures.shapes import UNREADABLE, Resource, Standing, codings
from measures.terminology import LOINC, Code

_SOCIAL = re.compile(r"Z(5[5-9]|6[0-5])")  # ICD-10-CM Z55-Z65: social determinants


class Told(NamedTuple):
    """A need that the patient told, and the answer that did."""

    need: str
    answer: Event


def coded_needs(coded: Iterable[Coded]) -> list[Coded]:
    """The codes of social needs."""
    return [one for one in coded if _SOCIAL.match(one.code)]


def told_and_not_coded(record: PatientRecord, coded: Sequence[Coded], year: int) -> Iterator[Told]:
    """Each need whose last answer of the year tells it, without a code of it in that year."""
    given = sorted(_answers(record, year), key=lambda event: event.start.latest)
    for need, said in tables()["social"].items():
        if any(one.code.startswith(tuple(said["codes"])) for one in coded):
            continue
        told = [(event, tells) for event in given if (tells := _tells(event, said)) is not None]
        # Of answers given at one time, one that tells a need says more than one that tells none.
        last = max(told, key=lambda one: (one[0].start.latest, one[1]), default=None)
        if last is not None and last[1]:
            yield Told(need, last[0])


def asked_codes() -> Iterator[Code]:
    """The questions, and the screens that hold them: what a reader of a whole panel must not leave out."""
    held = tables()
    asked = [code for said in held["social"].values() for code in (*said["answers"], *said.get("from", ()))]
    return (Code(LOINC, code, "") for code in dict.fromkeys([*asked, *held["social_screens"]]))


def _answers(record: PatientRecord, year: int) -> list[Event]:
    found = record.find("Observation", tuple(asked_codes())).sure
    return [one for one in found if one.standing is Standing.DONE and one.day and one.day.year == year]


def _tells(event: Event, said: Mapping[str, Any]) -> bool | None:
    """Whether an answer, or a part of a screen, tells the need; None where it does not answer a question, or
    cannot be read, which is named among the record's problems.
    """
    try:
        return _read(event, said)
    except UNREADABLE as error:
        event.name_problem(f"cannot be read ({error}); no need is told by it")
        return None


def _read(event: Event, said: Mapping[str, Any]) -> bool | None:
    answers, least = said["answers"], said.get("from", {})
    found: list[bool] = []
    for part in _parts(event.source):
        asked = {code for system, code in codings(part.get("code")) if system == LOINC}
        given = {code for _, code in codings(part.get("valueCodeableConcept"))}
        found += [not given.isdisjoint(answers[one]) for one in asked & answers.keys() if given]
        points = read_quantity(part)
        reached = [points.at_least(least[one]) for one in asked & least.keys() if points]
        found += [one for one in reached if one is not None]
    return any(found) if found else None


def _parts(source: Resource) -> Iterator[Resource]:
    """The resource itself, and its components."""
    yield source
    held = source.get("component")
    yield from (one for one in held if isinstance(one, dict)) if isinstance(held, list) else ()
