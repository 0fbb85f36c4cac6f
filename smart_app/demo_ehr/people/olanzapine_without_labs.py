"""An antipsychotic for half a year, ten kilograms more, and no blood test."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Six months of olanzapine, 12 kg gained, no A1c or lipids"
SHOWS = {
    "CMS2": "open-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "SSD": "open-gap",
    "APM-A": "open-gap",
    "monitoring": "no A1c, glucose or lipids since olanzapine was started 190 days ago; weight 81 to 93 kg",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "otto", "Otto", "Brindlewick", gender="male", years=29)
    chart.coverage("Example Medicaid Plan")
    chart.care_team(clinic.PSYCHIATRIST, clinic.CARE_MANAGER)
    chart.condition(c.SCHIZOPHRENIA, 2200)
    chart.smoking(c.SMOKES_DAILY, 190)

    chart.visit(190, c.PSYCHIATRIC_VISIT, with_=clinic.PSYCHIATRIST)
    chart.weight(81.0, 190, height_cm=180)
    chart.bp(124, 78, 190)
    chart.medication(c.OLANZAPINE_10, 190, days_supply=30, refills=6, by=clinic.PSYCHIATRIST)
    for days_ago, kg, phq9 in [(150, 84.2, 8), (105, 87.9, 7), (60, 90.6, 6), (18, 93.0, 6)]:
        chart.visit(days_ago, c.PSYCHIATRIC_VISIT, with_=clinic.PSYCHIATRIST)
        chart.weight(kg, days_ago, height_cm=180)
        chart.phq9(phq9, days_ago)
    chart.bp(132, 84, 18)
    chart.note(
        "Voices quieter, sleeps well. Always hungry; clothes no longer fit.", 18, by=clinic.PSYCHIATRIST
    )
    return chart
