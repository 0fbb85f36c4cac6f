"""Whether the patient comes: contacts kept, missed and cancelled, and whether they become fewer."""

from __future__ import annotations

from collections.abc import Callable

from measures.risk.as_of import Fact, Known
from measures.risk.care import ACUTE, Setting, visits
from measures.risk.feature import DOES_NOT_APPLY, Answer, feature

RECENT = 90  # days
WINDOWS = (30, 90, 365)  # days
NOT_SEEN = frozenset({"noshow"})
CALLED_OFF = frozenset({"cancelled"})


def _contacts(known: Known) -> list[Fact]:
    return known.remember(
        "contacts",
        lambda: [v.fact for v in visits(known) if v.setting not in ACUTE and v.setting is not Setting.NONE],
    )


def _counted(days: int) -> Callable[[Known], Answer]:
    def count(known: Known) -> Answer:
        found = known.within(_contacts(known), days)
        return Answer(float(len(found)), found)

    return count


for _days in WINDOWS:
    feature(
        f"outpatient_contacts_{_days}d",
        f"outpatient contacts in {_days} days",
        "contacts",
        "Encounter",
        window=_days,
        logged=True,
    )(_counted(_days))


@feature("urgent_care_365d", "urgent care visits in a year", "visits", "Encounter", window=365, logged=True)
def urgent_care(known: Known) -> Answer:
    found = known.within((v.fact for v in visits(known) if v.setting is Setting.URGENT), 365)
    return Answer(float(len(found)), found)


@feature("days_since_outpatient", "days since the last outpatient contact", "days", "Encounter", logged=True)
def days_since_outpatient(known: Known) -> Answer:
    found = _contacts(known)
    return Answer(float(known.ago(found[-1])), found[-1:]) if found else Answer(None)


@feature(
    "engagement_drop",
    "contacts in the last 90 days against the 90 before",
    "share lost",
    "Encounter",
    window=2 * RECENT,
    worse=1,
)
def engagement_drop(known: Known) -> Answer:
    """1 where contacts stopped, 0 where there are as many or more; without two before nothing drops."""
    contacts = known.within(_contacts(known), 2 * RECENT)
    recent = known.within(contacts, RECENT)
    before = len(contacts) - len(recent)
    if before < 2:
        return DOES_NOT_APPLY
    return Answer(max(0.0, 1 - len(recent) / before), contacts)


@feature(
    "missed_visits_365d",
    "missed appointments in a year",
    "visits",
    "Appointment",
    window=365,
    worse=1,
    logged=True,
)
def missed_visits(known: Known) -> Answer:
    return _with_status(known, NOT_SEEN)


@feature(
    "cancelled_visits_365d",
    "cancelled appointments in a year",
    "visits",
    "Appointment",
    window=365,
    worse=1,
    logged=True,
)
def cancelled_visits(known: Known) -> Answer:
    return _with_status(known, CALLED_OFF)


def _with_status(known: Known, statuses: frozenset[str]) -> Answer:
    """Appointments whose time has come; not known of a record that holds none: few systems send them."""
    held = known.of("Appointment")
    if not held:
        return Answer(None)
    found = [fact for fact in known.within(held, 365) if fact.event.status in statuses]
    return Answer(float(len(found)), found)
