"""Two antipsychotics at once for longer than a change from one to the other takes.

The rule: two of different ingredients, each ordered for more than 60 days already (by the first order of each
in the record), or both begun in this signing. A second one just begun may be a cross-taper and is left alone
until then. A depot and a tablet of one ingredient are one. With clozapine a second one can be meant.
"""

from datetime import timedelta

from measures.events import Events
from measures.orders.asking import before_today, ordered, taking
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion
from measures.orders.doses import is_another
from measures.orders.medicines import ANTIPSYCHOTIC, CLOZAPINE
from measures.orders.reported import reported
from measures.time import Period

CROSS_TAPER = 60  # days


def of_the_ingredient(events, order):
    return events.where(lambda one: None if (differs := is_another(one, order)) is None else not differs)


def for_long(patient, today, order):
    """Orders and reports of the same ingredient from more than 60 days ago: it is past a change."""
    long_ago = Period(before_today(today).start, today.start - timedelta(days=CROSS_TAPER + 1))
    known = patient.medication_requests(ANTIPSYCHOTIC) + reported(patient, ANTIPSYCHOTIC)
    return of_the_ingredient(known.starting(long_ago), order)


@draft_criterion("another antipsychotic, both for more than 60 days or both begun now")
def other(patient, today, draft):
    going_on = taking(patient, today, ANTIPSYCHOTIC).where(lambda order: is_another(draft, order))
    long = going_on.given(for_long(patient, today, draft))
    long = long.where(lambda order: for_long(patient, today, order).truth)
    drafts = patient.drafts.medication_requests(ANTIPSYCHOTIC)
    beside = drafts.where(lambda order: order is not draft and is_another(draft, order))
    return long + beside


@draft_criterion("one of the two is clozapine, which a second one can help")
def with_clozapine(patient, today, draft):
    clozapine = patient.drafts.medication_requests(CLOZAPINE) + taking(patient, today, CLOZAPINE)
    return Events(clozapine.sure)


CHECK = OrderCheck(
    id="two-antipsychotics",
    title="Two antipsychotics at once",
    version="1",
    citations=(
        Citation("APA, Practice Guideline for the Treatment of Patients With Schizophrenia", "2020"),
        Citation("Choosing Wisely, American Psychiatric Association", "2013"),
    ),
    severity=Severity.INFO,
    kind=Kind.UNFIT,
    concerns=ordered(ANTIPSYCHOTIC),
    when=other & ~with_clozapine,
    says=("{draft.name} ordered with {other.name}, {other.since}: two antipsychotics at once",),
    detail=(
        "More side effects without proof of more effect. If it is a change from one to the other: say until "
        "when; if both are meant: record why (three trials of one, or a taper to one, or clozapine)."
    ),
    mends=(REMOVE,),
)
