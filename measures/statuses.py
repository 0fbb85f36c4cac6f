"""The statuses of what is on a problem list: by code, in any release of FHIR, or by what only words say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SAID_IN_WORDS = frozenset(  # FHIR R4, condition-clinical and condition-ver-status
    {"active", "recurrence", "relapse", "inactive", "remission", "resolved"}
    | {"unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"}
)


def status_code(resource: Mapping[str, Any], element: str) -> str:
    """The code of a status element, whether a CodeableConcept (R4) or a plain code (earlier releases); where
    only its text is there, the code that this says ("Entered in error").
    """
    status = resource.get(element)
    if isinstance(status, str):
        return status
    for coding in (status or {}).get("coding") or ():
        if coding.get("code"):
            return str(coding["code"])
    text = status.get("text") if status else None
    said = text.strip().lower().replace(" ", "-") if isinstance(text, str) else ""
    return said if said in _SAID_IN_WORDS else ""


def clinical_status(resource: Mapping[str, Any]) -> str:
    return status_code(resource, "clinicalStatus")
