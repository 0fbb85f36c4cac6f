"""In steady treatment for opioid use until this refill."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Buprenorphine ran out 9 days ago; refill not picked up"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "POD": "closed-gap",
    "MOUD": "open-gap",
    "medication": "last buprenorphine supply ended 9 days ago after ten refills on time",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "maeve", "Maeve", "Copperlin", gender="female", years=31)
    chart.coverage("Example Medicaid Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.CARE_MANAGER)
    chart.condition(c.OPIOID_USE, 700)
    chart.visit(317, reason=c.OPIOID_USE)
    chart.medication(c.BUPRENORPHINE_NALOXONE, 317, days_supply=28, refills=11)
    for refill in range(11):
        chart.dispensed(c.BUPRENORPHINE_NALOXONE, 317 - 28 * refill, days_supply=28)
    for days_ago, phq9, gad7 in [(317, 12, 10), (205, 8, 8), (93, 6, 7), (65, 5, 5)]:
        chart.visit(days_ago, c.FOLLOW_UP, reason=c.OPIOID_USE)
        chart.phq9(phq9, days_ago)
        chart.gad7(gad7, days_ago)
    chart.depression_screen(65, positive=False)
    chart.missed_visit(8)
    return chart
