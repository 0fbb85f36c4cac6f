"""Old, falling and forgetting: the measures for chronic disease step back."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Age 74 with falls and Alzheimer's disease: excluded from A1c and BP goals"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "gaps": "excluded by frailty and advanced illness: repeated falls, Alzheimer's disease, donepezil",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "edwina", "Edwina", "Mossgrove", gender="female", years=74)
    chart.coverage("Example Medicare Advantage")
    chart.care_team(clinic.PRIMARY_CARE, clinic.CARE_MANAGER)
    chart.condition(c.DIABETES, 5200)
    chart.condition(c.HYPERTENSION, 6100)
    chart.condition(c.ALZHEIMERS, 260)
    chart.diagnosed(c.ALZHEIMERS, 260)
    chart.medication(c.DONEPEZIL_10, 250, days_supply=90, refills=3)
    chart.medication(c.METFORMIN_500, 250, days_supply=90, refills=3)

    for days_ago, a1c, systolic, diastolic, kg in [
        (250, 8.3, 150, 78, 61.0),
        (130, 8.9, 148, 76, 58.4),
        (35, 9.4, 156, 80, 56.2),
    ]:
        chart.visit(days_ago, reason=c.DIABETES)
        chart.diagnosed(c.DIABETES, days_ago)
        chart.a1c(a1c, days_ago)
        chart.bp(systolic, diastolic, days_ago)
        chart.weight(kg, days_ago)
    chart.depression_screen(35, positive=False)
    chart.ed_visit(62, c.REPEATED_FALLS)
    chart.condition(c.REPEATED_FALLS, 62)
    chart.visit(20, c.HOME_VISIT, class_="HH", with_=clinic.CARE_MANAGER)
    chart.goal("Safe at home; no hypoglycaemia. A1c up to 9 % is accepted", 130)
    return chart
