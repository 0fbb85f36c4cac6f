"""What one clinician has been told in one visit, and what may still be said: the burden of alerts, bounded.

A visit is an encounter or, where the client names none, the patient's day. Within it a fact is told once: the
same hook shows its list again when the chart is opened again, another hook does not repeat it. But what was
warned of while an order was chosen is warned of again when it is signed all the same. All hooks together
have a budget of facts, in which a warning of orders counts but to which it never yields. What was set aside
with a coded reason rests for a bounded time: by its rule or, where it warned of orders, by what it was about,
so that the next pair of medicines is told. Suicide safety, and what can kill within days, are never bound by
any of this.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from cds_service.conditions import CheckCondition, Concern, UnreadCondition
from cds_service.rules import CardRule

MOST_FACTS = 6  # in one visit, over all hooks


@dataclass(frozen=True)
class Visit:
    """So far: which services told which fact, and what rests for this clinician and patient; and which
    service's warnings the one that is called `repeats`.
    """

    service: str = ""
    told: Mapping[str, Collection[str]] = field(default_factory=dict)
    resting: Collection[str] = frozenset()
    budget: int = MOST_FACTS
    repeats: str = ""

    def admits(self, rule: CardRule, fact: str, now: Collection[str] = ()) -> bool:
        """Whether a card on this fact may be shown; `now` are the facts of the answer being written."""
        if not is_bound(rule):
            return True
        if rests_as(rule, fact) in self.resting:
            return False
        if fact in self.told and is_told_once(rule):
            return False
        if fact in self.told:
            told = self.told[fact]
            return self.service in told or (self.repeats in told and is_warning_of_orders(rule))
        if is_warning_of_orders(rule):
            return True
        new = sum(1 for one in now if one not in self.told)
        return len(self.told) + new < self.budget


FIRST_CALL = Visit()


def is_warning_of_orders(rule: CardRule) -> bool:
    """Whether it warns of an order: then no budget silences it, and none is lost where cards are cut off."""
    return isinstance(rule.when, CheckCondition) and rule.indicator != "info"


def is_told_once(rule: CardRule) -> bool:
    """Whether it is not repeated at the same hook either: a host EHR that never sends a key must not get it
    at every order.
    """
    return isinstance(rule.when, UnreadCondition)


def is_bound(rule: CardRule) -> bool:
    """Whether a visit and its rests hold a rule back: not suicide safety, nor what can kill within days."""
    return rule.concern is not Concern.SAFETY and rule.indicator != "critical"


def rests_as(rule: CardRule, fact: str) -> str:
    """By what a card rests once it is set aside: by its rule or, of an order check, by what it is about where
    the rule does not name that itself; empty where it never rests.
    """
    if not is_bound(rule):
        return ""
    return fact if isinstance(rule.when, CheckCondition) and not rule.fact else rule.id


def visit_key(encounter: str | None, day: date) -> str:
    """What the visit is called in the store."""
    return f"encounter:{encounter}" if encounter else f"day:{day.isoformat()}"


def role_of(user: str) -> str:
    """The role in which somebody looks, as far as a call tells it: the kind of resource `userId` names."""
    kind = user.rpartition("/")[0].rpartition("/")[2]
    return kind if kind.isalpha() and len(kind) <= 64 else "unknown"
