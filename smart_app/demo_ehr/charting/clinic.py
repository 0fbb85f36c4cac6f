"""The clinic everybody in the stories goes to: its staff, its rooms, and its Part 2 programme."""

from __future__ import annotations

from typing import Any

NPI = "http://hl7.org/fhir/sid/us-npi"
ROLES = "http://snomed.info/sct"

CLINIC = "Organization/marsh-lane-clinic"
HOSPITAL = "Organization/three-bridges-hospital"
PART_2_PROGRAMME = (
    "Organization/harbor-steps-recovery"  # a 42 CFR Part 2 programme: the source decides, not the code
)

PRIMARY_CARE = "Practitioner/quill-averyson"
PSYCHIATRIST = "Practitioner/noor-elmgrove"
THERAPIST = "Practitioner/tam-whistledown"
CARE_MANAGER = "Practitioner/rosa-kettleburn"

NAMES = {
    CLINIC: "Marsh Lane Clinic",
    HOSPITAL: "Three Bridges Hospital",
    PART_2_PROGRAMME: "Harbor Steps Recovery Programme",
    PRIMARY_CARE: "Quill Averyson, MD",
    PSYCHIATRIST: "Noor Elmgrove, MD",
    THERAPIST: "Tam Whistledown, LCSW",
    CARE_MANAGER: "Rosa Kettleburn, RN",
}

JOBS = {  # SNOMED CT occupation, as CareTeam.participant.role wants it
    PRIMARY_CARE: ("446050000", "Primary care physician"),
    PSYCHIATRIST: ("80584001", "Psychiatrist"),
    THERAPIST: ("106328005", "Social worker"),
    CARE_MANAGER: ("768820003", "Care coordinator"),
}


def ref(reference: str) -> dict[str, Any]:
    """A reference with the name people know it by."""
    return {"reference": reference, "display": NAMES[reference]}


def clinic() -> list[dict[str, Any]]:
    """Resources shared by all patients."""
    return [*map(_organization, (CLINIC, HOSPITAL, PART_2_PROGRAMME)), *map(_practitioner, JOBS)]


def _organization(reference: str) -> dict[str, Any]:
    return {
        "resourceType": "Organization",
        "id": reference.partition("/")[2],
        "active": True,
        "name": NAMES[reference],
        "telecom": [{"system": "phone", "value": "555-0100", "use": "work"}],
    }


def _practitioner(reference: str) -> dict[str, Any]:
    name, _, degree = NAMES[reference].partition(", ")
    given, _, family = name.partition(" ")
    number = 1 + list(JOBS).index(reference)
    return {
        "resourceType": "Practitioner",
        "id": reference.partition("/")[2],
        "identifier": [
            {"system": NPI, "value": f"000000000{number}"}
        ],  # fails the NPI check digit on purpose
        "active": True,
        "name": [{"family": family, "given": [given], "suffix": [degree]}],
    }
