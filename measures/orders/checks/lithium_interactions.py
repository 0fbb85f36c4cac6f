"""Lithium with what raises its level: NSAIDs, ACE inhibitors, angiotensin receptor blockers, diuretics,
metronidazole.

Either of the two may be the one being ordered. Aspirin and acetaminophen do not raise it and are not meant.
"""

from measures.criteria import criterion
from measures.orders.asking import being_ordered, counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.laboratory import CREATININE, LITHIUM_LEVEL, METABOLIC_PANELS
from measures.orders.medicines import (
    ACE_INHIBITORS,
    ARB,
    LITHIUM,
    LOOP_DIURETICS,
    METRONIDAZOLE,
    NSAIDS,
    THIAZIDES,
)

RAISING = (NSAIDS, ACE_INHIBITORS, ARB, THIAZIDES, LOOP_DIURETICS, METRONIDAZOLE)

other = counterpart(
    "the other of lithium and a medicine that raises its level, taken or ordered as well", (LITHIUM,), RAISING
)


@criterion("a lithium level and creatinine ordered already")
def tests_ordered(patient, today):
    creatinine = being_ordered(patient, today, CREATININE, METABOLIC_PANELS)
    return being_ordered(patient, today, LITHIUM_LEVEL).given(creatinine)


ADD_TESTS = Mend(
    "Add a lithium level and creatinine", add=("lithium_level_order", "bmp_order"), unless=tests_ordered
)

CHECK = OrderCheck(
    id="lithium-interactions",
    title="Lithium with a medicine that raises its level",
    version="2",
    citations=(
        Citation("FDA label of lithium carbonate, Drug Interactions (section 7)", CURRENT),
        Citation("AGS Beers Criteria: lithium with ACE inhibitors, ARBs and loop diuretics", "2023"),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(LITHIUM, *RAISING),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: the lithium level can rise to toxic",),
    detail=(
        "NSAIDs, ACE inhibitors, angiotensin receptor blockers and diuretics (thiazides most of all) "
        "lower the clearance of lithium, and metronidazole can; its level can rise within days to weeks. "
        "If both are needed: lower the lithium dose, and measure the level within a week and after every "
        "change."
    ),
    mends=(REMOVE, ADD_TESTS),
)
