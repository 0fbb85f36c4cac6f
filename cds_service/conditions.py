"""When a card is due: a measure's gap, an order check's finding, or a risk reading. One class a kind.

The record must say that something is missing or wrong: what is unknown is never a reason for a card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from measures.measure import GapStatus, MeasureResult


class Concern(IntEnum):
    """What a card is about, the most pressing first: the order in which cards are shown."""

    SAFETY = 0  # of suicide: never snoozed, never over budget, said again at the last gate
    ORDER = 1  # something is wrong with what is being ordered
    TRANSITION = 2  # a clock runs after a stay, or a treatment broke off
    RISK = 3
    GAP = 4

    @property
    def word(self) -> str:
        """As rule files write it."""
        return self.name.lower()


CONCERNS: Mapping[str, Concern] = {concern.word: concern for concern in Concern}


@dataclass(frozen=True)
class GapCondition:
    """A measure asks for a step that was not taken."""

    measure: str
    next_steps: frozenset[str]
    statuses: frozenset[GapStatus]
    while_closable: bool  # no card once the last day for it has passed

    concern = Concern.GAP

    def step(self, result: MeasureResult) -> str | None:
        """The step for which a card is due, or None."""
        if result.status not in self.statuses or (self.while_closable and result.foremost.is_over):
            return None
        due = (step.name for step in result.next_steps if step.name in self.next_steps)
        return next((name for name in due if result.findings[name].met is False), None)

    def __str__(self) -> str:
        return f"{self.measure} {', '.join(sorted(self.next_steps))}"


@dataclass(frozen=True)
class CheckCondition:
    """An order check found something about the orders being written."""

    check: str

    concern = Concern.ORDER

    def __str__(self) -> str:
        return f"check {self.check}"


@dataclass(frozen=True)
class RiskCondition:
    """The risk reading moved, in the direction the rule names."""

    risk: str

    concern = Concern.RISK

    def __str__(self) -> str:
        return f"risk {self.risk}"


@dataclass(frozen=True)
class UnreadCondition:
    """Order checks that would look at what is being ordered could not, for want of resources of this type."""

    unread: str  # or ANY_TYPE

    concern = Concern.GAP  # it says nothing of the patient: the last of all

    def concerns(self, kind: str) -> bool:
        return self.unread in (ANY_TYPE, kind)

    def __str__(self) -> str:
        return f"unread {self.unread}"


ANY_TYPE = "any"
Condition = GapCondition | CheckCondition | RiskCondition | UnreadCondition
