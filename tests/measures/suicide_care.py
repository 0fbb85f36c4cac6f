"""Screens and safety plans, for the tests of CSSRS9 and SAFE."""

from datetime import date

from measures.shared.suicide_risk import CSSRS, HIGH
from measures.terminology import LOINC, SNOMED, Code
from tests.clinic import event, observed

TODAY = date(2026, 5, 20)
LOW, MODERATE = Code(LOINC, "LA9194-7"), Code(LOINC, "LA6751-7")
PLAN_DONE = Code(SNOMED, "735324008")
LEVEL = CSSRS[0]
HIGH_RISK = observed(LEVEL, "2026-05-10", value=HIGH)


def plan(day, kind="CarePlan", **more):
    own = {"status": "active", "title": "Safety Plan", "period": {"start": day} if day else None}
    return event(kind, **(own | more))


def document(day, title="Suicide prevention plan"):
    return event("DocumentReference", status="current", type={"text": title}, date=day)
