"""A fifteen-year-old whose screen was positive, and then nothing."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "Age 15, positive depression screen 9 days ago, no follow-up"
SHOWS = {
    "CMS2": "open-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "gaps": "adolescent screen positive; the two days for follow-up are over",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "juniper", "Juniper", "Halewick", gender="female", years=15)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE)
    chart.condition(c.ASTHMA, 2800)
    chart.visit(370)
    chart.depression_screen(370, positive=False)
    chart.weight(52.0, 370, height_cm=161)
    chart.visit(120, c.FOLLOW_UP, reason=c.ASTHMA)
    chart.weight(53.1, 120, height_cm=163)
    chart.visit(9)
    chart.depression_screen(9, positive=True)
    chart.phq9_modified(14, 9)
    chart.gad7(11, 9)
    chart.bp(108, 66, 9)
    chart.weight(49.8, 9, height_cm=164)
    chart.note(
        "Grades have dropped since September, has stopped swimming. Mother will think about counselling.", 9
    )
    return chart
