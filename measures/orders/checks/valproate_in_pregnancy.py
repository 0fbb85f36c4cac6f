"""Valproate or carbamazepine in pregnancy. Pregnant by an active problem of the record."""

from measures.orders.asking import ordered, pregnant
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import CARBAMAZEPINE, VALPROATE

CHECK = OrderCheck(
    id="valproate-in-pregnancy",
    title="Valproate or carbamazepine in pregnancy",
    version="1",
    citations=(
        Citation("FDA label of valproate, boxed warning: fetal risk", CURRENT),
        Citation("FDA label of carbamazepine, Usage in pregnancy", CURRENT),
    ),
    severity=Severity.CRITICAL,
    kind=Kind.DANGER,
    concerns=ordered(VALPROATE, CARBAMAZEPINE),
    when=pregnant,
    says=(
        "{draft.name} ordered in pregnancy, on record since {pregnant.date}: risk of malformation",
        "{draft.name} ordered in pregnancy: risk of malformation",
    ),
    detail=(
        "Valproate is contraindicated in pregnancy for migraine and for epilepsy and bipolar disorder only "
        "where nothing else works. Stopping at once can bring seizures: change it with a specialist."
    ),
    mends=(REMOVE,),
)
