"""An antipsychotic without glucose or A1c, or without lipids, in the last 12 months.

The guideline of 2020 asks for both at baseline, after four months and at least yearly thereafter, the
consensus of 2004 for glucose yearly and lipids every five years; the test before the first dose is the
baseline.
"""

from measures.orders.asking import laboratory_test, ordered
from measures.orders.check import Citation, Kind, OrderCheck, Severity
from measures.orders.laboratory import A1C, GLUCOSE, LDL, LIPID_PANELS, METABOLIC_PANELS, OTHER_LIPIDS
from measures.orders.medicines import ANTIPSYCHOTIC

YEAR = 365  # days

CHECK = OrderCheck(
    id="antipsychotic-metabolic",
    title="Antipsychotic without glucose or lipids",
    version="2",
    citations=(
        Citation("ADA, APA and others, Consensus on antipsychotic drugs and diabetes", "2004"),
        Citation("APA, Practice Guideline for the Treatment of Patients With Schizophrenia", "2020"),
    ),
    severity=Severity.INFO,
    kind=Kind.DUE,
    concerns=ordered(ANTIPSYCHOTIC),
    needs=(
        laboratory_test(
            "glucose",
            "A1c or glucose",
            A1C,
            GLUCOSE,
            days=YEAR,
            due="every 12 months",
            add="a1c_order",
            panels=(METABOLIC_PANELS,),
        ),
        laboratory_test(
            "lipids",
            "lipids",
            LDL,
            OTHER_LIPIDS,
            days=YEAR,
            due="every 12 months",
            add="lipid_order",
            panels=(LIPID_PANELS,),
        ),
    ),
    says=("{draft.name} ordered: {missing}",),
    detail="Antipsychotics can raise glucose and lipids within months, with or without weight gain.",
)
