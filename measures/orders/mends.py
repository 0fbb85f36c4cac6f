"""What an order calls for, and what a clinician can accept to mend its absence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from measures.criteria import Criterion, Findings, Logic

ALWAYS = Criterion("always", "always", lambda _patient, _today: True)
"""For a check that is due on every draft it concerns, as far as its needs go."""


@dataclass(frozen=True)
class Mend:
    """One thing a clinician can accept unread; all of it is done together.

    `add` names drafts to sign as well, `remove` takes back the draft concerned (each of several by itself),
    with both it is a replacement; `keep` lets go on what the draft concerned ends; `most` lowers the dose of
    the draft to so many mg a day; `instrument` opens an assessment. It is not offered while `unless` holds:
    what is there already. It `calls` where the drafts concerned call for what it adds: without them nothing
    does.
    """

    label: str
    add: tuple[str, ...] = ()
    remove: bool = False
    keep: bool = False
    calls: bool = False
    instrument: str = ""
    most: Callable[[Findings], float] | None = None
    unless: Logic | None = None


REMOVE = Mend("Remove this order", remove=True)
LOWER = "Lower the dose to"
"""The label of a mend with `most`, which the figure follows."""


@dataclass(frozen=True)
class Need:
    """What an order calls for, such as a blood test: its criterion, and the draft that mends its absence.

    Asked only while `given` holds, where that is named. What it asks for may be filed `elsewhere` too, a
    resource type without which the need is judged all the same; then the words say that it was not read.
    """

    what: str  # as it reads after "no": "lithium level"
    criterion: Criterion
    add: str = ""
    due: str = ""  # how often, in words: "every 12 months"
    given: Logic = ALWAYS
    adds: str = ""  # what the draft is, where that is not all of `what`
    elsewhere: str = ""

    @property
    def added(self) -> str:
        """What its draft adds, as it reads after "Add"."""
        return self.adds or self.what

    @property
    def met(self) -> Logic:
        return ~self.given | self.criterion

    @property
    def leaves(self) -> tuple[Criterion, ...]:
        return tuple(self.met.leaves())
