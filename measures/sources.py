"""One record from several sources: the host EHR's own resources, and what was loaded from elsewhere.

Where two sources tell the same fact (same type, code, day and value), the EHR's is kept and the other source
is noted beside it. Nothing is ever taken out of what the EHR says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, NamedTuple

from measures.event import Event
from measures.shapes import SHAPES, Reading

Resource = dict[str, Any]
_Fact = tuple[object, ...]

LOADABLE = frozenset(SHAPES) - {"Coverage"}
"""The types another source may give: those a record holds."""


class Sourced(NamedTuple):
    """A resource and the label of the source it was loaded from, such as "claims"."""

    source: str
    resource: Resource


@dataclass(frozen=True)
class Provenance:
    """Which facts other sources gave, by reference such as "Encounter/e1".

    `only` are in one other source and not in the EHR; `also` are the EHR's own, which other sources confirm.
    """

    only: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def adopted(resource: Resource, source: str, patient_id: str) -> Resource:
    """The resource as one of this patient at this EHR: about the EHR's patient, with ids of its own.

    The new id is made of source, type and old id: it cannot be taken for one of the EHR's, a second load
    gives the same, and references between the resources of a source still lead somewhere.
    """
    kind = resource["resourceType"]
    changed: Resource = _repointed(resource, source)
    subject = "patient" if "patient" in resource and "subject" not in resource else "subject"
    return changed | {
        "id": _own_id(source, kind, resource["id"]),
        subject: {"reference": f"Patient/{patient_id}"},
    }


def together(own: Iterable[Resource], others: Iterable[Sourced]) -> tuple[list[Resource], Provenance]:
    """The EHR's resources and what the others add to them, each fact once."""
    kept = list(own)
    told_by: dict[_Fact, str] = {}
    for resource in kept:
        for fact in _facts(resource):
            told_by.setdefault(fact, _reference(resource))
    ours = {_reference(resource) for resource in kept}
    only: dict[str, str] = {}
    also: dict[str, dict[str, None]] = {}
    for source, resource in others:
        facts = list(_facts(resource))
        known = next((told_by[fact] for fact in facts if fact in told_by), None)
        if known is None:
            kept.append(resource)
            only[_reference(resource)] = source
            told_by.update(dict.fromkeys(facts, _reference(resource)))
        elif known in ours:
            also.setdefault(known, {})[source] = None
    return kept, Provenance(only, {reference: tuple(sources) for reference, sources in also.items()})


def _facts(resource: Resource) -> Iterator[_Fact]:
    """What the resource says, once for each of its codes; two that share one of these say the same.

    A visit to the ED or a stay is told by its day alone: a claim and a chart never code it alike.
    """
    kind = resource["resourceType"]
    if kind not in SHAPES:
        return
    event = Event(kind, resource, Reading(UTC, None, []))
    day = event.day
    if day is None:
        return
    if kind == "Encounter" and (acute := _acute(resource)):
        yield kind, day, acute
    value = event.value or tuple(sorted(event.value_codes)) or event.value_text
    for code in event.codes:
        yield kind, day, code, value


def _acute(encounter: Resource) -> str:
    held = encounter.get("class")
    code = str(held.get("code", "")).upper() if isinstance(held, Mapping) else ""
    if code in ("EMER", "EMERGENCY"):
        return "emergency"
    return "inpatient" if code in ("IMP", "ACUTE", "NONAC", "INPATIENT") else ""


def _repointed(node: Any, source: str) -> Any:
    """A copy in which references to resources of the same source name their new ids."""
    if isinstance(node, list):
        return [_repointed(part, source) for part in node]
    if not isinstance(node, dict):
        return node
    changed = {name: _repointed(part, source) for name, part in node.items()}
    target = node.get("reference")
    if isinstance(target, str):
        kind, _, identity = target.rpartition("/")
        if kind in LOADABLE and identity:
            changed["reference"] = f"{kind}/{_own_id(source, kind, identity)}"
    return changed


def _own_id(source: str, kind: str, identity: str) -> str:
    told = hashlib.sha256(f"{source}|{kind}|{identity}".encode()).hexdigest()
    return f"x-{told[:40]}"


def _reference(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource.get('id', '')}"
