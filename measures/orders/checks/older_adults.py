"""A benzodiazepine, hypnotic, barbiturate or strongly anticholinergic medicine, paroxetine among them, at
65 or older.

As the Beers criteria do, it spares a benzodiazepine with a seizure disorder or a withdrawal from alcohol or
sedatives, and doxepin of up to 6 mg a day; a barbiturate with these too, which the criteria do not, for
whoever is free of seizures by phenobarbital. Severe anxiety is an exception too, but no code says so.
"""

from measures.orders.asking import active_problems, old, ordered
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion
from measures.orders.doses import daily_mg, ingredient
from measures.orders.medicines import (
    ANTICHOLINERGICS,
    BARBITURATES,
    BENZODIAZEPINES,
    PAROXETINE,
    TRICYCLICS,
    Z_HYPNOTICS,
)
from measures.orders.problems import SEDATIVE_WITHDRAWAL, SEIZURES

DOXEPIN = 6  # mg a day, as for sleep


@draft_criterion("a benzodiazepine or barbiturate with seizures or a withdrawal, which it treats")
def has_its_reason(patient, today, draft):
    if draft not in patient.drafts.medication_requests(BENZODIAZEPINES, BARBITURATES).sure:
        return False
    return active_problems(patient, today, SEIZURES, SEDATIVE_WITHDRAWAL)


@draft_criterion("doxepin of up to 6 mg a day")
def low_doxepin(patient, today, draft):
    if not ingredient(draft).startswith("doxepin"):
        return False
    dose = daily_mg(draft)
    return None if dose is None else dose <= DOXEPIN


CHECK = OrderCheck(
    id="older-adults",
    title="Potentially inappropriate medicine at 65 or older",
    version="3",
    citations=(Citation("AGS Beers Criteria for Potentially Inappropriate Medication Use", "2023"),),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(BENZODIAZEPINES, Z_HYPNOTICS, BARBITURATES, ANTICHOLINERGICS, TRICYCLICS, PAROXETINE),
    when=old & ~has_its_reason & ~low_doxepin,
    says=("{draft.name} ordered at {patient.age}: falls, confusion (AGS Beers 2023: avoid)",),
    detail=(
        "Benzodiazepines, hypnotics and barbiturates: falls, fractures, delirium, car crashes; strong "
        "anticholinergics, of which tricyclics and paroxetine are some: confusion, constipation, "
        "retention of urine. What was taken for long is tapered, not stopped."
    ),
    mends=(REMOVE,),
)
