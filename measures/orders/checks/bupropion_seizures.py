"""Bupropion with a seizure disorder, or with anorexia or bulimia now or in the past: both contraindicated."""

from measures.criteria import criterion
from measures.orders.asking import active_problems, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import BUPROPION
from measures.orders.problems import EATING_DISORDERS, SEIZURES


@criterion("a seizure disorder, or anorexia or bulimia at any time")
def contraindicated(patient, today):
    ever = patient.conditions(EATING_DISORDERS).starting_by(today.interval.end)
    return active_problems(patient, today, SEIZURES) + ever


CHECK = OrderCheck(
    id="bupropion-seizures",
    title="Bupropion with a seizure or eating disorder",
    version="1",
    citations=(Citation("FDA label of bupropion, Contraindications (section 4)", CURRENT),),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(BUPROPION),
    when=contraindicated,
    says=(
        "{draft.name} ordered with {contraindicated.name}, on record since {contraindicated.date}: seizures",
        "{draft.name} ordered with {contraindicated.name}: seizures",
    ),
    detail="Bupropion lowers the seizure threshold; with these the label contraindicates it at any dose.",
    mends=(REMOVE,),
)
