"""Pregnant in the second trimester with a history of depression and high blood pressure."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "24 weeks pregnant, past depression, blood pressure watched"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "gaps": "pregnancy: excluded from the blood pressure measure",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "liora", "Liora", "Fernhollow", gender="female", years=30)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.THERAPIST)
    chart.condition(c.REMITTED_DEPRESSION, 1800, status="remission")
    chart.condition(c.HYPERTENSION, 620)
    chart.condition(c.PREGNANCY, 150)
    chart.medication(c.LISINOPRIL_10, 500, days_supply=90, refills=3, status="stopped")
    for days_ago, systolic, diastolic, kg in [
        (145, 128, 80, 62.0),
        (110, 130, 82, 63.4),
        (75, 134, 86, 65.6),
        (45, 138, 88, 67.5),
    ]:
        chart.visit(days_ago, c.PRENATAL_VISIT)
        chart.bp(systolic, diastolic, days_ago)
        chart.weight(kg, days_ago)
    chart.visit(16, reason=c.PREGNANCY)
    chart.bp(144, 92, 16)
    chart.depression_screen(16, positive=False)
    chart.phq9(7, 16, item_9=0)
    chart.gad7(9, 16)
    chart.weight(69.0, 16)
    chart.booked_visit(12)
    return chart
