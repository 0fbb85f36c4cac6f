"""What one clinician has been told in one visit, and what may still be said: the burden of alerts, bounded.

A visit is an encounter or, where the client names none, the patient's day. Within it a fact is told once: the
same hook shows its list again when the chart is opened again, another hook does not repeat it. All hooks
together have a budget of facts. What was set aside with a coded reason rests for a bounded time. Suicide
safety is never bound by any of this, and what can kill within days is said again at the last gate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from cds_service.conditions import Concern
from cds_service.rules import CardRule

MOST_FACTS = 6  # in one visit, over all hooks


@dataclass(frozen=True)
class Visit:
    """So far: which services told which fact, and which rules rest for this clinician and patient."""

    service: str = ""
    told: Mapping[str, Collection[str]] = field(default_factory=dict)
    resting: Collection[str] = frozenset()
    budget: int = MOST_FACTS

    def admits(self, rule: CardRule, fact: str, now: Collection[str] = ()) -> bool:
        """Whether a card on this fact may be shown; `now` are the facts of the answer being written."""
        if rule.concern is Concern.SAFETY:
            return True
        if rule.id in self.resting:
            return False
        if fact in self.told:
            return self.service in self.told[fact] or rule.indicator == "critical"
        new = sum(1 for one in now if one not in self.told)
        return len(self.told) + new < self.budget or rule.indicator == "critical"


FIRST_CALL = Visit()


def visit_key(encounter: str | None, day: date) -> str:
    """What the visit is called in the store."""
    return f"encounter:{encounter}" if encounter else f"day:{day.isoformat()}"


def role_of(user: str) -> str:
    """The role in which somebody looks, as far as a call tells it: the kind of resource `userId` names."""
    kind = user.rpartition("/")[0].rpartition("/")[2]
    return kind if kind.isalpha() and len(kind) <= 64 else "unknown"
