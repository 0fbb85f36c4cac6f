"""Clozapine without a recent absolute neutrophil count (ANC).

By the label weekly for six months, every two weeks to the twelfth, then monthly, and before the first dose.
The FDA removed the REMS on 13 June 2025: no pharmacy waits for the count, and the label still asks for it.
The time on clozapine is counted from the first order or supply in the record, anew after more than 30 days
without it, as the label does. Where the record begins later than the treatment, the count is asked for more
often than need be. A stopped order leaves no day in FHIR R4: without a stated length it is no gap.
"""

from measures.criteria import Criterion
from measures.date_words import say_on
from measures.orders.asking import being_ordered, going_on_since, ordered, results
from measures.orders.check import CURRENT, Citation, Kind, Need, OrderCheck, Severity
from measures.orders.laboratory import DIFFERENTIAL_PANELS, NEUTROPHILS
from measures.orders.medicines import CLOZAPINE
from measures.orders.neutrophils import count_of

# So many days on clozapine at the most, and how old the count may then be.
INTERVALS = ((182, 7), (365, 14))
MONTHLY = 31
INTERRUPTED = 30  # days without it, after which the counts begin anew


def interval(patient, today):
    """How many days old the count may be; without clozapine before today, that of the first weeks."""
    first = going_on_since(patient, today, CLOZAPINE, gap=INTERRUPTED)
    days = (today.start - first).days if first else 0
    return next((age for until, age in INTERVALS if days <= until), MONTHLY)


def anc_is_recent(patient, today):
    """A count that cannot be read is none: nobody knows whether it is low."""
    within = results(patient, today, interval(patient, today), NEUTROPHILS).where(is_read)
    return within if within.sure else within + being_ordered(patient, today, NEUTROPHILS, DIFFERENTIAL_PANELS)


def latest_anc(patient, _today):
    return patient.observations(NEUTROPHILS).latest(at=lambda result: result.concluded)


def is_read(result):
    return count_of(result) is not None


def unread(patient, today, _draft):
    """The last count, such as "0.4 foo on 22 Nov 2026", where it cannot be read."""
    last = [one for one in latest_anc(patient, today).sure if not is_read(one)]
    return "; ".join(f"{one.value_text or 'without a number'} {say_on(one.start)}".rstrip() for one in last)


def every(patient, today, _draft):
    return f"every {interval(patient, today)} days"


CHECK = OrderCheck(
    id="clozapine-anc",
    title="Clozapine without a recent neutrophil count",
    version="3",
    citations=(
        Citation("FDA label of clozapine, boxed warning and section 5.1: severe neutropenia", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.DUE,
    concerns=ordered(CLOZAPINE),
    needs=(
        Need(
            "neutrophil count",
            Criterion(
                "anc", "a neutrophil count as recent as the label asks", anc_is_recent, nearest=latest_anc
            ),
            add="cbc_diff_order",
        ),
    ),
    says=(
        "{draft.name} ordered; a neutrophil count that cannot be read: {unread}; due {every}",
        "{draft.name} ordered: {missing}; due {every}",
    ),
    detail=(
        "Severe neutropenia comes without a sign, most often in the first 18 weeks. Weekly for 6 months, "
        "every 2 weeks to 12 months, then monthly; after more than 30 days without it anew. The dose "
        "begins anew, at 12.5 mg, after 48 hours. The FDA ended the clozapine REMS in 2025: nobody else "
        "asks for this count now."
    ),
    figures={"every": every, "unread": unread},
)
