"""Depression that is getting worse under treatment, week by week."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "PHQ-9 up from 9 to 19 in six weeks on sertraline"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "DMS": "closed-gap",
    "CSSRS9": "closed-gap",
    "timeline": "PHQ-9 rises from 9 to 19 over the last 42 days; sertraline 50 mg, then 100 mg",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "dana", "Dana", "Marrowbrook", gender="female", years=54)
    chart.coverage("Example Medicare Advantage")
    chart.care_team(clinic.PRIMARY_CARE, clinic.THERAPIST, clinic.CARE_MANAGER)
    chart.allergy("7980", "penicillin G", "Hives", 900)
    chart.condition(c.MAJOR_DEPRESSION, 800)
    chart.condition(c.HYPERLIPIDEMIA, 1400)

    for days_ago, phq9, gad7, kg in [
        (350, 12, 9, 71.2),
        (290, 8, 7, 71.0),
        (230, 6, 5, 70.8),
        (160, 5, 4, 71.1),
        (98, 6, 6, 71.6),
    ]:
        chart.visit(days_ago, c.FOLLOW_UP)
        chart.phq9(phq9, days_ago)
        chart.gad7(gad7, days_ago)
        chart.weight(kg, days_ago)
        chart.bp(122, 76, days_ago)
    chart.medication(c.SERTRALINE_50, 350, days_supply=90, refills=3, status="completed")
    chart.ldl(118, 160)
    chart.a1c(5.6, 160)
    chart.audit_c(2, 98)

    chart.visit(42, reason=c.MAJOR_DEPRESSION)
    chart.phq9(9, 42, item_9=0)
    chart.depression_screen(42, positive=True)
    chart.referral(42, reason=c.MAJOR_DEPRESSION)
    chart.visit(28, c.FOLLOW_UP)
    chart.phq9(13, 28, item_9=0)
    chart.gad7(10, 28)
    chart.medication(c.SERTRALINE_100, 28, days_supply=30, refills=2)
    chart.visit(14, c.FOLLOW_UP)
    chart.phq9(16, 14, item_9=0)
    chart.weight(69.4, 14)
    chart.phone_call(6)
    chart.phq9(19, 6, item_9=1)
    chart.gad7(14, 6)
    chart.cssrs("low", 6)
    chart.note(
        "Sleeping four hours a night, off work since Monday. Passive thoughts, no plan, no intent.",
        6,
    )
    chart.goal("PHQ-9 below 5 by spring", 350)
    chart.booked_visit(8)
    return chart
