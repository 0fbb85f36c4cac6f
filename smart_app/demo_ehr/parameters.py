"""The search parameters this server knows, as data: name, type, where in the resource the value sits. (R4)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    TOKEN = "token"  # noqa: S105 - a kind of search parameter
    DATE = "date"
    REFERENCE = "reference"
    STRING = "string"


@dataclass(frozen=True)
class Parameter:
    type: Type
    paths: tuple[str, ...]  # dotted; every path is looked at, lists on the way are opened


def token(*paths: str) -> Parameter:
    return Parameter(Type.TOKEN, paths)


def when(*paths: str) -> Parameter:
    return Parameter(Type.DATE, paths)


def to(*paths: str) -> Parameter:
    return Parameter(Type.REFERENCE, paths)


def text(*paths: str) -> Parameter:
    return Parameter(Type.STRING, paths)


EVERY_KIND = {
    "_id": token("id"),
    "_lastUpdated": when("meta.lastUpdated"),
    "identifier": token("identifier"),
}
CLINICAL = EVERY_KIND | {
    "patient": to("subject", "patient", "beneficiary", "for", "participant.actor"),
    "subject": to("subject", "for", "patient"),
    "encounter": to("encounter", "context"),
    "status": token("status"),
}
CODED = CLINICAL | {"code": token("code"), "category": token("category")}
PERFORMED = when("performedDateTime", "performedPeriod")
EFFECTIVE = when("effectiveDateTime", "effectivePeriod", "effectiveInstant")
MEDICINE = token("medicationCodeableConcept")

# Kinds that belong to no patient are readable by anyone the scope lets in.
SHARED: Mapping[str, Mapping[str, Parameter]] = {
    "Device": CLINICAL | {"type": token("type")},
    "Practitioner": EVERY_KIND
    | {"name": text("name"), "family": text("name.family"), "given": text("name.given")},
    "PractitionerRole": EVERY_KIND | {"practitioner": to("practitioner"), "organization": to("organization")},
    "Organization": EVERY_KIND | {"name": text("name")},
    "Location": EVERY_KIND | {"name": text("name")},
    "Medication": EVERY_KIND | {"code": token("code")},
    "Questionnaire": EVERY_KIND | {"url": token("url"), "status": token("status"), "name": text("name")},
}

KINDS: Mapping[str, Mapping[str, Parameter]] = {
    **SHARED,
    "Patient": EVERY_KIND
    | {
        "name": text("name"),
        "family": text("name.family"),
        "given": text("name.given"),
        "birthdate": when("birthDate"),
        "gender": token("gender"),
        "active": token("active"),
    },
    "AdverseEvent": CLINICAL | {"date": when("date")},
    "AllergyIntolerance": CODED
    | {
        "clinical-status": token("clinicalStatus"),
        "verification-status": token("verificationStatus"),
        "date": when("recordedDate"),
    },
    "Appointment": CLINICAL | {"date": when("start"), "service-type": token("serviceType")},
    "CarePlan": CODED | {"date": when("period")},
    "CareTeam": CODED | {"date": when("period")},
    "Communication": CODED | {"sent": when("sent")},
    "Condition": CODED
    | {
        "clinical-status": token("clinicalStatus"),
        "verification-status": token("verificationStatus"),
        "onset-date": when("onsetDateTime", "onsetPeriod"),
        "abatement-date": when("abatementDateTime", "abatementPeriod"),
        "recorded-date": when("recordedDate"),
    },
    "Consent": CLINICAL | {"category": token("category"), "date": when("dateTime"), "scope": token("scope")},
    "Coverage": CLINICAL | {"type": token("type"), "period": when("period")},
    "DeviceRequest": CODED
    | {"code": token("codeCodeableConcept"), "authored-on": when("authoredOn"), "intent": token("intent")},
    "DeviceUseStatement": CLINICAL,
    "DiagnosticReport": CODED | {"date": EFFECTIVE, "issued": when("issued")},
    "DocumentReference": CODED
    | {"type": token("type"), "date": when("date"), "period": when("context.period")},
    "Encounter": CLINICAL | {"date": when("period"), "class": token("class"), "type": token("type")},
    "EpisodeOfCare": CLINICAL | {"date": when("period"), "type": token("type")},
    "FamilyMemberHistory": CLINICAL | {"relationship": token("relationship")},
    "Flag": CODED | {"date": when("period")},
    "Goal": CLINICAL | {"lifecycle-status": token("lifecycleStatus"), "start-date": when("startDate")},
    "ImagingStudy": CLINICAL | {"started": when("started")},
    "Immunization": CLINICAL | {"date": when("occurrenceDateTime"), "vaccine-code": token("vaccineCode")},
    "MedicationAdministration": CLINICAL | {"code": MEDICINE, "effective-time": EFFECTIVE},
    "MedicationDispense": CLINICAL | {"code": MEDICINE, "whenhandedover": when("whenHandedOver")},
    "MedicationRequest": CODED
    | {"code": MEDICINE, "authoredon": when("authoredOn"), "intent": token("intent")},
    "MedicationStatement": CODED | {"code": MEDICINE, "effective": EFFECTIVE},
    "NutritionOrder": CLINICAL | {"datetime": when("dateTime")},
    "Observation": CODED | {"date": EFFECTIVE, "value-concept": token("valueCodeableConcept")},
    "Procedure": CODED | {"date": PERFORMED},
    "QuestionnaireResponse": CLINICAL
    | {"authored": when("authored"), "questionnaire": token("questionnaire")},
    "RelatedPerson": CLINICAL | {"relationship": token("relationship")},
    "RiskAssessment": CODED | {"date": when("occurrenceDateTime", "occurrencePeriod")},
    "ServiceRequest": CODED
    | {"authored": when("authoredOn"), "intent": token("intent"), "occurrence": when("occurrenceDateTime")},
    "Task": CODED | {"authored-on": when("authoredOn"), "owner": to("owner"), "focus": to("focus")},
}
