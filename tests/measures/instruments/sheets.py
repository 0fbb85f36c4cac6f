"""Answers in one line: `sheet("phq-9", "3 3 2 1 0 0 0 0 1")` in the order of the form, `-` for no answer."""

from __future__ import annotations

from measures.instrument import Answer, Instrument, Response, Score
from measures.instrument_catalog import find_instruments
from measures.respondent import NOBODY_KNOWN, Person, Sex

WOMAN, MAN = Person(sex=Sex.FEMALE), Person(sex=Sex.MALE)


def named(id: str) -> Instrument:
    return find_instruments()[id]


def sheet(instrument: Instrument, line: str) -> Response:
    """Items beyond the end of the line are unanswered; `a,b` answers one that repeats; y, n are yes, no."""
    words = [{"y": "yes", "n": "no"}.get(word, word) for word in line.split()]
    answers: dict[str, Answer] = {}
    for item, word in zip(instrument.questions, words, strict=False):
        if word != "-":
            assert all(item.choice(value) for value in word.split(",")), (item.link_id, word)
            answers[item.link_id] = tuple(word.split(",")) if item.repeats else word
    return Response(answers)


def scored(id: str, line: str, person: Person = NOBODY_KNOWN) -> Score:
    instrument = named(id)
    return instrument.score(sheet(instrument, line), person)
