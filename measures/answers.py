"""Answers on a form: which items are asked, what the answers are worth, and whether they fit at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce

from measures.instrument import Answer, Instrument, Item, Kind, Mode, Response, When
from measures.time import both, either

MOST = 1e12  # beyond it no number is one that somebody meant


@dataclass(frozen=True)
class AnswerProblem:
    """One answer that does not fit: which item, and what it takes."""

    link_id: str
    says: str

    def __str__(self) -> str:
        return f"{self.link_id}: {self.says}"


class AnswersDoNotFit(ValueError):
    """Answers that are not answers to this form; `problems` names each one."""

    def __init__(self, instrument: Instrument, problems: tuple[AnswerProblem, ...]) -> None:
        self.problems = problems
        super().__init__(f"{instrument.id}: " + "; ".join(map(str, problems)))


def fit(
    instrument: Instrument, form: Mapping[str, str | tuple[str, ...]], mode: Mode | None = None
) -> Response:
    """The response of a submitted form: what was left blank is not in it. Raises AnswersDoNotFit.

    Answers to items that are not asked (any more) are dropped: a browser may still send them.
    """
    answers: dict[str, Answer] = {}
    problems: list[AnswerProblem] = []
    known = {item.link_id: item for item in instrument.questions}
    for link_id, raw in form.items():
        item = known.get(link_id)
        if item is None:
            problems.append(AnswerProblem(link_id, "the form has no such item"))
            continue
        given = tuple(one.strip() for one in ((raw,) if isinstance(raw, str) else raw) if one.strip())
        if not given:
            continue
        try:
            answers[link_id] = _read(item, given)
        except ValueError as error:
            problems.append(AnswerProblem(link_id, str(error)))
    if problems:
        raise AnswersDoNotFit(instrument, tuple(problems))
    sheet = Sheet(instrument, Response(answers))
    return Response(sheet.answers, mode)


def _read(item: Item, given: tuple[str, ...]) -> Answer:
    """ValueError says what the item takes."""
    if item.repeats:
        return tuple(_choice(item, one) for one in dict.fromkeys(given))
    if len(given) > 1:
        raise ValueError("one answer is expected")
    (raw,) = given
    match item.kind:
        case Kind.CHOICE:
            return _choice(item, raw)
        case Kind.BOOLEAN:
            if raw not in ("true", "false"):
                raise ValueError("true or false is expected")
            return raw == "true"
        case Kind.INTEGER:
            return within(item, _number(raw, int, "a whole number is expected"))
        case Kind.DECIMAL:
            return within(item, _number(raw, float, "a number is expected"))
        case Kind.DATE:
            try:
                return date.fromisoformat(raw)
            except ValueError:
                raise ValueError("a date is expected, such as 2026-03-31") from None
        case _:
            if len(raw) > item.longest:
                raise ValueError(f"at most {item.longest} characters are expected")
            return raw


def _number(raw: str, kind: type[int] | type[float], expected: str) -> int | float:
    try:
        number = kind(raw)
    except ValueError:
        raise ValueError(expected) from None
    if abs(number) > MOST or number != number:
        raise ValueError(expected)
    return number


def within(item: Item, number: float) -> float:
    """The number itself; ValueError says between what it has to lie."""
    if item.at_least is not None and number < item.at_least:
        raise ValueError(f"{item.at_least:g} or more is expected")
    if item.at_most is not None and number > item.at_most:
        raise ValueError(f"{item.at_most:g} or less is expected")
    return number


def _choice(item: Item, value: str) -> str:
    if item.choice(value) is None:
        raise ValueError(f"one of {', '.join(c.value for c in item.choices)} is expected")
    return value


class Sheet:
    """An instrument with answers on it."""

    def __init__(self, instrument: Instrument, response: Response) -> None:
        self.instrument = instrument
        self._given = response.answers
        self._asked: dict[str, bool | None] = {}
        self._items = {item.link_id: item for item in instrument}
        self._above = {below.link_id: item.link_id for item in instrument for below in item.items}

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """The answers that count: those to items that are asked, in the order of the form."""
        return {i.link_id: self._given[i.link_id] for i in self.asked if i.link_id in self._given}

    @cached_property
    def asked(self) -> tuple[Item, ...]:
        """The questions that are asked, given the answers so far."""
        return tuple(item for item in self.instrument.questions if self.asks(item.link_id))

    def asks(self, link_id: str) -> bool | None:
        """Whether the item is asked; None while the answers it hangs on are not given (it is not shown)."""
        if link_id not in self._asked:
            self._asked[link_id] = None  # an item that hangs on itself is never asked
            above = self._above.get(link_id)
            own = self._holds(self._items[link_id])
            self._asked[link_id] = own if above is None else both(self.asks(above), own)
        return self._asked[link_id]

    def _holds(self, item: Item) -> bool | None:
        if not item.when:
            return True
        verdicts = tuple(self._compare(when) for when in item.when)
        return reduce(either, verdicts) if item.any_of else reduce(both, verdicts)

    def _compare(self, when: When) -> bool | None:
        asked = self.asks(when.question)
        given = self._given.get(when.question) if asked else None
        if when.operator == "exists":
            return (given is not None) is when.answer
        if given is None:
            return None if asked is not False else False
        if isinstance(given, tuple):
            return (when.answer in given) is (when.operator == "=")
        match when.operator:
            case "=":
                return given == when.answer
            case "!=":
                return given != when.answer
        return _ordered(given, when.operator, when.answer)

    def points(self, item: Item) -> float | None:
        """What the answer is worth; None when unanswered. A number is worth itself, words nothing."""
        given = self.answers.get(item.link_id)
        if given is None:
            return None
        if item.kind is Kind.CHOICE:
            values = given if isinstance(given, tuple) else (str(given),)
            chosen = [item.choice(value) for value in values]
            return sum(choice.points or 0 for choice in chosen if choice)
        return float(given) if isinstance(given, int | float) else 0.0

    def of(self, link_id: str) -> float | None:
        """The points of an item by its link id; 0 when it is not asked, None when unanswered."""
        return 0.0 if self.asks(link_id) is False else self.points(self._items[link_id])

    @cached_property
    def scored(self) -> tuple[Item, ...]:
        """The items that count towards the score and are asked."""
        return tuple(item for item in self.asked if item.scored)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Scored items without an answer, by link id."""
        return tuple(item.link_id for item in self.scored if item.link_id not in self.answers)

    @cached_property
    def undecided(self) -> tuple[Item, ...]:
        """Scored items that may still bring points: unanswered, or hanging on what is unanswered."""
        return tuple(
            item
            for item in self.instrument.questions
            if item.scored and self.asks(item.link_id) is not False and item.link_id not in self.answers
        )

    @cached_property
    def left_blank(self) -> tuple[Item, ...]:
        """Required items that are asked and have no answer."""
        return tuple(item for item in self.asked if item.required and item.link_id not in self.answers)


def _ordered(given: Answer, operator: str, wanted: Answer) -> bool:
    """FHIR orders numbers and dates only; other answers are never above or below one another."""
    if isinstance(given, date) and isinstance(wanted, date):
        left, right = float(given.toordinal()), float(wanted.toordinal())
    elif isinstance(given, int | float) and isinstance(wanted, int | float):
        left, right = float(given), float(wanted)
    else:
        return False
    return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[operator]
