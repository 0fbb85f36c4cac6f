"""SMART scopes, read and asked for: one scope as data, and the `scope` parameter for a host EHR.

Both spellings live side by side in the field. SMART 1.0 writes `patient/Observation.read`, SMART 2.x writes
`patient/Observation.rs` (c create, r read, u update, d delete, s search) and may narrow a scope by a query,
`patient/Observation.rs?category=vital-signs`. Clause: SMART App Launch 2.2, "Scopes for requesting FHIR
Resources".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cds_service.profiles import Profile

_RESOURCE_SCOPE = re.compile(
    r"(?P<context>patient|user|system)/(?P<kind>\*|[A-Z][A-Za-z]*)"
    r"\.(?:(?P<v1>read|write|\*)|(?P<v2>(?=[cruds])c?r?u?d?s?))(?:\?(?P<query>\S+))?"
)
_V1_LETTERS = {"read": "rs", "write": "cud", "*": "cruds"}


@dataclass(frozen=True)
class ResourceScope:
    """One scope on FHIR resources, whichever spelling it came in. `letters` are SMART 2.x interactions."""

    context: str
    kind: str
    letters: frozenset[str]
    query: str

    def covers(self, kind: str, letter: str) -> bool:
        return self.kind in ("*", kind) and letter in self.letters

    def in_v1(self) -> tuple[str, ...]:
        """The SMART 1.0 spelling; a query has none and is dropped, because 1.0 cannot narrow a scope."""
        stem = f"{self.context}/{self.kind}"
        read = (f"{stem}.read",) if self.letters & set("rs") else ()
        write = (f"{stem}.write",) if self.letters & set("cud") else ()
        return read + write


def resource_scope(scope: str) -> ResourceScope | None:
    """The scope as data; None when it is not one on FHIR resources (`openid`, `launch/patient`, nonsense)."""
    match = _RESOURCE_SCOPE.fullmatch(scope)
    if match is None:
        return None
    letters = _V1_LETTERS[match["v1"]] if match["v1"] else match["v2"]
    return ResourceScope(match["context"], match["kind"], frozenset(letters), match["query"] or "")


def to_request(
    registered: Iterable[str], profile: Profile, kinds: Iterable[str], *, standalone: bool, v1_only: bool
) -> str:
    """The `scope` parameter of an authorization request, in the order the host EHR file lists them.

    An EHR launch asks for `launch`, a standalone one for `launch/patient` so that the EHR lets the user pick
    a patient; which of them the file lists does not matter. `v1_only` respells resource scopes for a server
    that has no `permission-v2`. Where the profile knows no wildcards, `*` is written out: the `kinds` the
    app reads, and for writing those the EHR takes.
    """
    context = "launch/patient" if standalone else "launch"
    asked = dict.fromkeys([context])
    for scope in registered:
        if scope in ("launch", "launch/patient"):
            continue
        resource = resource_scope(scope)
        written_out = [scope]
        if resource and resource.kind == "*" and not profile.wildcard_scopes:
            written_out = list(_written_out(resource, profile, kinds))
        for each in written_out:
            one = resource_scope(each)
            asked.update(dict.fromkeys(one.in_v1() if one and v1_only else (each,)))
    return " ".join(asked)


def _written_out(wildcard: ResourceScope, profile: Profile, kinds: Iterable[str]) -> Iterator[str]:
    for kind in sorted({*kinds, *profile.writes} - profile.without.keys()):
        usable = set("rs") | set("cud" if profile.can_write(kind) else "")
        letters = "".join(letter for letter in "cruds" if letter in wildcard.letters & usable)
        if letters:
            narrowed = f"?{wildcard.query}" if wildcard.query else ""
            yield f"{wildcard.context}/{kind}.{letters}{narrowed}"
