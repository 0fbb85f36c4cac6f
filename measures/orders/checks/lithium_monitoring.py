"""Lithium without its blood tests: level and creatinine within 6 months, TSH within 12.

The label asks for a level every two months at least, practice guidelines for one every three to six; half a
year is the bound beyond which none of them finds it enough. A level before the first dose would say nothing:
it is asked of those who take lithium already.
"""

from measures.orders.asking import laboratory_test, on_already, ordered
from measures.orders.check import CURRENT, Citation, Kind, OrderCheck, Severity
from measures.orders.laboratory import CREATININE, LITHIUM_LEVEL, METABOLIC_PANELS, TSH
from measures.orders.medicines import LITHIUM

HALF_A_YEAR = 183  # days
YEAR = 365

CHECK = OrderCheck(
    id="lithium-monitoring",
    title="Lithium without level, creatinine or TSH",
    version="1",
    citations=(
        Citation("APA, Practice Guideline for the Treatment of Patients With Bipolar Disorder", "2002"),
        Citation("FDA label of lithium carbonate, Warnings and Precautions (section 5)", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.DUE,
    concerns=ordered(LITHIUM),
    needs=(
        laboratory_test(
            "level",
            "lithium level",
            LITHIUM_LEVEL,
            days=HALF_A_YEAR,
            due="every 6 months at least",
            add="lithium_level_order",
            given=on_already(LITHIUM),
        ),
        laboratory_test(
            "creatinine",
            "creatinine",
            CREATININE,
            days=HALF_A_YEAR,
            due="every 6 months",
            add="bmp_order",
            panels=(METABOLIC_PANELS,),
        ),
        laboratory_test("tsh", "TSH", TSH, days=YEAR, due="every 12 months", add="tsh_order"),
    ),
    says=("{draft.name} ordered: {missing}",),
    detail=(
        "Lithium has a narrow range between effect and poisoning, is cleared by the kidney alone, and can "
        "slow the kidney and the thyroid without a sign."
    ),
)
