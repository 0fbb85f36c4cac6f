"""A name that does not fit: accents, particles, hyphens, and a language other than English."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Name with accents and five parts; speaks Spanish; anxiety"
SHOWS = {
    "CMS2": "open-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "banner": "the whole name is readable at 480 px; nothing is cut to question marks",
}


def tell(today: date) -> Chart:
    chart = Chart(
        today,
        "maria-fernanda",
        "María Fernanda de los Ángeles",
        "Ñandúpiedra-Öxenstjärna y Łąkowszczyzna",
        gender="female",
        years=52,
        language="es",
    )
    chart.coverage("Example Medicaid Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.THERAPIST)
    chart.condition(c.ANXIETY, 800)
    for days_ago, gad7, phq9 in [(330, 15, 9), (240, 13, 8), (150, 10, 7), (47, 8, 6)]:
        chart.visit(days_ago, c.PSYCHOTHERAPY, with_=clinic.THERAPIST)
        chart.gad7(gad7, days_ago)
        chart.phq9(phq9, days_ago)
    chart.medication(c.ESCITALOPRAM_10, 330, days_supply=90, refills=4)
    chart.weight(70.0, 47)
    chart.bp(126, 78, 47)
    chart.note(
        "Prefiere hablar en español. Duerme mejor; sale de casa dos veces por semana.",
        47,
        by=clinic.THERAPIST,
    )
    return chart
