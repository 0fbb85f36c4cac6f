"""Diabetes and depression pulling each other down over a year."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "A1c 10.1 %, up from 7.8 % as the PHQ-9 rose"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "open-gap",
    "CMS165": "closed-gap",
    "timeline": "A1c 7.8, 8.6, 9.3, 10.1 % beside PHQ-9 6, 10, 13, 15",
    "gaps": "A1c 10.1 % on the last test; above 9 % counts against the measure",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "bram", "Bram", "Sedgewater", gender="male", years=49)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.THERAPIST, clinic.CARE_MANAGER)
    chart.condition(c.DIABETES_HIGH_GLUCOSE, 2300)
    chart.condition(c.HYPERTENSION, 1900)
    chart.condition(c.MAJOR_DEPRESSION, 340)
    for days_ago, a1c, phq9, systolic, kg in [
        (310, 7.8, 6, 132, 97.0),
        (215, 8.6, 10, 134, 99.1),
        (122, 9.3, 13, 136, 101.5),
    ]:
        chart.visit(days_ago, reason=c.DIABETES_HIGH_GLUCOSE)
        chart.diagnosed(c.DIABETES_HIGH_GLUCOSE, days_ago)
        chart.a1c(a1c, days_ago)
        chart.phq9(phq9, days_ago)
        chart.bp(systolic, 82, days_ago)
        chart.weight(kg, days_ago, height_cm=181)
    chart.visit(17, reason=c.DIABETES_HIGH_GLUCOSE)
    chart.diagnosed(c.DIABETES_HIGH_GLUCOSE, 17)
    chart.a1c(10.1, 17)
    chart.ldl(124, 17)
    chart.phq9(15, 17, item_9=0)
    chart.depression_screen(17, positive=True)
    chart.medication(c.SERTRALINE_50, 17)
    chart.bp(134, 84, 17)
    chart.weight(103.8, 17, height_cm=181)
    chart.medication(c.METFORMIN_500, 310, days_supply=90, refills=3)
    chart.medication(c.LISINOPRIL_10, 310, days_supply=90, refills=3)
    chart.goal("A1c below 8 %", 310)
    return chart
