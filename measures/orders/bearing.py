"""The orders a risk that rose bears on: sedatives, and what kills in overdose where suicide risk is high.

What bears on a risk is told at signing and at no other order; unknown is never a reason to tell it.
"""

from __future__ import annotations

from datetime import date

from measures.criteria import Findings
from measures.event import Event
from measures.events import Events
from measures.medication_time import days_a_fill
from measures.orders.drafts import DraftOrders
from measures.orders.medicines import LITHIUM, SEDATIVES, TRICYCLICS
from measures.record import PatientRecord
from measures.shared.suicide_risk_lately import high_risk
from measures.time import Period

LARGE = 14  # days of supply in one fill: the guidelines ask for a week or two at a time


def bearing_on_risk(record: PatientRecord, drafts: DraftOrders, today: date) -> tuple[Event, ...]:
    """The sedatives among the drafts and, of a patient whose suicide risk is high, large supplies of a
    tricyclic or lithium.
    """
    found = drafts.signed.medication_requests(*SEDATIVES)
    deadly = drafts.signed.medication_requests(TRICYCLICS, LITHIUM).where(is_large)
    if deadly.sure and Findings(record, Period(today, today))[high_risk].met:
        found = found + Events(deadly.sure)
    return found.sure


def is_large(order: Event) -> bool | None:
    """Whether one fill lasts longer than LARGE days; None when the order does not say."""
    days = days_a_fill(order)
    return None if days is None else days > LARGE
