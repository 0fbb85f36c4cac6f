"""Clozapine while the last neutrophil count (ANC) is below 1000/uL: by the label treatment is interrupted.

With benign ethnic neutropenia, which the label judges by 500/uL, the clinician has the last word: it is
seldom coded. The count of the last 31 days is looked at; an older one says nothing of today.
"""

from measures.criteria import criterion
from measures.orders.asking import ordered, results
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, Mend, OrderCheck, Severity
from measures.orders.laboratory import NEUTROPHILS
from measures.orders.medicines import CLOZAPINE

LEAST = 1000  # neutrophils a microliter
DAYS = 31
# A microliter holds so many of what the unit counts.
UNITS = {
    "/uL": 1,
    "{cells}/uL": 1,
    "cells/uL": 1,
    "10*3/uL": 1000,
    "10*9/L": 1000,
    "K/uL": 1000,
    "10^9/L": 1000,
}


def is_low(result):
    """Whether a count is below the bound; None in a unit not known here, without a number, or where only one
    side of it is known (">500").
    """
    value = result.value
    return None if value is None or value.unit not in UNITS else value.times(UNITS[value.unit]).below(LEAST)


@criterion("the latest neutrophil count of the last 31 days is below 1000/uL")
def low_count(patient, today):
    return results(patient, today, DAYS, NEUTROPHILS).latest(at=lambda one: one.concluded).where(is_low)


CHECK = OrderCheck(
    id="clozapine-low-anc",
    title="Clozapine with a low neutrophil count",
    version="2",
    citations=(
        Citation("FDA label of clozapine, boxed warning and section 5.1: severe neutropenia", CURRENT),
    ),
    severity=Severity.CRITICAL,
    kind=Kind.DANGER,
    concerns=ordered(CLOZAPINE),
    when=low_count,
    says=("{draft.name} ordered; neutrophils {low_count.value} on {low_count.date}: below 1000/uL",),
    detail=(
        "Below 1000/uL clozapine is interrupted, a hematologist asked, and the count repeated daily until it "
        "is 1000 or more. With benign ethnic neutropenia it is interrupted below 500/uL."
    ),
    mends=(Mend("Remove clozapine, add a blood count", add=("cbc_diff_order",), remove=True), REMOVE),
)
