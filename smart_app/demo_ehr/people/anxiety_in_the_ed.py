"""Two emergency visits for panic in a month, and no visit to the clinic in between."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Two emergency visits for panic in four weeks"
SHOWS = {
    "CMS2": "open-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "FUM": "open-gap",
    "clock": "9 days since the second ED visit for panic; no follow-up visit",
    "timeline": "two ED squares in the last 30 days",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "odette", "Odette", "Farthingdale", gender="female", years=33)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE)
    chart.condition(c.PANIC, 280)
    chart.allergy("10829", "trimethoprim", "Rash", 1200)
    chart.visit(280)
    chart.gad7(10, 280)
    chart.phq9(6, 280)
    chart.visit(85, c.FOLLOW_UP)
    chart.gad7(13, 85)
    chart.phq9(8, 85)
    chart.medication(c.HYDROXYZINE_25, 85, days_supply=30, refills=1)
    chart.ed_visit(28, c.PANIC, hours=4)
    chart.bp(148, 90, 28)
    chart.ed_visit(9, c.PANIC, hours=6)
    chart.bp(142, 88, 9)
    chart.note("Chest tightness, ECG normal twice. Told to see her own doctor; has not called yet.", 9)
    return chart
