"""Valproate or carbamazepine without liver tests or a blood count in the last 6 months.

The labels ask for both before the first dose and at intervals they leave open, shorter at the beginning;
practice guidelines for every 6 months.
"""

from measures.orders.asking import laboratory_test, ordered
from measures.orders.check import CURRENT, Citation, Kind, OrderCheck, Severity
from measures.orders.laboratory import BLOOD_COUNT, BLOOD_COUNT_PANELS, LIVER_PANELS, LIVER_TESTS
from measures.orders.medicines import CARBAMAZEPINE, VALPROATE

HALF_A_YEAR = 183  # days

CHECK = OrderCheck(
    id="anticonvulsant-monitoring",
    title="Valproate or carbamazepine without liver tests or blood count",
    version="1",
    citations=(
        Citation("FDA labels of valproate (hepatotoxicity, thrombocytopenia) and carbamazepine", CURRENT),
        Citation("APA, Practice Guideline for the Treatment of Patients With Bipolar Disorder", "2002"),
    ),
    severity=Severity.WARNING,
    kind=Kind.DUE,
    concerns=ordered(VALPROATE, CARBAMAZEPINE),
    needs=(
        laboratory_test(
            "liver",
            "liver tests",
            LIVER_TESTS,
            days=HALF_A_YEAR,
            due="every 6 months",
            add="liver_panel_order",
            panels=(LIVER_PANELS,),
        ),
        laboratory_test(
            "blood_count",
            "blood count",
            BLOOD_COUNT,
            days=HALF_A_YEAR,
            due="every 6 months",
            add="cbc_diff_order",
            panels=(BLOOD_COUNT_PANELS,),
        ),
    ),
    says=("{draft.name} ordered: {missing}",),
    detail=(
        "Valproate can harm the liver and lower the platelets, carbamazepine the bone marrow and the liver, "
        "mostly in the first months."
    ),
)
