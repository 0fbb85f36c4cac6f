"""Everything was on course until the flat was lost."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Lost her flat three weeks ago; two missed visits since"
SHOWS = {
    "CMS2": "open-gap",
    "CMS122": "open-gap",
    "CMS165": "closed-gap",
    "SNS": "open-gap",
    "social": "homeless since 20 days ago (Z59.01); no A1c this year; two visits missed",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "pilar", "Pilar", "Oakhollow", gender="female", years=46)
    chart.coverage("Example Medicaid Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.THERAPIST, clinic.CARE_MANAGER)
    chart.condition(c.DIABETES, 1900)
    chart.condition(c.HYPERTENSION, 1200)
    chart.condition(c.PTSD, 2600)

    chart.visit(410, reason=c.DIABETES)
    chart.a1c(7.4, 410)
    chart.ldl(96, 410)
    for days_ago, phq9, systolic, diastolic in [(300, 8, 134, 84), (200, 7, 132, 82), (110, 9, 134, 82)]:
        chart.visit(days_ago, c.PSYCHOTHERAPY, with_=clinic.THERAPIST)
        chart.phq9(phq9, days_ago)
        chart.bp(systolic, diastolic, days_ago)
    chart.visit(75, reason=c.DIABETES)
    chart.diagnosed(c.DIABETES, 75)
    chart.bp(136, 84, 75)
    chart.housing(75, steady=True)
    chart.medication(c.METFORMIN_500, 75, days_supply=90)
    chart.medication(c.LISINOPRIL_10, 75, days_supply=90)
    chart.phone_call(20)
    chart.housing(20, steady=False)
    chart.condition(c.HOMELESS, 20, category="health-concern")
    chart.gad7(17, 20)
    chart.note(
        "Evicted on Friday, sleeps at the shelter on Mill Road. Tablets are in storage.",
        20,
        kind=c.TELEPHONE_NOTE,
    )
    chart.missed_visit(16, with_=clinic.THERAPIST)
    chart.missed_visit(9)
    return chart
