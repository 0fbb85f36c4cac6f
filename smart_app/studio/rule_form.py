"""A card rule as fields of a form and as its YAML: two spellings of one document.

The names of fields are places in the document (`when.measure`), as they stand in the problems, so a problem
stands beside its field without a table between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from cds_service.conditions import CONCERNS
from cds_service.hooks import CONTEXTS
from cds_service.rule_file import RISK_MOVES, Known

Document = dict[str, Any]
_LISTS = frozenset(
    {"hook", "when.next_step", "when.status", "card.summary", "card.detail", "card.suggestion.draft"}
)
_NUMBERS = frozenset({"priority"})
_DAYS = frozenset({"effective.from", "effective.until"})
_PROBLEM = re.compile(r"^[^:]*:(?P<line>\d+): (?:(?P<place>[a-z_]+(?:\.[a-z_]+)*): )?(?P<what>.*)$", re.S)


@dataclass(frozen=True)
class Field:
    """One field. `rows`: of a text area; `choices`: of a list to choose from."""

    name: str
    label: str
    hint: str = ""
    rows: int = 0
    choices: tuple[tuple[str, str], ...] = ()


def fields(known: Known) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    """The form, part by part, each with its legend."""
    measures = (("", "no measure"), *((m, f"{m} {one.title}") for m, one in known.catalog.measures.items()))
    checks = (("", "no order check"), ("any", "any"), *((c, c) for c in sorted(known.checks)))
    drafts = ", ".join(sorted(known.drafts))
    concerns = (("", "as its condition"), *((c, c) for c in CONCERNS))
    return (
        (
            "The rule",
            (
                Field("id", "Id", "Small letters, digits, hyphens."),
                Field("version", "Version", "Another one with every change."),
                Field("owner", "Owner"),
                Field("citation", "Citation"),
                Field("hook", "Hooks", f"One a line: {', '.join(CONTEXTS)}.", rows=2),
                Field("concern", "Concern", choices=concerns),
                Field("priority", "Priority", "1 is shown first, of those with one concern."),
                Field("effective.from", "First day", "YYYY-MM-DD, or empty."),
                Field("effective.until", "Last day"),
            ),
        ),
        (
            "When it is due: a measure's step, an order check, or the risk",
            (
                Field("when.measure", "Measure", choices=measures),
                Field("when.next_step", "Next step", "Criteria of its numerator, one a line.", rows=2),
                Field("when.status", "Gap status", "open-gap or prospective-gap, one a line.", rows=2),
                Field("when.check", "Order check", choices=checks),
                Field("when.risk", "Risk", choices=(("", "not about risk"), *((m, m) for m in RISK_MOVES))),
            ),
        ),
        (
            "The card",
            (
                Field("card.indicator", "Indicator", choices=(("info", "info"), ("warning", "warning"))),
                Field("card.summary", "Summary", "One a line; the first that can be filled counts.", rows=3),
                Field("card.detail", "Detail", "One a line.", rows=2),
                Field("card.suggestion.label", "Suggestion"),
                Field("card.suggestion.draft", "Drafts it makes", f"Of: {drafts}.", rows=1),
            ),
        ),
    )


def names(known: Known) -> tuple[str, ...]:
    """The name of every field."""
    return tuple(field.name for _, part in fields(known) for field in part)


def fields_of(document: Any, known: Known) -> dict[str, str]:
    """What stands in each field, whatever is wrong with the document."""
    return {name: _shown(_at(document, name)) for name in names(known)}


def document_of(form: Mapping[str, str], kept: Any, known: Known) -> Document:
    """The document a filled-in form means; what the form has no field for stays as it was."""
    document: Document = _copy(kept) if isinstance(kept, dict) else {}
    for name in names(known):
        if name in form:
            put(document, name.split("."), _meant(name, form[name]))
    return document


def text_of(document: Any) -> str:
    """The document as its file."""
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)) if document else ""


def by_field(problems: Iterable[str], known: Known) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """The problems under the name of their field ("" where there is none), and each as `line 6: what`."""
    there = names(known)
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


def _at(document: Any, name: str) -> Any:
    for step in name.split("."):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _meant(name: str, text: str) -> Any:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return None
    if name in _LISTS:
        found = [line.strip() for line in text.split("\n") if line.strip()]
        return found[0] if len(found) == 1 else found
    if name in _NUMBERS and text.isdecimal():
        return int(text)
    if name in _DAYS:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


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
