"""The care team: who is on it, in which role, and the general practitioner the Patient resource names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from measures.event import Event
from measures.shapes import Standing
from smart_app.care.facts import source_path
from smart_app.care.material import Material
from smart_app.care.panel import Group, Line, Panel


def care_team(material: Material) -> tuple[Group, ...]:
    record = material.record
    members: dict[str, Line] = {}
    for team in record.every("CareTeam").sure:
        if team.standing is Standing.DONE:
            members.update({line.text: line for line in _members(team) if line.text not in members})
    for name in _names(record.patient.get("generalPractitioner")):
        members.setdefault(name, Line(name, "general practitioner"))
    return (Group("", tuple(members.values())),)


def _members(team: Event) -> Iterator[Line]:
    for participant in team.source.get("participant") or ():
        if not isinstance(participant, Mapping):
            continue
        for name in _names([participant.get("member")]):
            yield Line(name, _role(participant.get("role")), source=source_path(team))


def _names(references: Any) -> Iterator[str]:
    """What references call themselves; one that names nobody is left out."""
    for reference in references or ():
        if isinstance(reference, Mapping) and reference.get("display"):
            yield str(reference["display"])


def _role(concepts: Any) -> str:
    for concept in concepts or ():
        if isinstance(concept, Mapping):
            displays = (c.get("display") for c in concept.get("coding") or () if isinstance(c, Mapping))
            return str(concept.get("text") or next(filter(None, displays), "")).lower()
    return ""


PANEL = Panel(
    key="care-team",
    title="Care team",
    place=40,
    kinds=("CareTeam",),
    none="None found: no care team on record.",
    fill=care_team,
    aside=True,
)
