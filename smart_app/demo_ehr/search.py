"""FHIR R4 search over plain resources: reads a query strictly, filters, sorts.

What this server does not know it refuses, rather than answering a different question than was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from functools import partial
from typing import Any

from smart_app.demo_ehr import fhir_dates
from smart_app.demo_ehr.matching import answering, at, codes_of, plain, reference_of, strings_of
from smart_app.demo_ehr.parameters import KINDS, Parameter, Type

Resource = dict[str, Any]

LARGEST_PAGE = 1000
IGNORED = frozenset({"_format", "_pretty", "_total"})  # they change how an answer looks, never what is in it
MODIFIERS = frozenset({"", "not", "missing", "exact", "contains", "Patient"})


class SearchProblem(ValueError):
    """A query this server cannot answer; the message says which part and what would be understood."""


@dataclass(frozen=True)
class Filter:
    name: str
    parameter: Parameter
    modifier: str
    values: tuple[str, ...]  # any of them

    def test(self) -> Callable[[Resource], bool]:
        """What a resource must pass; made once for a search, used on every resource."""
        if self.modifier == "missing":
            wanted = self.values == ("true",)
            return lambda resource: (not any(True for _ in self._held(resource))) is wanted
        answers = [answering(self.parameter.type, self.modifier, asked) for asked in self.values]
        negated = self.modifier == "not"
        return lambda resource: (
            any(answer(value) for value in self._held(resource) for answer in answers) is not negated
        )

    def _held(self, resource: Resource) -> Iterator[Any]:
        return (value for path in self.parameter.paths for value in at(resource, path))


@dataclass(frozen=True)
class Search:
    kind: str
    filters: tuple[Filter, ...] = ()
    sort: tuple[tuple[Parameter, bool], ...] = ()  # (by what, descending)
    count: int | None = None
    offset: int = 0

    @property
    def patient(self) -> str | None:
        """The one patient asked for, when the query names one."""
        for filter in self.filters:
            if (
                filter.name in ("patient", "subject")
                and len(filter.values) == 1
                and filter.modifier in ("", "Patient")
            ):
                return filter.values[0].rpartition("/")[2]
            if (
                self.kind == "Patient"
                and filter.name == "_id"
                and len(filter.values) == 1
                and not filter.modifier
            ):
                return filter.values[0]
        return None

    def limited_to(self, filters: Iterable[Filter]) -> Search:
        return replace(self, filters=(*self.filters, *filters))


def read_search(kind: str, pairs: Iterable[tuple[str, str]]) -> Search:
    """Reads name=value pairs. Raises SearchProblem naming everything wrong in the query at once."""
    if kind not in KINDS:
        raise SearchProblem(f"This server holds no {kind}. It knows: {', '.join(sorted(KINDS))}.")
    search, filters, problems = Search(kind), [], []
    for name, value in pairs:
        try:
            if name == "_count":
                search = replace(search, count=min(_number(name, value), LARGEST_PAGE))
            elif name == "_offset":
                search = replace(search, offset=_number(name, value))
            elif name == "_sort":
                search = replace(search, sort=tuple(_sort_keys(kind, value)))
            elif name not in IGNORED:
                filters.append(_filter(kind, name, value))
        except SearchProblem as problem:
            problems.append(str(problem))
    if problems:
        raise SearchProblem(" ".join(problems))
    return search.limited_to(filters)


def find(search: Search, resources: Iterable[Resource]) -> list[Resource]:
    """All that match, sorted; who answers cuts the page. Without `_sort`, in the order they are held."""
    tests = [filter.test() for filter in search.filters]
    found = [resource for resource in resources if all(test(resource) for test in tests)]
    for parameter, descending in reversed(search.sort):
        found.sort(key=partial(_sort_key, parameter), reverse=descending)
    if search.sort:  # what has no value comes last either way
        found.sort(key=lambda resource: _sort_key(search.sort[0][0], resource) == "")
    return found


def _filter(kind: str, written: str, value: str) -> Filter:
    name, _, modifier = written.partition(":")
    known = KINDS[kind]
    if name not in known:
        raise SearchProblem(
            f"{kind} has no search parameter '{name}' here; it has: {', '.join(sorted(known))}."
        )
    if modifier not in MODIFIERS:
        raise SearchProblem(f"'{written}': the modifier ':{modifier}' is not supported; leave it out.")
    if not value:
        raise SearchProblem(f"'{written}' has no value.")
    values = tuple(part.replace("\\,", ",") for part in re.split(r"(?<!\\),", value))
    filter = Filter(name, known[name], modifier, values)
    if filter.parameter.type is Type.DATE and modifier != "missing":
        for one in values:
            try:
                fhir_dates.prefixed(one)
            except ValueError:
                raise SearchProblem(
                    f"'{written}={one}' is not a date; write ge2026-01-31, for example."
                ) from None
    return filter


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise SearchProblem(f"'{name}' must be a whole number, not '{value}'.")
    return int(value)


def _sort_keys(kind: str, value: str) -> Iterator[tuple[Parameter, bool]]:
    for one in value.split(","):
        name = one.removeprefix("-")
        if name not in KINDS[kind]:
            raise SearchProblem(f"Cannot sort {kind} by '{name}'; it has: {', '.join(sorted(KINDS[kind]))}.")
        yield KINDS[kind][name], one.startswith("-")


def _sort_key(parameter: Parameter, resource: Resource) -> str:
    for value in (value for path in parameter.paths for value in at(resource, path)):
        if parameter.type is Type.DATE:
            covered = fhir_dates.spans_in(value)
            return covered[0].astimezone(UTC).isoformat() if covered else ""
        if parameter.type is Type.TOKEN:
            return next((code for _, code in codes_of(value)), "")
        return reference_of(value) if parameter.type is Type.REFERENCE else plain(" ".join(strings_of(value)))
    return ""
