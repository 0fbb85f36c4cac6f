"""The few resources we write, built as models of fhirclient, which check them: only FHIR R4 is sent."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from fhirclient.models.documentreference import DocumentReference
from fhirclient.models.domainresource import DomainResource
from fhirclient.models.observation import Observation
from fhirclient.models.questionnaireresponse import QuestionnaireResponse
from fhirclient.models.servicerequest import ServiceRequest

from measures.terminology import OBSERVATION_CATEGORY, Code

Resource = dict[str, Any]

IDENTIFIERS = "urn:ietf:rfc:3986"  # identifiers that are URIs by themselves (FHIR R4, Identifier Registry)
MODE = "https://throughline.invalid/fhir/StructureDefinition/assessment-mode"
_MODELS: Mapping[str, type[DomainResource]] = {
    "DocumentReference": DocumentReference,
    "Observation": Observation,
    "QuestionnaireResponse": QuestionnaireResponse,
    "ServiceRequest": ServiceRequest,
}
_PERFORMERS = ("Practitioner/", "PractitionerRole/", "RelatedPerson/", "Patient/")


@dataclass(frozen=True)
class Setting:
    """What everything written in one submission has in common. `key` is the submission's."""

    patient_id: str
    key: str
    sent_at: datetime
    user: str | None = None
    encounter_id: str | None = None

    @property
    def subject(self) -> Resource:
        return {"reference": f"Patient/{self.patient_id}"}

    @property
    def author(self) -> Resource | None:
        user = self.user or ""
        return {"reference": user} if user.startswith(_PERFORMERS) else None

    @property
    def encounter(self) -> Resource | None:
        return {"reference": f"Encounter/{self.encounter_id}"} if self.encounter_id else None

    @property
    def instant(self) -> str:
        return instant(self.sent_at)

    def identifier(self, name: str) -> Resource:
        """By which we find again what an EHR never answered to."""
        return {"system": IDENTIFIERS, "value": f"urn:throughline:{self.key}:{name}"}


def checked(resource: Resource) -> Resource:
    """The resource, if it is FHIR R4 of a type we write; FHIRValidationError names every fault."""
    made: Resource = _MODELS[resource["resourceType"]](resource).as_json()
    return made


def is_about(resource: Resource, kind: str, patient_id: str) -> bool:
    """Whether it is a resource of this kind about this patient."""
    subject = resource.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    theirs = isinstance(reference, str) and f"/{reference}".endswith(f"/Patient/{patient_id}")
    return resource.get("resourceType") == kind and theirs


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def concept(*codes: Code, text: str = "") -> Resource:
    coding = [{"system": code.system, "code": code.value, "display": code.display} for code in codes]
    return {"coding": coding} | ({"text": text} if text else {})


def moment_of(day: date, setting: Setting) -> str:
    """The day an assessment was made; to the second when that is the day on which it was sent."""
    return setting.instant if day == setting.sent_at.date() else day.isoformat()


def observation(
    setting: Setting,
    name: str,
    code: Resource,
    value: Mapping[str, Any],
    day: date,
    *,
    category: str = "survey",
    mode: str = "",
    derived_from: Iterable[str] = (),
    components: Iterable[Resource] = (),
    note: str = "",
) -> Resource:
    """One result, final; `value` is one of the value[x]."""
    resource = {
        "resourceType": "Observation",
        "identifier": [setting.identifier(name)],
        "extension": [{"url": MODE, "valueString": mode}] if mode else None,
        "status": "final",
        "category": [concept(Code(OBSERVATION_CATEGORY, category, category.capitalize()))],
        "code": code,
        "subject": setting.subject,
        "encounter": setting.encounter,
        "effectiveDateTime": moment_of(day, setting),
        "issued": setting.instant,
        "performer": [setting.author] if setting.author else None,
        "derivedFrom": [{"reference": one} for one in derived_from] or None,
        "component": list(components) or None,
        "note": [{"text": note}] if note else None,
        **value,
    }
    return checked(_without_none(resource))


def questionnaire_response(
    setting: Setting, name: str, questionnaire: str, items: list[Resource], day: date, *, mode: str
) -> Resource:
    """The answers themselves."""
    resource = {
        "resourceType": "QuestionnaireResponse",
        "extension": [{"url": MODE, "valueString": mode}],
        "identifier": setting.identifier(name),
        "questionnaire": questionnaire,
        "status": "completed",
        "subject": setting.subject,
        "encounter": setting.encounter,
        "authored": moment_of(day, setting),
        "author": setting.author,
        "item": items,
    }
    return checked(_without_none(resource))


def document(setting: Setting, name: str, title: str, text: str, day: date, type_: Resource) -> Resource:
    """A result, or a plan, as plain text."""
    encounter = setting.encounter
    resource = {
        "resourceType": "DocumentReference",
        "identifier": [setting.identifier(name)],
        "status": "current",
        "docStatus": "final",
        "type": type_,
        "category": [
            {
                "coding": [
                    {
                        "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
                        "code": "clinical-note",
                        "display": "Clinical Note",
                    }
                ]
            }
        ],
        "subject": setting.subject,
        "date": setting.instant,
        "author": [setting.author] if setting.author else None,
        "description": title,
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "data": base64.b64encode(text.encode()).decode(),
                    "title": title,
                    "creation": day.isoformat(),
                }
            }
        ],
        "context": {"encounter": [encounter]} if encounter else None,
    }
    return checked(_without_none(resource))


def order(setting: Setting, name: str, draft: Resource) -> Resource:
    """An order from a draft: accepted by the clinician who pressed the button, hence active."""
    resource = draft | {
        "identifier": [setting.identifier(name)],
        "status": "active",
        "subject": setting.subject,
        "encounter": setting.encounter,
        "authoredOn": setting.instant,
        "requester": setting.author,
    }
    return checked(_without_none(resource))


def _without_none(resource: Resource) -> Resource:
    return {name: value for name, value in resource.items() if value is not None}
