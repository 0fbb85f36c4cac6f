"""Screened positive at yesterday's visit; the two days for follow-up are running."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Positive depression screen yesterday, follow-up still to do"
SHOWS = {
    "CMS2": "open-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "gaps": "positive screen yesterday; follow-up by tomorrow closes the gap",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "wren", "Wren", "Ashcombe", gender="female", years=41)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE)
    chart.condition(c.HYPERLIPIDEMIA, 600)
    chart.medication(c.ATORVASTATIN_20, 200, days_supply=90, refills=3)
    chart.visit(380, c.WELLNESS_VISIT)
    chart.depression_screen(380, positive=False)
    chart.phq9(3, 380)
    chart.ldl(109, 380)
    chart.visit(1, c.CHECK_UP)
    chart.depression_screen(1, positive=True)
    chart.phq9(12, 1, item_9=0)
    chart.gad7(8, 1)
    chart.bp(116, 72, 1)
    chart.weight(64.5, 1)
    chart.note("Sleeps badly since the separation. Ran out of time; to talk about treatment by telephone.", 1)
    return chart
