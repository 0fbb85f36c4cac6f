"""Alcohol beside depression: the screen rose, and no talk about it is recorded."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "AUDIT-C up from 4 to 9; no brief intervention on record"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "open-gap",
    "ASC": "open-gap",
    "timeline": "AUDIT-C 4, 6, 9 over nine months; blood pressure rises with it",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "tobias", "Tobias", "Larkmoor", gender="male", years=55)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.CARE_MANAGER)
    chart.condition(c.MAJOR_DEPRESSION, 1100)
    chart.condition(c.HYPERTENSION, 1400)
    chart.medication(c.SERTRALINE_100, 270, days_supply=90, refills=3)
    chart.medication(c.AMLODIPINE_5, 270, days_supply=90, refills=3)
    for days_ago, audit_c, phq9, systolic, diastolic in [
        (270, 4, 9, 134, 84),
        (135, 6, 11, 142, 88),
        (22, 9, 10, 146, 92),
    ]:
        chart.visit(days_ago, reason=c.MAJOR_DEPRESSION)
        chart.audit_c(audit_c, days_ago)
        chart.phq9(phq9, days_ago)
        chart.bp(systolic, diastolic, days_ago)
    chart.depression_screen(22, positive=True)
    chart.procedure(c.COGNITIVE_THERAPY, 22)
    chart.weight(86.0, 22)
    return chart
