"""Bupropion with a seizure disorder, with anorexia or bulimia now or in the past, or in a withdrawal from
alcohol or sedatives: all contraindicated.

The withdrawal counts for 30 days from its beginning: it is an entry that nobody ends.
"""

from measures.criteria import criterion
from measures.orders.asking import active_problems, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import BUPROPION
from measures.orders.problems import EATING_DISORDERS, SEDATIVE_WITHDRAWAL, SEIZURES

DAYS = 30  # after which a withdrawal is over


@criterion("a seizure disorder, anorexia or bulimia at any time, or a withdrawal of the last 30 days")
def contraindicated(patient, today):
    ever = patient.conditions(EATING_DISORDERS).starting_by(today.interval.end)
    withdrawal = active_problems(patient, today, SEDATIVE_WITHDRAWAL)
    lately = withdrawal.starting(today.reaching_back(days=DAYS))
    return active_problems(patient, today, SEIZURES) + ever + lately


CHECK = OrderCheck(
    id="bupropion-seizures",
    title="Bupropion with a seizure or eating disorder or in a withdrawal",
    version="2",
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
