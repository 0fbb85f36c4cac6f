"""The words the demo EHR's stories are written in: `chart.visit(42)`, `chart.phq9(17, 42)`...

Every word takes days before today and writes the FHIR R4 resources a US Core server would hold for it.
"""

from smart_app.demo_ehr.charting.chart import Chart

__all__ = ["Chart"]
