"""A YAML document as fields of a form and as its text: two spellings of one document.

The names of fields are places in the document (`when.measure`), as they stand in the problems, so a problem
stands beside its field without a table between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from cds_service.outside.yaml_file import FileProblems, parse_yaml

Document = dict[str, Any]
_STEP = r"[a-z_][a-z_0-9]*"
_PROBLEM = re.compile(
    rf"^[^:]*:(?P<line>\d+): (?:(?P<place>{_STEP}(?:\.{_STEP})*): )?(?P<what>.*)$", re.DOTALL
)


@dataclass(frozen=True)
class Field:
    """One field. `rows`: of a text area; `choices`: of a list to choose from."""

    name: str
    label: str
    hint: str = ""
    rows: int = 0
    choices: tuple[tuple[str, str], ...] = ()


Parts = tuple[tuple[str, tuple[Field, ...]], ...]
"""The form, part by part, each with its legend."""


@dataclass(frozen=True)
class YamlForm:
    """What can be filled in. `lists` have one entry a line, and so have those that are `one_or_more`, where
    one alone is no list; `numbers` are whole, `decimals` need not be.
    """

    parts: Parts
    lists: frozenset[str] = frozenset()
    one_or_more: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    decimals: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The name of every field."""
        return tuple(field.name for _, part in self.parts for field in part)

    def fields_of(self, document: Any) -> dict[str, str]:
        """What stands in each field, whatever is wrong with the document."""
        return {name: _shown(_at(document, name)) for name in self.names}

    def document_of(self, form: Mapping[str, str], kept: Any) -> Document:
        """The document a filled-in form means; what the form has no field for stays as it was."""
        document: Document = _copy(kept) if isinstance(kept, dict) else {}
        for name in self.names:
            if name in form:
                put(document, name.split("."), self._meant(name, form[name]))
        return document

    def by_field(self, problems: Iterable[str]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
        """The problems under the name of their field ("" where there is none), and each as `line 6: what`."""
        there = self.names
        found: dict[str, list[str]] = {}
        lines: list[str] = []
        for problem in problems:
            told = _PROBLEM.match(problem)
            if told is None:
                found.setdefault("", []).append(problem)
                continue
            place = told["place"] or ""
            lines.append(f"line {told['line']}: {f'{place}: ' if place else ''}{told['what']}")
            beside = place if place in there else ""
            found.setdefault(beside, []).append(told["what"] if beside else lines[-1])
        return found, tuple(lines)

    def _meant(self, name: str, text: str) -> Any:
        """What cannot be read as what it should be stays text: the check then says what is wrong."""
        text = text.replace("\r\n", "\n").strip()
        if not text:
            return None
        if name in self.lists | self.one_or_more:
            lines = [line.strip() for line in text.split("\n") if line.strip()]
            found = [int(one) if name in self.numbers and one.isdecimal() else one for one in lines]
            return found[0] if len(found) == 1 and name in self.one_or_more else found
        if name in self.numbers | self.decimals and text.isdecimal():
            return int(text)
        try:
            if name in self.decimals:
                return float(text)
            return date.fromisoformat(text) if name in self.days else text
        except ValueError:
            return text


def text_of(document: Any) -> str:
    """The document as its file."""
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)) if document else ""


def values_of(text: str) -> Any:
    """What a text says; nothing for one that is no YAML we read."""
    try:
        return parse_yaml(text.encode("utf-8", "replace"), Path("text.yaml")).values
    except FileProblems:
        return {}


def _at(document: Any, name: str) -> Any:
    for step in name.split("."):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def put(document: Document, path: list[str], value: Any) -> None:
    """Put a value at its place; without one, the key goes, and with it a part that holds nothing else."""
    first, *rest = path
    if not rest:
        if value is None:
            document.pop(first, None)
        else:
            document[first] = value
        return
    within = document.get(first)
    within = within if isinstance(within, dict) else {}
    put(within, rest, value)
    if within:
        document[first] = within
    else:
        document.pop(first, None)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value
