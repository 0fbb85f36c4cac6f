"""Was offered the screen, said no, and the chart says so."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Declined depression screening; the refusal is charted"
SHOWS = {
    "CMS2": "not-applicable",
    "CMS122": "not-applicable",
    "CMS165": "closed-gap",
    "gaps": "an exception, not a gap: screening declined at the last visit",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "ezra", "Ezra", "Thornbury-Lisle", gender="male", years=67)
    chart.coverage("Example Medicare Advantage")
    chart.care_team(clinic.PRIMARY_CARE)
    chart.condition(c.HYPERTENSION, 2500)
    chart.medication(c.AMLODIPINE_5, 29, days_supply=90, refills=3)
    chart.visit(29, c.WELLNESS_VISIT)
    chart.screen_refused(29)
    chart.bp(132, 78, 29)
    chart.weight(80.2, 29)
    chart.note('Does not want to answer questions about mood. "Ask me about my garden."', 29)
    return chart
