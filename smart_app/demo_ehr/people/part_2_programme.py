"""Treated for opioid use in a programme under 42 CFR Part 2: its records are labelled, the clinic's not."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Blood pressure visit; some records are from a Part 2 programme"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "closed-gap",
    "consent": "the programme's records show only with consent; without it, as if there were none",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "corin", "Corin", "Slatefield", gender="male", years=38)
    chart.coverage("Example Medicaid Plan")
    chart.care_team(clinic.PRIMARY_CARE)
    chart.condition(c.HYPERTENSION, 1000)

    chart.visit(160, reason=c.HYPERTENSION)
    chart.bp(138, 86, 160)
    chart.medication(c.AMLODIPINE_5, 160, days_supply=90, refills=3)
    chart.visit(30, reason=c.HYPERTENSION)
    chart.bp(128, 80, 30)
    chart.depression_screen(30, positive=False)
    chart.phq9(4, 30)

    admitted = chart.visit(140, c.PSYCHOTHERAPY, reason=c.OPIOID_USE, with_=clinic.THERAPIST)
    admitted["serviceProvider"] = clinic.ref(clinic.PART_2_PROGRAMME)
    weekly = chart.visit(21, c.PSYCHOTHERAPY, reason=c.OPIOID_USE, with_=clinic.THERAPIST)
    weekly["serviceProvider"] = clinic.ref(clinic.PART_2_PROGRAMME)
    chart.from_part_2_programme(
        admitted,
        weekly,
        chart.condition(c.OPIOID_USE, 140),
        chart.medication(c.BUPRENORPHINE_NALOXONE, 140, days_supply=28, refills=5, by=clinic.PSYCHIATRIST),
        chart.dispensed(c.BUPRENORPHINE_NALOXONE, 24, days_supply=28),
        chart.note("Third month without use. Keeps every appointment.", 21, by=clinic.THERAPIST),
    )
    return chart
