"""QuestionnaireResponses: read into answers, to prefill a form and for the history; and answers as items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from measures.answers import MOST, AnswerProblem, Sheet, within
from measures.instrument import Answer, Instrument, Item, Kind, Response
from measures.questionnaire.problems import Raw, value_of
from measures.questionnaire.writing import TOTAL, choice_coding

COUNTED = ("completed", "amended")


@dataclass(frozen=True)
class ReadResponse:
    """What a QuestionnaireResponse answers of an instrument. What does not fit is left out, and named."""

    response: Response
    left_out: tuple[AnswerProblem, ...] = ()


def answers_to(resource: Raw, instrument: Instrument) -> bool:
    """Whether a QuestionnaireResponse belongs to the instrument: by the end of its canonical address."""
    named = str(resource.get("questionnaire", "")).partition("|")[0].rstrip("/").rpartition("/")[2]
    panel = instrument.panel.value if instrument.panel else ""
    return bool(named) and named.lower() in (instrument.id, panel)


def read_response(resource: Raw, instrument: Instrument) -> ReadResponse:
    """The answers of a response; one in progress, stopped or entered in error does not count and has none."""
    if resource.get("status") not in COUNTED:
        return ReadResponse(Response({}))
    answers: dict[str, Answer] = {}
    left_out: list[AnswerProblem] = []
    by_name = dict(_names(instrument))
    for raw in _walk(resource):
        link_id = str(raw.get("linkId", ""))
        item, given = by_name.get(link_id), raw.get("answer")
        if not isinstance(given, list) or not given or link_id == TOTAL:
            continue
        if item is None:
            left_out.append(AnswerProblem(link_id, "the form has no such item"))
            continue
        try:
            answers[item.link_id] = _answers(item, given)
        except ValueError as error:
            left_out.append(AnswerProblem(link_id, str(error)))
    sheet = Sheet(instrument, Response(answers))
    left_out += [
        AnswerProblem(link_id, "is answered, and by the other answers not asked")
        for link_id in answers
        if link_id not in sheet.answers
    ]
    source = f"QuestionnaireResponse/{resource['id']}" if resource.get("id") else ""
    return ReadResponse(
        Response(sheet.answers, authored=_day(resource.get("authored")), source=source), tuple(left_out)
    )


def response_items(instrument: Instrument, response: Response, questionnaire: str) -> list[dict[str, Any]]:
    """QuestionnaireResponse.item: the answered items within their groups."""
    sheet = Sheet(instrument, response)
    return list(_written(instrument.items, sheet, questionnaire))


def _written(items: tuple[Item, ...], sheet: Sheet, questionnaire: str) -> Iterator[dict[str, Any]]:
    for item in items:
        below = list(_written(item.items, sheet, questionnaire))
        given = sheet.answers.get(item.link_id)
        if given is not None:
            answer = list(_values(item, given, questionnaire))
            yield {"linkId": item.link_id, "text": item.text, "answer": answer}
        elif below:
            yield {"linkId": item.link_id, "text": item.text, "item": below}


def _values(item: Item, given: Answer, questionnaire: str) -> Iterator[dict[str, Any]]:
    match item.kind, given:
        case Kind.CHOICE, _:
            for value in given if isinstance(given, tuple) else (str(given),):
                if choice := item.choice(value):
                    yield {"valueCoding": choice_coding(choice, questionnaire)}
        case Kind.BOOLEAN, _:
            yield {"valueBoolean": given}
        case Kind.INTEGER, _:
            yield {"valueInteger": given}
        case Kind.DECIMAL, _:
            yield {"valueDecimal": given}
        case Kind.DATE, date():
            yield {"valueDate": given.isoformat()}
        case _:
            yield {"valueString": str(given)}


def _names(instrument: Instrument) -> Iterator[tuple[str, Item]]:
    """An item answers to its LOINC code too, as forms made from LOINC name theirs: /44250-9."""
    for item in instrument.questions:
        if item.code:
            yield item.code.value, item
            yield f"/{item.code.value}", item
    for item in instrument.questions:
        yield item.link_id, item


def _walk(raw: Raw) -> Iterator[Raw]:
    items = raw.get("item")
    for one in items if isinstance(items, list) else ():
        if isinstance(one, dict):
            yield one
            yield from _walk(one)
            answers = one.get("answer")
            for answer in answers if isinstance(answers, list) else ():
                if isinstance(answer, dict):
                    yield from _walk(answer)


def _answers(item: Item, given: list[Any]) -> Answer:
    """ValueError says what the item takes."""
    values = [value_of(one) for one in given if isinstance(one, dict)]
    read = [_answer(item, name, value) for name, value in filter(None, values)]
    if item.repeats:
        return tuple(dict.fromkeys(str(one) for one in read))
    if len(read) != 1:
        raise ValueError("one answer is expected")
    return read[0]


def _answer(item: Item, name: str, value: object) -> Answer:
    match item.kind, value:
        case Kind.CHOICE, _:
            return _chosen(item, name, value)
        case Kind.BOOLEAN, bool():
            return value
        case Kind.INTEGER, int() if not isinstance(value, bool) and abs(value) < MOST:
            return within(item, value)
        case Kind.DECIMAL, int() | float() if (
            not isinstance(value, bool) and isfinite(value) and abs(value) < MOST
        ):
            return within(item, value)
        case Kind.DATE, str():
            if (day := _day(value)) is not None:
                return day
        case ((Kind.STRING | Kind.TEXT), str()) if 0 < len(value.strip()) <= item.longest:
            return value.strip()
    raise ValueError(f"{name} is no answer to a {item.kind}")


def _chosen(item: Item, name: str, value: object) -> str:
    """By system and code, else by code or words alone: forms differ in the systems they name."""
    coding = value if isinstance(value, dict) else {"code": str(value), "display": str(value)}
    key, words = (coding.get("system"), coding.get("code")), str(coding.get("display", "")).strip().lower()
    for choice in item.choices:
        if choice.code and choice.code.key == key:
            return choice.value
    for choice in item.choices:
        if choice.value == coding.get("code") or (words and choice.text.lower() == words):
            return choice.value
    raise ValueError(f"{name} is none of the answers {', '.join(choice.text for choice in item.choices)}")


def _day(text: object) -> date | None:
    """The day of a date or dateTime; None for one less exact."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
