"""SMART scopes, version 1 (`patient/Observation.read`) and 2 (`patient/Observation.rs?category=...`).

What is granted is what is asked for, narrowed to what the app was registered with. (SMART App Launch 2.2)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from smart_app.demo_ehr.search import read_search

LAUNCH_SCOPES = frozenset(
    {"openid", "fhirUser", "profile", "launch", "launch/patient", "offline_access", "online_access"}
)
LETTERS = "cruds"  # create, read, update, delete, search, always in this order
_WORDS = {"read": "rs", "write": "cud", "*": LETTERS}
_SCOPE = re.compile(
    r"(?P<context>patient|user|system)/(?P<kind>\*|[A-Z][A-Za-z]*)"
    r"\.(?P<may>read|write|\*|c?r?u?d?s?)(\?(?P<query>.+))?$"
)


@dataclass(frozen=True)
class Scope:
    context: str  # patient, user or system
    kind: str  # a resource type, or *
    letters: str  # some of LETTERS
    query: str = ""  # only resources that match it
    spelling: str = ""  # the version 1 word it was written with

    def __str__(self) -> str:
        return f"{self.context}/{self.kind}.{self.spelling or self.letters}" + (
            f"?{self.query}" if self.query else ""
        )

    def allows(self, letter: str, kind: str) -> bool:
        return letter in self.letters and self.kind in ("*", kind)


@dataclass(frozen=True)
class Permission:
    any_patient: bool  # a user or system scope; a patient scope reaches the launch patient only
    queries: tuple[str, ...]  # a resource must match one of them, when there are any


def read_scope(text: str) -> Scope | None:
    """A scope on resources; None for launch scopes and for what is not a scope."""
    found = _SCOPE.match(text)
    if not found or not found["may"]:
        return None
    letters = _WORDS.get(found["may"], found["may"])
    spelling = found["may"] if found["may"] in _WORDS else ""
    return Scope(found["context"], found["kind"], letters, found["query"] or "", spelling)


def grant(asked: str, registered: Iterable[str]) -> str:
    """The scopes to give: each one asked for, narrowed to the registration, in the order asked."""
    allowed = list(registered)
    resources = [scope for scope in map(read_scope, allowed) if scope]
    given: list[str] = []
    for text in dict.fromkeys(asked.split()):
        scope = read_scope(text)
        if scope:
            given += [str(one) for one in _narrowed(scope, resources)]
        elif text in LAUNCH_SCOPES and text in allowed:
            given.append(text)
    return " ".join(dict.fromkeys(given))


def permission(granted: str, letter: str, kind: str) -> Permission | None:
    """What a token with these scopes may do to a kind (`letter` is one of LETTERS); None when nothing."""
    scopes = [scope for scope in map(read_scope, granted.split()) if scope and scope.allows(letter, kind)]
    if not scopes:
        return None
    wide = [scope for scope in scopes if scope.context != "patient"]
    queries = tuple(scope.query for scope in wide or scopes)
    return Permission(bool(wide), () if "" in queries else queries)


def _searchable(scope: Scope) -> bool:
    """Whether the scope's condition is a search this server can do: one it cannot is not granted."""
    try:
        return not scope.query or bool(read_search(scope.kind, parse_qsl(scope.query, strict_parsing=True)))
    except ValueError:
        return False


def _narrowed(asked: Scope, registered: Iterable[Scope]) -> Iterator[Scope]:
    for allowed in registered:
        if allowed.context != asked.context or not ({"*", asked.kind} & {allowed.kind} or asked.kind == "*"):
            continue
        if allowed.query and asked.query and allowed.query != asked.query:
            continue
        letters = "".join(
            letter for letter in LETTERS if letter in asked.letters and letter in allowed.letters
        )
        if letters and _searchable(asked):
            kind = allowed.kind if asked.kind == "*" else asked.kind
            whole = letters == asked.letters
            yield Scope(
                asked.context, kind, letters, asked.query or allowed.query, asked.spelling if whole else ""
            )
