"""Whether a value held in a resource answers one asked for, by the type of the search parameter. (R4)"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from smart_app.demo_ehr import fhir_dates
from smart_app.demo_ehr.parameters import Type

Answers = Callable[[Any], bool]  # whether one held value does


def answering(type: Type, modifier: str, asked: str) -> Answers:
    """The test for one value asked for. Raises ValueError for a date that is none."""
    if type is Type.TOKEN:
        system, bar, code = asked.rpartition("|")
        return partial(_has_code, system if bar else None, code)
    if type is Type.REFERENCE:
        return partial(_refers, asked)
    if type is Type.DATE:
        prefix, span = fhir_dates.prefixed(asked)
        return partial(_falls, prefix, span)
    if modifier == "exact":
        return lambda value: asked in strings_of(value)
    wanted = plain(asked)
    if modifier == "contains":
        return lambda value: any(wanted in plain(text) for text in strings_of(value))
    return lambda value: any(plain(text).startswith(wanted) for text in strings_of(value))


def at(value: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path; lists on the way, and at the end, are opened."""
    if isinstance(value, list):
        for one in value:
            yield from at(one, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        step, _, rest = path.partition(".")
        if step in value:
            yield from at(value[step], rest)


def codes_of(value: Any) -> Iterator[tuple[str | None, str]]:
    """(system, code) of a CodeableConcept, Coding, Identifier, code or boolean; None: the element's own."""
    if isinstance(value, bool):
        yield None, str(value).lower()
    elif isinstance(value, str):
        yield None, value
    elif isinstance(value, dict):
        for coding in value.get("coding", ()):
            yield from codes_of(coding)
        for key in ("code", "value"):
            if isinstance(value.get(key), str):
                yield value.get("system", ""), value[key]


def reference_of(value: Any) -> str:
    held = value.get("reference", "") if isinstance(value, dict) else ""
    return held if isinstance(held, str) else ""


def strings_of(value: Any) -> Iterator[str]:
    """A string itself; of a HumanName, any of its parts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in ("text", "family", "given", "prefix", "suffix"):
            yield from strings_of(value.get(part))
    elif isinstance(value, list):
        for one in value:
            yield from strings_of(one)


def plain(text: str) -> str:
    """Without accents and case: "garcia" finds "García"."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def _has_code(system: str | None, code: str, value: Any) -> bool:
    """`system` None: any. An element whose codes have a system of their own, a status, fits every system."""
    return any(
        (not code or held_code == code) and (system is None or held_system is None or held_system == system)
        for held_system, held_code in codes_of(value)
    )


def _refers(asked: str, value: Any) -> bool:
    held = reference_of(value)
    if held == asked or held.rpartition("/")[2] == asked:
        return True
    return held.endswith("/" + asked) or asked.endswith("/" + held)


def _falls(prefix: str, asked: fhir_dates.Span, value: Any) -> bool:
    held = fhir_dates.spans_in(value)
    return held is not None and fhir_dates.matches(prefix, asked, held)
