"""What accepting a suggestion does in this EHR: its actions, all of them or none. (CDS Hooks 2.0, Action)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from smart_app.demo_ehr.fhir import Refused, validated
from smart_app.demo_ehr.parameters import KINDS, SHARED
from smart_app.demo_ehr.store import (
    CLINICIAN_NAME,
    CLINICIAN_REFERENCE,
    Resource,
    Store,
    VersionConflict,
    patient_of,
)

SIGNER = {"reference": CLINICIAN_REFERENCE, "display": CLINICIAN_NAME}
WHEN_SIGNED = {
    "ServiceRequest": "authoredOn",
    "MedicationRequest": "authoredOn",
    "DeviceRequest": "authoredOn",
}


class CannotDo(ValueError):
    """An action this EHR does not carry out; nothing of the suggestion was done."""


def carry_out(actions: tuple[Mapping[str, Any], ...], patient: str, store: Store, now: datetime) -> list[str]:
    """Do every action of one suggestion and say what was written, as references.

    Accepting signs: a draft order becomes active, now, by the user. Raises CannotDo, and nothing is written.
    """
    steps = [_step(action, patient, store, now) for action in actions]
    return [step() for step in steps]


def _step(action: Mapping[str, Any], patient: str, store: Store, now: datetime) -> Callable[[], str]:
    kind_of_action = action.get("type")
    if kind_of_action == "delete":
        raise CannotDo("Deleting is not something this EHR lets a card do.")
    resource = action.get("resource")
    if kind_of_action not in ("create", "update") or not isinstance(resource, dict):
        raise CannotDo("The suggestion has an action that is neither create nor update with a resource.")
    resource = _signed(_checked(resource, patient), now)
    if kind_of_action == "create":
        return lambda: _reference(store.create(resource, patient).resource)
    held = store.read(resource["resourceType"], str(resource.get("id")), patient)
    if held is None:
        raise CannotDo(f"There is no {resource['resourceType']}/{resource.get('id')} to update.")

    def update() -> str:
        try:
            return _reference(store.update(resource, patient, version=held.version).resource)
        except VersionConflict as conflict:
            raise CannotDo(str(conflict)) from None

    return update


def _checked(resource: Resource, patient: str) -> Resource:
    kind = resource.get("resourceType")
    if kind not in KINDS or kind in SHARED or kind == "Patient":
        raise CannotDo(f"This EHR does not take {kind} from a card.")
    if patient_of(resource) != patient:
        raise CannotDo(f"The {kind} is not about this patient.")
    try:
        return validated(resource)
    except Refused as refused:
        raise CannotDo(f"The {kind} is not valid FHIR: {refused}") from None


def _signed(resource: Resource, now: datetime) -> Resource:
    if resource.get("status") != "draft" or resource["resourceType"] not in WHEN_SIGNED:
        return resource
    moment = now.isoformat(timespec="seconds")
    signing = {WHEN_SIGNED[resource["resourceType"]]: moment, "requester": SIGNER}
    return resource | signing | {"status": "active"}


def _reference(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"
