"""STU3 resources in R4 shape, as far as a chart needs them: tables of what was renamed, recoded and reshaped.

Decided by shape, resource by resource, so that R4 data passes through untouched and mixed sets come out even.
(FHIR R4, "R3 Diff" tab of each resource)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from measures.terminology import ACT_CODE, LOINC, UCUM

Resource = dict[str, Any]

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

WITH_CONTEXT = {  # kinds whose `context` became `encounter`; DocumentReference and others keep one in R4
    "CarePlan", "ClinicalImpression", "Condition", "DeviceRequest", "DiagnosticReport", "Flag", "Procedure",
    "ImagingStudy", "MedicationRequest", "Observation", "QuestionnaireResponse", "RiskAssessment",
}  # fmt: skip

RENAMED: dict[str, dict[str, str]] = {
    "AllergyIntolerance": {"assertedDate": "recordedDate"},
    "Condition": {"assertedDate": "recordedDate"},
    "Encounter": {"reason": "reasonCode"},
    "Goal": {"status": "lifecycleStatus"},
    "Immunization": {"date": "occurrenceDateTime"},
}

STATUS_CONCEPTS: dict[str, dict[str, str]] = {  # a code in STU3, a CodeableConcept in R4
    "AllergyIntolerance": {
        "clinicalStatus": f"{TERMINOLOGY}/allergyintolerance-clinical",
        "verificationStatus": f"{TERMINOLOGY}/allergyintolerance-verification",
    },
    "Condition": {
        "clinicalStatus": f"{TERMINOLOGY}/condition-clinical",
        "verificationStatus": f"{TERMINOLOGY}/condition-ver-status",
    },
}

GOAL_STATUS = {
    "in-progress": "active", "on-target": "active", "ahead-of-target": "active", "behind-target": "active",
    "sustaining": "active", "achieved": "completed",
}  # fmt: skip

ENCOUNTER_CLASS = {  # words seen without a system -> v3 ActCode
    "ambulatory": "AMB", "outpatient": "AMB", "wellness": "AMB", "urgentcare": "AMB", "office": "AMB",
    "emergency": "EMER", "inpatient": "IMP", "home": "HH", "virtual": "VR", "field": "FLD", "daytime": "SS",
}  # fmt: skip

# What R4's blood pressure profile fixes, beside what older servers send. (hl7.org/fhir/R4/bp.html)
OLD_BP_PANELS = {"55284-4"}
BP_PANEL = {"system": LOINC, "code": "85354-9", "display": "Blood pressure panel"}
MILLIMETERS_OF_MERCURY = "mm[Hg]"

SYSTEMS = {  # the R4 name of the code systems that moved
    "http://hl7.org/fhir/observation-category": f"{TERMINOLOGY}/observation-category",
    "http://hl7.org/fhir/condition-category": f"{TERMINOLOGY}/condition-category",
    "http://hl7.org/fhir/identifier-type": f"{TERMINOLOGY}/v2-0203",
}
MOVED_FAMILIES = {
    "http://hl7.org/fhir/v2/": f"{TERMINOLOGY}/v2-",
    "http://hl7.org/fhir/v3/": f"{TERMINOLOGY}/v3-",
}


def to_r4(resource: Resource) -> Resource:
    """The resource itself, changed in place where it is STU3-shaped."""
    kind = resource["resourceType"]
    if kind in WITH_CONTEXT:
        _rename(resource, "context", "encounter")
    for old, new in RENAMED.get(kind, {}).items():
        _rename(resource, old, new)
    for name, system in STATUS_CONCEPTS.get(kind, {}).items():
        if isinstance(resource.get(name), str):
            resource[name] = {"coding": [{"system": system, "code": resource[name]}]}
    if reshape := RESHAPED.get(kind):
        reshape(resource)
    _recode(resource)
    return resource


def _rename(resource: Resource, old: str, new: str) -> None:
    if old in resource and new not in resource:
        resource[new] = resource.pop(old)


def _encounter(encounter: Resource) -> None:
    class_ = encounter.get("class")
    if isinstance(class_, dict) and "system" not in class_:
        code = ENCOUNTER_CLASS.get(str(class_.get("code")).lower())
        if code:
            encounter["class"] = {"system": ACT_CODE, "code": code, "display": class_["code"]}
    if isinstance(encounter.get("reasonCode"), dict):
        encounter["reasonCode"] = [encounter["reasonCode"]]


def _goal(goal: Resource) -> None:
    status = goal.get("lifecycleStatus")
    if isinstance(status, str):
        goal["lifecycleStatus"] = GOAL_STATUS.get(status, status)


def _immunization(immunization: Resource) -> None:
    if immunization.pop("notGiven", False):
        immunization["status"] = "not-done"


def _medication_request(request: Resource) -> None:
    requester = request.get("requester")
    if isinstance(requester, dict) and "agent" in requester:
        request["requester"] = requester["agent"]
    dosages = request.get("dosageInstruction")
    for dosage in dosages if isinstance(dosages, list) else ():
        if isinstance(dosage, dict) and "doseQuantity" in dosage:
            dosage["doseAndRate"] = [{"doseQuantity": dosage.pop("doseQuantity")}]


def _observation(observation: Resource) -> None:
    code = observation.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    if isinstance(codings, list) and any(
        c.get("code") in OLD_BP_PANELS for c in codings if isinstance(c, dict)
    ):
        codings.append(dict(BP_PANEL))
    components = observation.get("component")
    for component in components if isinstance(components, list) else ():
        value = component.get("valueQuantity") if isinstance(component, dict) else None
        if isinstance(value, dict) and (value.get("system"), value.get("code")) == (UCUM, "mmHg"):
            value["code"] = MILLIMETERS_OF_MERCURY


def _procedure(procedure: Resource) -> None:
    if procedure.pop("notDone", False):
        procedure["status"] = "not-done"
        _rename(procedure, "notDoneReason", "statusReason")


RESHAPED: dict[str, Callable[[Resource], None]] = {
    "Encounter": _encounter,
    "Goal": _goal,
    "Immunization": _immunization,
    "MedicationRequest": _medication_request,
    "Observation": _observation,
    "Procedure": _procedure,
}


def _recode(resource: Resource) -> None:
    nodes: list[Any] = [resource]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            system = node.get("system")
            if isinstance(system, str) and system.startswith("http://hl7.org/fhir/"):
                node["system"] = _system(system)
            node = node.values()
        nodes.extend(part for part in node if isinstance(part, dict | list))


def _system(system: str) -> str:
    for old, new in MOVED_FAMILIES.items():
        if system.startswith(old):
            return new + system.removeprefix(old)
    return SYSTEMS.get(system, system)
