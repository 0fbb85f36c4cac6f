"""A high C-SSRS last week: treated, referred, and no safety plan in the chart."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "C-SSRS high 6 days ago, no safety plan on record"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "SAFE": "open-gap",
    "CSSRS9": "closed-gap",
    "safety": "C-SSRS high 6 days ago, PHQ-9 item 9 was 2; no safety plan since",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "rafe", "Rafe", "Underlyn", gender="male", years=24)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PRIMARY_CARE, clinic.THERAPIST)
    chart.condition(c.MAJOR_DEPRESSION, 200)
    chart.visit(200)
    chart.phq9(13, 200, item_9=0)
    chart.audit_c(5, 200)
    chart.visit(90, c.FOLLOW_UP)
    chart.phq9(15, 90, item_9=1)
    chart.gad7(12, 90)
    chart.visit(6, reason=c.MAJOR_DEPRESSION)
    chart.depression_screen(6, positive=True)
    chart.phq9(22, 6, item_9=2)
    chart.gad7(18, 6)
    chart.cssrs("high", 6)
    chart.audit_c(8, 6)
    chart.medication(c.FLUOXETINE_20, 6)
    chart.referral(6, c.REFERRAL_TO_PSYCHIATRY, reason=c.MAJOR_DEPRESSION)
    chart.note(
        "Thoughts most days, has thought about how. Roommate will stay with him. Urgent referral sent.", 6
    )
    chart.booked_visit(5, with_=clinic.PSYCHIATRIST)
    return chart
