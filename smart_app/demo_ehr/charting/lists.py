"""Words for diagnoses, prescriptions and allergies: the three lists at the front of a chart."""

from __future__ import annotations

from measures.terminology import CONDITION_CATEGORY, RXNORM, UCUM, Code
from smart_app.demo_ehr.charting import clinic
from smart_app.demo_ehr.charting.codes import Diagnosis, Drug
from smart_app.demo_ehr.charting.sheet import Resource, Sheet, concept

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ALLERGY_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"


class Lists(Sheet):
    """Problem list, medication list, allergy list."""

    def condition(
        self,
        diagnosis: Diagnosis,
        days_ago: int,
        *,
        status: str = "active",
        ended: int | None = None,
        category: str = "problem-list-item",
    ) -> Resource:
        """A confirmed diagnosis with its onset; `ended` days ago it abated."""
        return self.add(
            "Condition",
            clinicalStatus=concept(Code(CLINICAL, status)),
            verificationStatus=concept(Code(VERIFICATION, "confirmed")),
            category=[concept(Code(CONDITION_CATEGORY, category))],
            code=concept(*diagnosis),
            encounter=self.encounter_on(days_ago) if category == "encounter-diagnosis" else None,
            onsetDateTime=self.day(days_ago),
            abatementDateTime=None if ended is None else self.day(ended),
            recordedDate=self.day(days_ago),
        )

    def diagnosed(self, diagnosis: Diagnosis, days_ago: int) -> Resource:
        """The diagnosis of one visit, beside the problem list."""
        return self.condition(diagnosis, days_ago, category="encounter-diagnosis")

    def medication(
        self,
        drug: Drug,
        days_ago: int,
        *,
        days_supply: int = 30,
        refills: int = 0,
        status: str = "active",
        by: str = clinic.PRIMARY_CARE,
    ) -> Resource:
        """A prescription: how much, how often, for how many days, and how many refills."""
        dose = {
            "text": drug.directions,
            "timing": {"repeat": {"frequency": drug.a_day, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": drug.unit}}],
        }
        return self.add(
            "MedicationRequest",
            status=status,
            intent="order",
            category=[
                concept(Code("http://terminology.hl7.org/CodeSystem/medicationrequest-category", "community"))
            ],
            medicationCodeableConcept=concept(drug.code),
            encounter=self.encounter_on(days_ago),
            authoredOn=self.at(days_ago, 10, 25),
            requester=clinic.ref(by),
            dosageInstruction=[dose],
            dispenseRequest=self._supply(drug, days_supply, refills),
        )

    def dispensed(self, drug: Drug, days_ago: int, *, days_supply: int = 30) -> Resource:
        """What the pharmacy handed over: the only proof that a prescription was filled."""
        supply = self._supply(drug, days_supply, 0)
        return self.add(
            "MedicationDispense",
            status="completed",
            medicationCodeableConcept=concept(drug.code),
            quantity=supply["quantity"],
            daysSupply=supply["expectedSupplyDuration"],
            whenHandedOver=self.at(days_ago, 16),
        )

    def allergy(self, rxnorm: str, name: str, reaction: str, days_ago: int) -> Resource:
        return self.add(
            "AllergyIntolerance",
            patient="patient",
            clinicalStatus=concept(Code(ALLERGY_CLINICAL, "active")),
            verificationStatus=concept(Code(ALLERGY_VERIFICATION, "confirmed")),
            type="allergy",
            category=["medication"],
            code=concept(Code(RXNORM, rxnorm, name)),
            recordedDate=self.day(days_ago),
            reaction=[{"manifestation": [{"text": reaction}]}],
        )

    @staticmethod
    def _supply(drug: Drug, days: int, refills: int) -> Resource:
        return {
            "numberOfRepeatsAllowed": refills,
            "quantity": {"value": days * drug.a_day, "unit": drug.unit},
            "expectedSupplyDuration": {"value": days, "unit": "days", "system": UCUM, "code": "d"},
        }
