"""At home with hospice: comfort first, and no reminders."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c
from smart_app.demo_ehr.charting.encounters import HOSPICE

STORY = "Heart failure, in hospice at home since last month"
SHOWS = {
    "CMS2": "closed-gap",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "cards": "none: hospice",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "alaric", "Alaric", "Dunmere", gender="male", years=81)
    chart.coverage("Example Medicare Advantage")
    chart.care_team(clinic.PRIMARY_CARE, clinic.CARE_MANAGER)
    chart.condition(c.HEART_FAILURE, 2100)
    chart.condition(c.HYPERTENSION, 7000)
    chart.visit(190, c.WELLNESS_VISIT)
    chart.depression_screen(190, positive=False)
    chart.bp(146, 82, 190)
    chart.weight(79.0, 190)
    chart.discharge(44, c.HEART_FAILURE, nights=5, to=HOSPICE)
    chart.weight(73.4, 44)
    for days_ago in (40, 26, 12):
        chart.visit(days_ago, c.HOSPICE_AT_HOME, class_="HH", with_=clinic.CARE_MANAGER)
    chart.care_plan(
        "Hospice plan of care", 40, "Comfort first. No further hospital stays. Daughter is the contact."
    )
    chart.note(
        "Comfortable. Breathless at night, fan and low-dose morphine help.", 12, by=clinic.CARE_MANAGER
    )
    return chart
