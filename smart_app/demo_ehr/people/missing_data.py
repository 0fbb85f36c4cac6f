"""A new patient of whom the record knows too little to judge: unknown is not a gap."""

from __future__ import annotations

from datetime import date

from smart_app.demo_ehr.charting import Chart
from smart_app.demo_ehr.charting import codes as c

STORY = "New patient, no birth date, results without values"
SHOWS = {
    "CMS2": "unknown",
    "CMS122": "unknown",
    "CMS165": "unknown",
    "gaps": "unknown with the reason, never open: no date of birth is recorded",
}


def tell(today: date) -> Chart:
    chart = Chart(today, "ash", "Ash", "Vellumgate", gender="unknown", years=50)
    del chart.resources[0]["birthDate"]
    chart.visit(11, reason=c.DIABETES)
    chart.condition(c.HYPERTENSION, 11)["onsetDateTime"] = today.isoformat()[:4]
    chart.diagnosed(c.DIABETES, 11)
    not_reported = {"text": "Specimen haemolysed; not reported"}
    a1c = chart.a1c(0, 11)
    del a1c["valueQuantity"]
    a1c["dataAbsentReason"] = not_reported
    return chart
