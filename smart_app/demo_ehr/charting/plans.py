"""Words for what is planned, ordered, agreed and written down."""

from __future__ import annotations

from base64 import b64encode

from measures.terminology import Code
from smart_app.demo_ehr.charting import clinic
from smart_app.demo_ehr.charting import codes as c
from smart_app.demo_ehr.charting.codes import Diagnosis
from smart_app.demo_ehr.charting.sheet import Resource, Sheet, concept

CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem"
ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement"


class Plans(Sheet):
    """Care team, plans, goals, orders, procedures, notes, cover."""

    def referral(
        self, days_ago: int, what: Code = c.REFERRAL_TO_COUNSELING, *, reason: Diagnosis | None = None
    ) -> Resource:
        return self._order(what, days_ago, reason)

    def lab_order(self, what: Code, days_ago: int, *, reason: Diagnosis | None = None) -> Resource:
        return self._order(what, days_ago, reason)

    def procedure(self, what: Code, days_ago: int, *, by: str = clinic.THERAPIST) -> Resource:
        return self.add(
            "Procedure",
            status="completed",
            code=concept(what),
            encounter=self.encounter_on(days_ago),
            performedPeriod={"start": self.at(days_ago, 10, 10), "end": self.at(days_ago, 10, 28)},
            performer=[{"actor": clinic.ref(by)}],
        )

    def safety_plan(self, days_ago: int) -> Resource:
        """A crisis plan written with the patient: the procedure and the plan itself."""
        self.procedure(c.CRISIS_PLAN_DONE, days_ago)
        return self.care_plan(
            "Safety plan", days_ago, "Warning signs, people to call, and a safe home agreed."
        )

    def care_plan(self, title: str, days_ago: int, text: str) -> Resource:
        category = Code(f"{CATEGORY}/careplan-category", "assess-plan", "Assessment and plan of treatment")
        return self.add(
            "CarePlan",
            status="active",
            intent="plan",
            category=[concept(category)],
            title=title,
            description=text,
            period={"start": self.day(days_ago)},
            author=clinic.ref(clinic.CARE_MANAGER),
        )

    def goal(self, text: str, days_ago: int, *, achieved: bool = False) -> Resource:
        progress = Code(ACHIEVEMENT, "achieved" if achieved else "in-progress")
        return self.add(
            "Goal",
            lifecycleStatus="active",
            achievementStatus=concept(progress),
            description={"text": text},
            startDate=self.day(days_ago),
        )

    def care_team(self, *members: str) -> Resource:
        """Who looks after them, with each one's role."""
        people = [
            {"role": [concept(Code(clinic.ROLES, *clinic.JOBS[who]))], "member": clinic.ref(who)}
            for who in members
        ]
        return self.add("CareTeam", status="active", name="Care team", participant=people)

    def note(
        self, text: str, days_ago: int, *, kind: Code = c.PROGRESS_NOTE, by: str = clinic.PRIMARY_CARE
    ) -> Resource:
        data = b64encode(text.encode()).decode()
        encounter = self.encounter_on(days_ago)
        return self.add(
            "DocumentReference",
            status="current",
            type=concept(kind),
            category=[
                concept(
                    Code(f"{CATEGORY}/us-core-documentreference-category", "clinical-note", "Clinical note")
                )
            ],
            date=self.at(days_ago, 17),
            author=[clinic.ref(by)],
            content=[
                {
                    "attachment": {
                        "contentType": "text/plain; charset=utf-8",
                        "data": data,
                        "title": kind.display,
                    }
                }
            ],
            context={"encounter": [encounter]} if encounter else None,
        )

    def coverage(self, payer: str, *, days_ago: int = 700) -> Resource:
        return self.add(
            "Coverage",
            patient="beneficiary",
            status="active",
            subscriberId=f"DEMO-{self.id.upper()}",
            relationship=concept(
                Code("http://terminology.hl7.org/CodeSystem/subscriber-relationship", "self", "Self")
            ),
            period={"start": self.day(days_ago)},
            payor=[{"display": payer}],
        )

    def from_part_2_programme(self, *resources: Resource) -> None:
        """Mark resources as disclosed by a 42 CFR Part 2 programme: restricted, SUD, not to be passed on."""
        for resource in resources:
            resource["meta"] = {
                "source": clinic.PART_2_PROGRAMME,
                "security": [
                    {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"},
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                        "code": "ETH",
                        "display": "substance abuse",
                    },
                    {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"},
                    {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NORDSLCD"},
                ],
            }

    def _order(self, what: Code, days_ago: int, reason: Diagnosis | None) -> Resource:
        return self.add(
            "ServiceRequest",
            status="active",
            intent="order",
            code=concept(what),
            encounter=self.encounter_on(days_ago),
            authoredOn=self.at(days_ago, 10, 28),
            requester=clinic.ref(clinic.PRIMARY_CARE),
            reasonCode=[concept(*reason)] if reason else None,
        )
