"""The chart: every word a story can be written in, on one sheet."""

from __future__ import annotations

from smart_app.demo_ehr.charting.assessments import Assessments
from smart_app.demo_ehr.charting.encounters import Encounters
from smart_app.demo_ehr.charting.lists import Lists
from smart_app.demo_ehr.charting.measurements import Measurements
from smart_app.demo_ehr.charting.plans import Plans


class Chart(Encounters, Assessments, Measurements, Lists, Plans):
    """One person's record, told fact by fact: `chart.visit(42)`, `chart.phq9(17, 42)`.

    Days count back from the day the story is told. A fact belongs to the encounter of its day.
    """
