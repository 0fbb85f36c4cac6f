"""Three chronic conditions, all where they should be: the chart in which nothing should be raised."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Diabetes, blood pressure and remitted depression, all at goal"
SHOWS = {"CMS2": "closed-gap", "CMS122": "closed-gap", "CMS165": "closed-gap", "cards": "none"}


def tell(today: date) -> Chart:
    chart = Chart(today, "walter", "Walter", "Fennimoor", gender="male", years=63)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.CARE_MANAGER)
    chart.condition(c.DIABETES, 2900)
    chart.condition(c.HYPERTENSION, 3300)
    chart.condition(c.REMITTED_DEPRESSION, 1500, status="remission")
    chart.smoking(c.NEVER_SMOKED, 300)

    readings = [
        (320, 7.1, 132, 82, 4, 92.0),
        (230, 6.9, 128, 80, 3, 91.2),
        (120, 6.7, 126, 78, 2, 90.1),
        (24, 6.6, 124, 76, 2, 89.5),
    ]
    for days_ago, a1c, systolic, diastolic, phq9, kg in readings:
        chart.visit(days_ago, reason=c.DIABETES)
        chart.diagnosed(c.DIABETES, days_ago)
        chart.a1c(a1c, days_ago)
        chart.bp(systolic, diastolic, days_ago)
        chart.phq9(phq9, days_ago)
        chart.weight(kg, days_ago, height_cm=178)
    chart.depression_screen(24, positive=False)
    chart.ldl(78, 120)
    chart.lab(c.CREATININE, 0.9, "mg/dL", 120)
    chart.medication(c.METFORMIN_500, 120, days_supply=90, refills=3)
    chart.medication(c.LISINOPRIL_10, 120, days_supply=90, refills=3)
    chart.medication(c.ATORVASTATIN_20, 120, days_supply=90, refills=3)
    chart.goal("A1c below 7 %", 320, achieved=True)
    return chart
