"""Home from a psychiatric ward for five days, and nobody has booked anything."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Left psychiatric hospital 5 days ago, nothing booked"
SHOWS = {
    "CMS2": "open-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "FUH": "open-gap",
    "SAFE": "closed-gap",
    "clock": "day 5 of 7 after psychiatric discharge; 25 of 30 days left; no visit since, none booked",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "ines", "Ines", "Tarnwell", gender="female", years=37)
    chart.coverage("Example Medicaid Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.PSYCHIATRIST, clinic.CARE_MANAGER)
    chart.condition(c.SEVERE_DEPRESSION, 900)
    chart.condition(c.PTSD, 1500)

    for days_ago, phq9, gad7 in [(300, 14, 12), (210, 13, 11), (120, 17, 14), (52, 20, 16)]:
        chart.visit(days_ago, c.FOLLOW_UP, with_=clinic.PSYCHIATRIST)
        chart.phq9(phq9, days_ago)
        chart.gad7(gad7, days_ago)
        chart.weight(66.0, days_ago)
        chart.bp(118, 74, days_ago)
    chart.medication(c.ESCITALOPRAM_10, 300, days_supply=90, refills=3, by=clinic.PSYCHIATRIST)
    chart.missed_visit(24, with_=clinic.PSYCHIATRIST)
    chart.ed_visit(12, c.SUICIDAL_IDEATION)
    chart.cssrs("high", 12)
    chart.discharge(5, c.SEVERE_DEPRESSION, nights=7, psychiatric=True)
    chart.phq9(15, 6, item_9=1)
    chart.cssrs("moderate", 6)
    chart.safety_plan(6)
    chart.medication(c.QUETIAPINE_100, 5, by=clinic.PSYCHIATRIST)
    chart.note(
        "Admitted with suicidal ideation after a bereavement. Improved on the ward, no attempt. "
        "Safety plan agreed; sister keeps the tablets. Needs to be seen within a week; family will call.",
        5,
        kind=c.DISCHARGE_SUMMARY,
        by=clinic.PSYCHIATRIST,
    )
    return chart
