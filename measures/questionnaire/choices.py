"""The answers of a choice: answerOption, or a ValueSet contained in the Questionnaire; with their points."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from measures.instrument import Choice
from measures.questionnaire.addresses import POINTS
from measures.questionnaire.problems import Notes, Raw, extension, value_of
from measures.terminology import Code


def read_choices(raw: Raw, path: str, contained: dict[str, Raw], notes: Notes) -> tuple[Choice, ...]:
    """Every answer once, in the order of the file."""
    set_url = notes.text(raw, "answerValueSet", path)
    if set_url:
        choices = tuple(_from_value_set(set_url, f"{path}.answerValueSet", contained, notes))
    else:
        choices = tuple(_from_options(raw, path, notes))
        if not choices and not raw.get("answerOption"):
            notes.add(path, "has no answers; list them as answerOption")
    seen: set[str] = set()
    for choice in choices:
        if choice.value in seen:
            notes.add(path, f"has the answer {choice.value!r} twice; each needs a code or text of its own")
        seen.add(choice.value)
    return choices


def _from_options(raw: Raw, path: str, notes: Notes) -> Iterator[Choice]:
    for where, option in notes.entries(raw, "answerOption", path):
        found = value_of(option)
        if option.get("initialSelected"):
            notes.add(where, "is chosen beforehand; answers are not filled in beforehand, leave it out")
        match found:
            case ("valueCoding", dict(coding)):
                yield from _coded(coding, option, where, notes)
            case ("valueInteger", int(number)) if not isinstance(number, bool):
                yield Choice(str(number), str(number), _points(where, notes, option))
            case ("valueString", str(text)) if text.strip():
                yield Choice(text.strip(), text.strip(), _points(where, notes, option))
            case ("valueCoding" | "valueInteger" | "valueString" as name, _):
                notes.add(where, f"{name} has the wrong shape")
            case (name, _):
                notes.add(where, f"{name} cannot be shown; use valueCoding, valueInteger or valueString")
            case None:
                notes.add(where, "has no value; use valueCoding, valueInteger or valueString")


def _coded(coding: Raw, option: Raw, where: str, notes: Notes) -> Iterator[Choice]:
    value = notes.text(coding, "code", where)
    text = notes.text(coding, "display", where)
    if not value and not text:
        notes.add(where, "has neither code nor display; give it both")
        return
    code = notes.code(coding, where)
    yield Choice(value or text, text or value, _points(where, notes, option, coding), code)


def _points(where: str, notes: Notes, *carriers: Raw) -> float | None:
    for carrier in carriers:
        found = extension(carrier, *POINTS)
        if found is None:
            continue
        value = found.get("valueDecimal", found.get("valueInteger"))
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            return value
        notes.add(where, "has points that are no number; give them as valueDecimal")
    return None


def _from_value_set(url: str, path: str, contained: dict[str, Raw], notes: Notes) -> Iterator[Choice]:
    found = contained.get(url.removeprefix("#")) if url.startswith("#") else None
    if found is None:
        notes.add(path, f"{url} is not contained in the Questionnaire; contain it, or list answerOption")
        return
    answers = list(_concepts(found, path, notes))
    if not answers:
        notes.add(path, f"{url} lists no codes; give it an expansion, or compose.include.concept")
    for concept, system in answers:
        value = notes.text(concept, "code", path, needed="every answer needs one")
        text = notes.text(concept, "display", path) or value
        yield Choice(
            value, text, _points(path, notes, concept), Code(system, value, text) if system else None
        )


def _concepts(value_set: Raw, path: str, notes: Notes) -> Iterator[tuple[Raw, str]]:
    expansion = value_set.get("expansion")
    if isinstance(expansion, dict):
        for _, concept in notes.entries(expansion, "contains", f"{path} expansion"):
            yield concept, str(concept.get("system", ""))
        return
    compose = value_set.get("compose")
    for where, include in notes.entries(
        compose if isinstance(compose, dict) else {}, "include", f"{path} compose"
    ):
        for _, concept in notes.entries(include, "concept", where):
            yield concept, str(include.get("system", ""))
