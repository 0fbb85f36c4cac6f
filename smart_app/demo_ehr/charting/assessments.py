"""Words for screens, questionnaires and scores."""

from __future__ import annotations

from typing import Any, Literal

from measures.terminology import OBSERVATION_CATEGORY, Code
from smart_app.demo_ehr.charting import codes as c
from smart_app.demo_ehr.charting.sheet import Resource, Sheet, concept

NOT_DONE_REASON = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDoneReason"
ADULT = 18  # years: the adolescent screen is for 12-17, the adult one from 18 (CMS2 takes either at 17)


class Assessments(Sheet):
    """Each word writes the Observation an EHR files when the form is signed."""

    def phq9(self, score: int, days_ago: int, *, item_9: int | None = None) -> Resource:
        """The PHQ-9 total (0-27), and item 9 (0-3) where it matters."""
        if item_9 is not None:
            self._score(c.PHQ9_ITEM_9, item_9, days_ago)
        return self._score(c.PHQ9_TOTAL, score, days_ago)

    def phq9_modified(self, score: int, days_ago: int) -> Resource:
        """The PHQ-9 for teens, total (0-27)."""
        return self._score(c.PHQ9_MODIFIED_TOTAL, score, days_ago)

    def gad7(self, score: int, days_ago: int) -> Resource:
        return self._score(c.GAD7_TOTAL, score, days_ago)

    def audit_c(self, score: int, days_ago: int) -> Resource:
        return self._score(c.AUDIT_C_TOTAL, score, days_ago)

    def cssrs(self, level: Literal["low", "moderate", "high"], days_ago: int) -> Resource:
        """The risk level of the C-SSRS screener."""
        return self._survey(c.CSSRS_RISK, days_ago, valueCodeableConcept=concept(c.CSSRS_LEVELS[level]))

    def depression_screen(self, days_ago: int, *, positive: bool) -> Resource:
        """The finding CMS2 counts: the screen for the person's age, read as positive or negative."""
        finding = c.SCREEN_POSITIVE if positive else c.SCREEN_NEGATIVE
        return self._survey(self._depression_screen(), days_ago, valueCodeableConcept=concept(finding))

    def screen_refused(self, days_ago: int) -> Resource:
        """The screen was offered and declined; charted as QI-Core wants it: cancelled, with the reason."""
        reason = {"url": NOT_DONE_REASON, "valueCodeableConcept": concept(c.PATIENT_REFUSED)}
        return self._survey(self._depression_screen(), days_ago, status="cancelled", extension=[reason])

    def housing(self, days_ago: int, *, steady: bool) -> Resource:
        """The answer to "what is your living situation today?"."""
        answer = c.STEADY_HOME if steady else c.NO_STEADY_HOME
        return self._survey(
            c.LIVING_SITUATION, days_ago, category="social-history", valueCodeableConcept=concept(answer)
        )

    def smoking(self, status: Code, days_ago: int) -> Resource:
        return self._survey(
            c.TOBACCO_STATUS, days_ago, category="social-history", valueCodeableConcept=concept(status)
        )

    def _depression_screen(self) -> Code:
        adult = (self.today - self.birth_date).days >= ADULT * 365.25
        return c.ADULT_DEPRESSION_SCREEN if adult else c.ADOLESCENT_DEPRESSION_SCREEN

    def _score(self, what: Code, score: int, days_ago: int) -> Resource:
        value = {"value": score, "unit": "score", "system": "http://unitsofmeasure.org", "code": "{score}"}
        return self._survey(what, days_ago, valueQuantity=value)

    def _survey(
        self, what: Code, days_ago: int, *, category: str = "survey", status: str = "final", **value: Any
    ) -> Resource:
        return self.add(
            "Observation",
            status=status,
            category=[concept(Code(OBSERVATION_CATEGORY, category))],
            code=concept(what),
            encounter=self.encounter_on(days_ago),
            effectiveDateTime=self.at(days_ago, 10, 10),
            issued=self.at(days_ago, 10, 15),
            **value,
        )
