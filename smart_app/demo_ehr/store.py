"""The records this EHR holds: the people as loaded, and on top of them what was written since it started.

Loaded resources are shared with the loader and never changed; what is written replaces them by kind and id.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import Any

from smart_app.demo_ehr.loading import People, Person
from smart_app.demo_ehr.parameters import SHARED

Resource = dict[str, Any]

PATIENT_REFERENCES = ("subject", "patient", "for", "beneficiary")

CLINICIAN: Resource = {  # who is signed in at this EHR
    "resourceType": "Practitioner",
    "id": "demo-clinician",
    "active": True,
    "name": [{"family": "Larkspur", "given": ["Edda"], "suffix": ["MD"]}],
}
CLINICIAN_NAME = "Edda Larkspur, MD"
CLINICIAN_REFERENCE = "Practitioner/demo-clinician"


class VersionConflict(ValueError):
    """An update of a version that is no longer the latest."""


@dataclass(frozen=True)
class Held:
    """One resource and the version it is in; what was loaded is version 1."""

    resource: Resource
    version: int = 1


class Store:
    def __init__(self, people: People, now: Callable[[], datetime]) -> None:
        self.people = people
        self._now = now
        self._lock = RLock()
        self._written: dict[str, dict[tuple[str, str], Held]] = {}  # patient id -> (kind, id) -> latest
        shared = [*people.shared, CLINICIAN]
        self._shared = {
            (one["resourceType"], one["id"]): one for one in shared if one["resourceType"] in SHARED
        }

    def person(self, patient_id: str) -> Person | None:
        return self.people.patients.get(patient_id)

    def chart(self, patient_id: str) -> list[Resource]:
        """Everything held about one patient, the Patient first. Raises KeyError: no such patient here."""
        with (
            self._lock
        ):  # an app asks for ten kinds at once: the chart is parsed for the first, not ten times
            loaded = self.people.resources(patient_id)
            written = dict(self._written.get(patient_id, {}))
        if not written:
            return loaded
        latest = [
            written.pop(key).resource if (key := (one["resourceType"], one["id"])) in written else one
            for one in loaded
        ]
        return [*latest, *(held.resource for held in written.values())]

    def of_kind(self, kind: str, patient_id: str | None) -> list[Resource]:
        """What one search may look through: a patient's resources of a kind, or what belongs to nobody."""
        if kind in SHARED:
            found = [one for (its_kind, _), one in self._shared.items() if its_kind == kind]
            return found + (self._own(kind, patient_id) if patient_id else [])
        if patient_id is not None:
            return self._own(kind, patient_id)
        if kind == "Patient":
            return [self.people.patient(one) for one in self.people.patients]
        return []

    def read(self, kind: str, id: str, patient_id: str | None) -> Held | None:
        """One resource, looked for in that patient's chart only: what is another patient's is not here."""
        if patient_id is not None:
            with self._lock:
                written = self._written.get(patient_id, {}).get((kind, id))
            if written:
                return written
        found = next((one for one in self.of_kind(kind, patient_id) if one["id"] == id), None)
        return Held(found) if found else None

    def create(self, resource: Resource, patient_id: str) -> Held:
        """Keep a new resource in the patient's chart, under an id of our own."""
        return self._keep(resource | {"id": uuid.uuid4().hex}, patient_id, version=1)

    def update(self, resource: Resource, patient_id: str, *, version: int) -> Held:
        """Replace one resource. Raises KeyError: not in the chart, VersionConflict: `version` is old."""
        with self._lock:
            held = self.read(resource["resourceType"], resource["id"], patient_id)
            if held is None:
                raise KeyError(resource["id"])
            if held.version != version:
                raise VersionConflict(f"version {held.version} is the latest, not {version}")
            return self._keep(resource, patient_id, version=version + 1)

    def _keep(self, resource: Resource, patient_id: str, *, version: int) -> Held:
        meta = {
            **(resource.get("meta") or {}),
            "versionId": str(version),
            "lastUpdated": self._now().isoformat(),
        }
        held = Held(resource | {"meta": meta}, version)
        with self._lock:
            self._written.setdefault(patient_id, {})[resource["resourceType"], resource["id"]] = held
        return held

    def _own(self, kind: str, patient_id: str) -> list[Resource]:
        if self.person(patient_id) is None:
            return []
        return [one for one in self.chart(patient_id) if one["resourceType"] == kind]


def patient_of(resource: Resource) -> str | None:
    """The patient a resource says it is about; None when it says nothing readable."""
    if resource.get("resourceType") == "Patient":
        return resource.get("id")
    for field in PATIENT_REFERENCES:
        pointer = resource.get(field)
        reference = pointer.get("reference") if isinstance(pointer, dict) else None
        if isinstance(reference, str) and "Patient/" in reference:
            return reference.rpartition("Patient/")[2]
    return None
