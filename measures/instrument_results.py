"""What is written when a form is filled: each Observation as data. Whoever writes turns it into a resource.

The codes are the instrument's own, so what we write is what the measures and the timeline read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from measures.answers import Sheet
from measures.instrument import Answer, Finding, Form, Instrument, Item, Kind, Response, Score
from measures.terminology import UCUM, Code


@dataclass(frozen=True)
class Amount:
    """A valueQuantity: the number with its UCUM unit."""

    number: float
    unit: Code


@dataclass(frozen=True)
class Chosen:
    """A valueCodeableConcept: words, with a code where there is one."""

    text: str
    code: Code | None = None


@dataclass(frozen=True)
class Result:
    """One Observation: of an item, a part, or the whole. Without a `code`, `text` alone names what it is."""

    text: str
    code: Code | None
    value: Amount | Chosen | str | bool
    role: str  # "item", "part" or "total"
    link_id: str = ""
    note: str = ""


POINTS = Code(UCUM, "{score}", "points")
PERCENT = Code(UCUM, "%", "%")


def results(instrument: Instrument, response: Response, score: Score) -> tuple[Result, ...]:
    """The total first, then the parts, then the coded items. A form without a score brings its items only."""
    return (*_total(instrument, score), *_parts(instrument, score), *_items(instrument, response))


def recorded(finding: Finding, positive: bool) -> Result:
    """The screening result a clinician chose to record."""
    meant = finding.positive if positive else finding.negative
    return Result(finding.code.display, finding.code, Chosen(meant.display, meant), "total")


def _total(instrument: Instrument, score: Score) -> Iterator[Result]:
    title = instrument.total.display if instrument.total else f"{instrument.title} score"
    value: Amount | Chosen
    if instrument.total_form is Form.LEVEL and score.word:
        value = Chosen(score.word, score.level)
    elif score.value is not None:
        value = Amount(score.value, PERCENT if instrument.total_form is Form.PERCENT else POINTS)
    else:
        return
    yield Result(title, instrument.total, value, "total", note=score.note)


def _parts(instrument: Instrument, score: Score) -> Iterator[Result]:
    for part in score.parts:
        title = part.code.display if part.code else f"{instrument.title}, {part.name}"
        if part.means is not None:
            yield Result(title, part.code, Chosen(part.means.display, part.means), "part")
        elif part.value is not None:
            yield Result(title, part.code, Amount(part.value, POINTS), "part")


def _items(instrument: Instrument, response: Response) -> Iterator[Result]:
    sheet = Sheet(instrument, response)
    for item in sheet.asked:
        if item.code is None or item.link_id not in sheet.answers:
            continue
        for value in _values(item, sheet.answers[item.link_id], sheet.points(item)):
            yield Result(item.code.display, item.code, value, "item", item.link_id)


def _values(item: Item, answer: Answer, points: float | None) -> Iterator[Amount | Chosen | str | bool]:
    if item.form is Form.POINTS and points is not None:
        yield Amount(points, POINTS)
    elif item.kind is Kind.CHOICE:
        for value in answer if isinstance(answer, tuple) else (str(answer),):
            if choice := item.choice(value):
                yield Chosen(choice.text, choice.code)
    elif isinstance(answer, bool):
        yield answer
    elif isinstance(answer, int | float):
        yield Amount(float(answer), POINTS)
    else:
        yield str(answer)
