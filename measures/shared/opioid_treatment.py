"""Medicine for opioid use disorder, and how long a treatment goes on without a break."""

from datetime import date, timedelta
from typing import NamedTuple

from measures.criteria import once
from measures.event import Event
from measures.events import Events, RecordCannotSay
from measures.medication_time import dispense_period, request_period
from measures.terminology import ValueSet

OPIOID_USE_DISORDER = ValueSet("throughline:opioid-use-disorder", "Opioid use disorder")
MEDICINE = ValueSet("throughline:opioid-use-disorder-medicines", "Medicines for opioid use disorder")
BREAK = 8  # days without supply end a treatment


class Treatment(NamedTuple):
    """Supplies one after another, and the days from the first to the last that they cover."""

    supplies: tuple[Event, ...]
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def last_day_to_go_on(self) -> date:
        """The last day on which a supply would leave no break."""
        return self.end + timedelta(days=BREAK)


@once
def supplies(patient, _period):
    """What was dispensed or, of a patient with no dispense on record, what was ordered."""
    dispensed = patient.find("MedicationDispense", (MEDICINE,))
    return dispensed if dispensed.sure else dispensed + patient.medication_requests(MEDICINE)


@once
def treatments(patient, period):
    """The treatments of the patient's life, in order. What is fetched early is used later.

    Raises RecordCannotSay when a supply does not say when it begins or how long it lasts.
    """
    found: list[Treatment] = []
    for supply, start, end in sorted(map(days_of, known(supplies(patient, period))), key=lambda s: s[1]):
        last = found[-1] if found else None
        if last is None or start > last.last_day_to_go_on:
            found.append(Treatment((supply,), start, end))
        else:
            begun = max(start, last.end + timedelta(days=1))
            found[-1] = Treatment((*last.supplies, supply), last.start, begun + (end - start))
    return tuple(found)


def known(found):
    """The supplies; RecordCannotSay when there may be others."""
    if found.maybe or found.unread:
        raise RecordCannotSay(found.why_unknown(), found.unread)
    return found.sure


def days_of(supply):
    days = (dispense_period if supply.kind == "MedicationDispense" else request_period)(supply)
    if days is None or days.start.day is None or days.end.day is None:
        raise RecordCannotSay(f"a supply does not say from when to when it lasts: {supply.reference}")
    return supply, days.start.day, days.end.day


def evidence(treatment):
    return Events(treatment.supplies[-1:]) if treatment else Events()
