"""Whose a resource is."""

from __future__ import annotations

from collections.abc import Mapping

from measures.shapes import Resource


def owner_of(resource: Resource) -> str | None:
    """The id of the patient a resource speaks of."""
    who = resource.get("subject") or resource.get("patient") or resource.get("beneficiary")
    who = who or resource.get("for") or _participating(resource)
    if not who:
        return None
    reference: str = who["reference"]
    if "/_history/" in reference:
        reference = unversioned(reference)
    if reference.startswith("Patient/"):
        return reference[8:]
    return reference.rpartition("/")[2].removeprefix("urn:uuid:") or None


def unversioned(reference: str) -> str:
    """What a reference names, whichever version of it: FHIR R4, Reference: "Patient/p1/_history/3"."""
    return reference.partition("/_history/")[0]


def names_or_leaves_open(reference: object, theirs: str, fhir_base: str) -> bool:
    """Whether a reference is to this patient ("Patient/p1"), or to nobody we could name: it is absent, or
    only an identifier. An absolute one is theirs at this FHIR base alone: another server has other patients.
    """
    if not isinstance(reference, Mapping):
        return reference is None
    to = reference.get("reference")
    if to is None or to == theirs:
        return True
    return isinstance(to, str) and unversioned(to).removeprefix(f"{fhir_base}/") == theirs


def _participating(resource: Resource) -> Resource | None:
    """The patient of an Appointment, which has no subject; None when there are several, or none."""
    if resource["resourceType"] != "Appointment":
        return None
    actors = [one.get("actor") or {} for one in resource.get("participant") or ()]
    patients = [actor for actor in actors if "Patient/" in str(actor.get("reference"))]
    return patients[0] if len(patients) == 1 else None


def name_of(resource: object) -> str:
    """Such as "Condition/c1"; of what is no resource, what it is."""
    if not isinstance(resource, dict):
        return f"a {type(resource).__name__} where a resource should be"
    return f"{resource.get('resourceType', 'resource')}/{resource.get('id', '?')}"
