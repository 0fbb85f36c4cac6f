"""Older exports (STU3) in R4 shape, as far as a measure reads them; R4 passes untouched.

Told by shape, resource by resource, because exports mix releases. (FHIR R4, tab "R3 Diff" of each resource)
Only the elements that a measure looks at are here; the tables of `shapes` read the rest in either form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from measures.terminology import LOINC

Resource = dict[str, Any]

OLD_BLOOD_PRESSURE = (LOINC, "55284-4")
BLOOD_PRESSURE = (LOINC, "85354-9")


def in_r4_shape(resource: Resource) -> Resource:
    """The resource itself, changed in place where it is of an older release."""
    if "context" in resource and "encounter" not in resource:
        resource["encounter"] = resource["context"]
    reshape = _RESHAPED.get(resource["resourceType"])
    if reshape is not None:
        reshape(resource)
    return resource


def _observation(observation: Resource) -> None:
    """The panel's old code stands for the one that R4's blood pressure profile fixes."""
    if "component" not in observation:
        return
    codings = observation["code"]["coding"]
    codes = [(coding.get("system"), coding.get("code")) for coding in codings]
    if OLD_BLOOD_PRESSURE in codes and BLOOD_PRESSURE not in codes:
        codings.append(dict(zip(("system", "code"), BLOOD_PRESSURE, strict=True)))


def _procedure(procedure: Resource) -> None:
    if procedure.get("notDone") is True:
        procedure["status"] = "not-done"
        if "notDoneReason" in procedure:
            procedure.setdefault("statusReason", procedure["notDoneReason"])


def _immunization(immunization: Resource) -> None:
    if immunization.get("notGiven") is True:
        immunization["status"] = "not-done"


_RESHAPED: dict[str, Callable[[Resource], None]] = {
    "Immunization": _immunization,
    "Observation": _observation,
    "Procedure": _procedure,
}
