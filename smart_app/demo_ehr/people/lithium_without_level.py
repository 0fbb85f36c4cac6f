"""Bipolar disorder, steady on lithium, and nobody has looked at the level for over a year."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart, clinic
from smart_app.demo_ehr.charting import codes as c

STORY = "On lithium; last level and kidney test 400 days ago"
SHOWS = {
    "CMS2": "not-applicable",
    "CMS122": "not-applicable",
    "CMS165": "not-applicable",
    "monitoring": "lithium level, creatinine and TSH last measured 400 days ago",
    "gaps": "bipolar disorder: excluded from depression screening",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "silas", "Silas", "Quenby-Rowe", gender="male", years=44)
    chart.coverage("Example Commercial Plan")
    chart.care_team(clinic.PSYCHIATRIST, clinic.PRIMARY_CARE)
    chart.condition(c.BIPOLAR, 3800)
    chart.visit(400, c.PSYCHIATRIC_VISIT, with_=clinic.PSYCHIATRIST)
    chart.lithium_level(0.7, 400)
    chart.lab(c.CREATININE, 1.0, "mg/dL", 400)
    chart.lab(c.TSH, 2.4, "m[IU]/L", 400)
    for days_ago, phq9, kg in [(280, 5, 84.0), (190, 4, 84.6), (100, 6, 85.1), (25, 5, 85.0)]:
        chart.visit(days_ago, c.PSYCHIATRIC_VISIT, with_=clinic.PSYCHIATRIST)
        chart.phq9(phq9, days_ago)
        chart.weight(kg, days_ago)
        chart.medication(
            c.LITHIUM_300, days_ago, days_supply=90, status="active" if days_ago == 25 else "completed"
        )
    chart.note("Mood steady. Slight tremor, drinks more than before.", 25, by=clinic.PSYCHIATRIST)
    return chart
