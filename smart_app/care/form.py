"""An instrument as a form on a page: plain controls, what was answered so far, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from measures.answers import Sheet
from measures.instrument import Choice, Instrument, Item, Kind, Response, Score

Values = Mapping[str, tuple[str, ...]]
"""What the form's fields hold, by link id, as a browser sends them."""

_CONTROLS = {
    Kind.CHOICE: "radio",
    Kind.BOOLEAN: "radio",
    Kind.INTEGER: "number",
    Kind.DECIMAL: "decimal",
    Kind.STRING: "line",
    Kind.TEXT: "text",
    Kind.DATE: "date",
    Kind.GROUP: "group",
    Kind.DISPLAY: "display",
}


@dataclass(frozen=True)
class Option:
    """One answer to be chosen. `key` is the digit that chooses it on the keyboard."""

    value: str
    text: str
    key: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """One line of the form. `trouble` says what is wrong with it, empty when nothing is."""

    link_id: str
    number: str
    text: str
    control: str
    options: tuple[Option, ...]
    value: str
    required: bool
    depends: bool  # on another answer; shown only when it applies
    trouble: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Told:
    """A score in words, as far as the answers given allow one."""

    says: str
    tone: str
    missing: tuple[str, ...]
    flags: tuple[str, ...]


def fields(
    instrument: Instrument, values: Values, response: Response, troubles: Mapping[str, str]
) -> tuple[Field, ...]:
    """The form's lines. What hangs on an answer that is not given is there, and marked as depending on it."""
    sheet = Sheet(instrument, response)
    return tuple(_field(item, values, sheet, troubles) for item in instrument.items)


def _field(item: Item, values: Values, sheet: Sheet, troubles: Mapping[str, str]) -> Field:
    given = values.get(item.link_id, ())
    control = "checkbox" if item.repeats else _CONTROLS[item.kind]
    return Field(
        link_id=item.link_id,
        number=item.link_id if item.link_id.isdigit() else "",
        text=item.text,
        control=control,
        options=_options(item, given),
        value=given[0] if given else "",
        required=item.required,
        depends=bool(item.when) and sheet.asks(item.link_id) is not True,
        trouble=troubles.get(item.link_id, ""),
        fields=tuple(_field(below, values, sheet, troubles) for below in item.items),
    )


def _options(item: Item, given: tuple[str, ...]) -> tuple[Option, ...]:
    if item.kind is Kind.BOOLEAN:
        pairs = (("true", "Yes", "1"), ("false", "No", "0"))
        return tuple(Option(value, text, key, value in given) for value, text, key in pairs)
    keys = _keys(item.choices)
    return tuple(
        Option(choice.value, choice.text, key, choice.value in given)
        for choice, key in zip(item.choices, keys, strict=True)
    )


def _keys(choices: tuple[Choice, ...]) -> list[str]:
    """The points, where they are different digits: 0 to 3 on a PHQ-9. Else the place, from 1."""
    points = [choice.points for choice in choices]
    digits = [f"{one:g}" for one in points if one is not None]
    if len(digits) == len(choices) == len(set(digits)) and all(len(d) == 1 and d.isdigit() for d in digits):
        return digits
    return [str(place) if place < 10 else "" for place in range(1, len(choices) + 1)]


def told(instrument: Instrument, response: Response, score: Score) -> Told:
    """ "17, moderately severe", or what keeps the form from having a score."""
    sheet = Sheet(instrument, response)
    missing = tuple(item.link_id for item in sheet.left_blank)
    flags = tuple(flag.says for flag in score.flags)
    if score.value is not None or score.word:
        number = "" if score.value is None else f"{score.value:g}"
        of = f" of {instrument.highest:g}" if number and instrument.highest else ""
        says = ": ".join(filter(None, (number + of, score.word)))
        return Told(says, score.tone, missing, flags)
    needed = [item for item in sheet.asked if item.required]
    return Told(f"{len(needed) - len(missing)} of {len(needed)} answered", "", missing, flags)


def name_of(instrument: Instrument, link_id: str) -> str:
    """What a missing item is called: its number and the beginning of its text."""
    item = instrument.item(link_id)
    text = item.text if len(item.text) <= 60 else f"{item.text[:57].rstrip()}..."
    return f"{link_id}. {text}" if link_id.isdigit() else text
