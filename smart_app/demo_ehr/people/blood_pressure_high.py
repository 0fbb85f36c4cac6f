"""Hypertension that the last three visits left as it was."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Blood pressure 152/94 at the last visit, third time high"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "open-gap",
    "gaps": "last reading 152/94 mm[Hg]; limit 140/90; treatment unchanged since 260 days",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "hestia", "Hestia", "Barrowmead", gender="female", years=58)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE)
    chart.condition(c.HYPERTENSION, 1600)
    chart.condition(c.ANXIETY, 900)
    chart.condition(c.OBESITY, 1600)
    readings = [
        (260, 144, 90, 9, 88.0),
        (170, 148, 92, 8, 88.9),
        (80, 150, 92, 10, 90.3),
        (13, 152, 94, 9, 91.0),
    ]
    for days_ago, systolic, diastolic, gad7, kg in readings:
        chart.visit(days_ago, reason=c.HYPERTENSION)
        chart.bp(systolic, diastolic, days_ago)
        chart.gad7(gad7, days_ago)
        chart.weight(kg, days_ago, height_cm=165)
    chart.depression_screen(13, positive=False)
    chart.medication(c.LISINOPRIL_10, 260, days_supply=90, refills=3)
    chart.ldl(131, 170)
    chart.a1c(5.9, 170)
    return chart
