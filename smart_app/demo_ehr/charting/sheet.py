"""The sheet a chart is written on: who the person is, what day it is, and the one way to add a resource."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from measures.terminology import Code
from smart_app.demo_ehr.charting import clinic

Resource = dict[str, Any]

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
RECORD_NUMBERS = "urn:oid:2.999.1"  # 2.999 is the example arc of the OID tree
ZONE = "-05:00"
ABBREVIATIONS = {
    "MedicationRequest": "rx",
    "ServiceRequest": "order",
    "DocumentReference": "note",
    "Observation": "obs",
}


class Sheet:
    """One person and the resources written about them so far, oldest fact or newest in any order."""

    def __init__(
        self,
        today: date,
        id: str,
        given: str,
        family: str,
        *,
        gender: str,
        years: int,
        language: str = "en",
    ) -> None:
        self.today = today
        self.id = id
        self.birth_date = _birthday(today, years)
        self.resources: list[Resource] = []
        self._encounters: list[tuple[str, str, Resource]] = []  # (first day, last day, reference)
        self._count = 0
        self._write_patient(given, family, gender, language)

    def _write_patient(self, given: str, family: str, gender: str, language: str) -> None:
        self.resources.append(
            {
                "resourceType": "Patient",
                "id": self.id,
                "identifier": [
                    {
                        "type": concept(
                            Code(
                                "http://terminology.hl7.org/CodeSystem/v2-0203", "MR", "Medical record number"
                            )
                        ),
                        "system": RECORD_NUMBERS,
                        "value": self.id.upper(),
                    }
                ],
                "active": True,
                "name": [{"use": "official", "family": family, "given": given.split(" ")}],
                "gender": gender,
                "birthDate": self.birth_date.isoformat(),
                "telecom": [{"system": "phone", "value": "555-0100", "use": "mobile"}],
                "address": [
                    {
                        "use": "home",
                        "line": ["1 Invented Street"],
                        "city": "Nowhere",
                        "state": "MA",
                        "country": "US",
                    }
                ],
                "communication": [
                    {"language": concept(Code("urn:ietf:bcp:47", language)), "preferred": True}
                ],
                "generalPractitioner": [clinic.ref(clinic.PRIMARY_CARE)],
                "managingOrganization": clinic.ref(clinic.CLINIC),
            }
        )

    def add(self, kind: str, *, patient: str | None = "subject", **fields: Any) -> Resource:
        """Write a resource about this person and return it; fields that are None are left out.

        `patient` is the element that names the person. A trailing underscore is dropped: `class_` is "class".
        """
        self._count += 1
        resource: Resource = {
            "resourceType": kind,
            "id": f"{self.id}-{ABBREVIATIONS.get(kind, kind.lower())}-{self._count}",
        }
        if patient:
            resource[patient] = {"reference": f"Patient/{self.id}"}
        resource |= {name.rstrip("_"): value for name, value in fields.items() if value is not None}
        self.resources.append(resource)
        return resource

    def encounter_on(self, days_ago: int) -> Resource | None:
        """The encounter a fact of that day belongs to: the one written last, if there was any."""
        day = self.day(days_ago)
        return next((ref for start, end, ref in reversed(self._encounters) if start <= day <= end), None)

    def remember_encounter(self, encounter: Resource) -> None:
        period = encounter["period"]
        self._encounters.append((period["start"][:10], period["end"][:10], reference(encounter)))

    def day(self, days_ago: int) -> str:
        """ "2026-11-10"; a negative number is a day to come."""
        return (self.today - timedelta(days=days_ago)).isoformat()

    def at(self, days_ago: int, hour: int = 10, minute: int = 0) -> str:
        """ "2026-11-10T10:00:00-05:00": hours 0-18 stay the same calendar day in UTC."""
        return f"{self.day(days_ago)}T{hour:02}:{minute:02}:00{ZONE}"


def concept(*codes: Code, text: str | None = None) -> Resource:
    """A CodeableConcept: every code given means the same thing, the first one names it."""
    codings = [
        {"system": code.system, "code": code.value} | ({"display": code.display} if code.display else {})
        for code in codes
    ]
    return {"coding": codings, "text": text or codes[0].display or codes[0].value}


def reference(resource: Resource) -> Resource:
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def _birthday(today: date, years: int) -> date:
    """Somebody who turned `years` four months ago, so that no story changes on a birthday."""
    born = today - timedelta(days=120)
    return date(today.year - years - (born.year < today.year), born.month, min(born.day, 28))
