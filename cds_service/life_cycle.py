"""The life of a card rule at one host EHR: draft, waiting, shadow, live, retired. A table and a fold, pure.

What was done is a list of steps that only grows; where a rule stands follows from it. A revision is one
saved text of a rule, numbered from 1. Whoever wrote it, or sent it, cannot approve it. What is live takes two
people to retire, as to release: one sends it to be retired, another approves. One person rolls back to what
was before; where that was nothing, it would be retiring, and takes two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where one revision stands at one host EHR."""

    DRAFT = "draft"
    WAITING = "waiting for approval"
    SHADOW = "shadow"  # evaluated and counted, not shown
    SCHEDULED = "scheduled"  # approved; its first day has not come
    LIVE = "live"
    RETIRED = "retired"


class Deed(StrEnum):
    """What somebody did."""

    SEND = "sent for approval"
    APPROVE = "approved"
    SEND_BACK = "sent back"
    RETIRE = "retired"
    ROLL_BACK = "rolled back"


AIMS = (State.SHADOW, State.LIVE)
"""What may be asked for when a revision is sent to be shown; what is live can be sent to be RETIRED."""

ALLOWED: Mapping[Deed, frozenset[State]] = {
    Deed.SEND: frozenset({State.DRAFT, State.SHADOW, State.SCHEDULED, State.LIVE, State.RETIRED}),
    Deed.APPROVE: frozenset({State.WAITING}),
    Deed.SEND_BACK: frozenset({State.WAITING}),
    Deed.RETIRE: frozenset({State.SHADOW}),
    Deed.ROLL_BACK: frozenset({State.SCHEDULED, State.LIVE, State.RETIRED}),
}
"""From which states of the revision a deed is possible."""


FOLDERS = 0
"""Stands for a revision where the rule of the folders is meant: live until something takes its place. It can
be retired, and that be rolled back; it is never sent to be shown, since it needs no approval.
"""


class NotAllowed(ValueError):
    """The deed is not possible now, or not by this person; the message says why and the mend."""


@dataclass(frozen=True)
class Step:
    """One deed as it is kept. `aim` and `starts` are those of what was sent, `why` their own word."""

    deed: Deed
    revision: int
    by: str
    aim: State | None = None
    starts: date | None = None
    why: str = ""


@dataclass(frozen=True)
class Placed:
    """A revision on a place since a day (None: at once); no revision: the rule is off."""

    revision: int | None
    starts: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether its day has come."""
        return self.starts is None or self.starts <= day


@dataclass(frozen=True)
class Asked:
    """What waits for a second person."""

    revision: int
    aim: State
    by: str
    starts: date | None = None
    why: str = ""


@dataclass(frozen=True)
class Standing:
    """One rule at one host EHR. `placed` are the revisions that were made live, the newest last; empty: the
    rule of the folders, if there is one of its id.
    """

    placed: tuple[Placed, ...] = ()
    shadow: int | None = None
    waiting: Asked | None = None
    ended: frozenset[int] = frozenset()  # were shadow or live once

    def live_on(self, day: date) -> Placed | None:
        """What is shown on a day; None for the rule of the folders."""
        return next((one for one in reversed(self.placed) if one.holds_on(day)), None)

    def state_of(self, revision: int, day: date) -> State:
        """Where a revision, or the rule of the folders, stands on a day."""
        if revision == FOLDERS:
            return State.LIVE if self.live_on(day) is None else State.RETIRED
        if self.waits(revision) and self.retirement is None:
            return State.WAITING
        if self.shadow == revision:
            return State.SHADOW
        live = self.live_on(day)
        if live is not None and live.revision == revision:
            return State.LIVE
        if any(one.revision == revision for one in self.coming(day)):
            return State.SCHEDULED
        return State.RETIRED if revision in self.ended else State.DRAFT

    def waits(self, revision: int) -> bool:
        """Whether a second person has to decide on it; what waits to be retired is shown until then."""
        return self.waiting is not None and self.waiting.revision == revision

    @property
    def retirement(self) -> Asked | None:
        """What waits to be retired."""
        return self.waiting if self.waiting is not None and self.waiting.aim is State.RETIRED else None

    def coming(self, day: date) -> tuple[Placed, ...]:
        """What will hold from later days on, the oldest change first."""
        return tuple(one for one in self.placed if self._comes_after(day, one))

    def _comes_after(self, day: date, one: Placed) -> bool:
        """Whether it will hold from a later day on: no newer change has overtaken it."""
        return one.starts is not None and one.starts > day and self.live_on(one.starts) is one

    @property
    def newest(self) -> int | None:
        """The revision of the newest change of what is live; None when there was none, or none but that the
        rule of the folders was retired.
        """
        return next((one.revision for one in reversed(self.placed) if one.revision is not None), None)

    def after(self, step: Step) -> Standing:
        """Where the rule stands after a step that was checked when it was taken."""
        match step.deed:
            case Deed.SEND:
                aim = step.aim or State.LIVE
                return replace(self, waiting=Asked(step.revision, aim, step.by, step.starts, step.why))
            case Deed.SEND_BACK:
                return replace(self, waiting=None)
            case Deed.APPROVE:
                return self._approved()
            case Deed.RETIRE if self.shadow == step.revision:
                return replace(self, shadow=None)
            case Deed.RETIRE:
                return replace(self, placed=(*self.placed, Placed(None)))
            case Deed.ROLL_BACK:
                waiting = None if self.retirement else self.waiting  # what was to be retired is gone
                return replace(self, placed=self.placed[:-1], waiting=waiting)

    def _approved(self) -> Standing:
        asked = self.waiting
        if asked is None:
            return self
        if asked.aim is State.RETIRED:
            return replace(self, waiting=None, placed=(*self.placed, Placed(None)))
        ended = self.ended | {asked.revision}
        if asked.aim is State.SHADOW:
            return replace(self, waiting=None, shadow=asked.revision, ended=ended)
        shadow = None if self.shadow == asked.revision else self.shadow
        placed = (*self.placed, Placed(asked.revision, asked.starts))
        return replace(self, waiting=None, shadow=shadow, placed=placed, ended=ended)


def standing(steps: Iterable[Step]) -> Standing:
    """Where a rule stands after these steps, the oldest first."""
    found = Standing()
    for step in steps:
        found = found.after(step)
    return found


def check(step: Step, author: str, now: Standing, day: date, *, falls_back: bool = False) -> None:
    """Nothing when the step may be taken on this day; else NotAllowed. `author` wrote the revision; the rule
    `falls_back` where the folders speak of the same, once nothing of it is released.
    """
    state = now.state_of(step.revision, day)
    if step.revision == FOLDERS:
        _check_of_folders(step, now)
    if step.deed is Deed.RETIRE and state is State.LIVE:
        raise NotAllowed("what is live takes two people to retire; send it to be retired")
    if step.deed in (Deed.APPROVE, Deed.SEND_BACK) and now.waits(step.revision):
        _check_second(step, author, now, day)
        return
    if state not in ALLOWED[step.deed]:
        allowed = " or ".join(sorted(ALLOWED[step.deed]))
        raise NotAllowed(
            f"{called(step.revision)} is {state} and cannot be {step.deed}; it would have to be {allowed}"
        )
    if step.deed is Deed.SEND:
        _check_sending(step, now, state, day)
    if step.deed is Deed.ROLL_BACK and (now.newest or FOLDERS) != step.revision:
        raise NotAllowed("only the newest change can be rolled back; roll that one back first")
    if step.deed is Deed.ROLL_BACK and not falls_back and _leaves_none(step, now, day):
        raise NotAllowed(
            f"nothing was live before {called(step.revision)}, so that nobody would be told of it any more; "
            "send it to be retired, which takes a second person"
        )


def _leaves_none(step: Step, now: Standing, day: date) -> bool:
    """Whether a rule that is shown would be shown no more; not where two people had retired it before."""
    live = now.live_on(day)
    return live is not None and live.revision is not None and now.after(step).live_on(day) is None


def called(revision: int) -> str:
    """A revision in words."""
    return "the rule of the folders" if revision == FOLDERS else f"revision {revision}"


def _check_second(step: Step, author: str, now: Standing, day: date) -> None:
    if step.deed is not Deed.APPROVE or now.waiting is None:
        return
    if now.retirement is not None:
        if step.by == now.waiting.by:
            raise NotAllowed("whoever sent a rule to be retired cannot approve that; ask a second person")
        _check_nothing_follows(step, now, now.state_of(step.revision, day))
    elif step.by in (author, now.waiting.by):
        raise NotAllowed("whoever wrote or sent a revision cannot approve it; ask a second person")


def _check_nothing_follows(step: Step, now: Standing, state: State) -> None:
    if state is not State.LIVE:
        raise NotAllowed(f"{called(step.revision)} is {state}; only what is live can be sent to be retired")
    if (now.newest or FOLDERS) != step.revision:
        raise NotAllowed(f"revision {now.newest} is to follow; roll that one back first")


def _check_of_folders(step: Step, now: Standing) -> None:
    if step.deed is Deed.SEND and step.aim is not State.RETIRED:
        raise NotAllowed(f"the rule of the folders cannot be {step.deed}; save it as a revision first")
    if step.deed is Deed.ROLL_BACK and not now.placed:
        raise NotAllowed("the rule of the folders was not retired here")


def _check_sending(step: Step, now: Standing, state: State, day: date) -> None:
    if now.waiting is not None:
        raise NotAllowed(
            f"{called(now.waiting.revision)} waits for approval already; it has to be approved or sent back"
        )
    if step.aim is State.RETIRED:
        _check_nothing_follows(step, now, state)
    elif step.aim not in AIMS:
        raise NotAllowed("a revision is sent to become shadow or live, or to be retired")
    elif state is State.LIVE and step.aim is State.SHADOW:
        raise NotAllowed(f"revision {step.revision} is live and shown; another one can go into the shadow")
    if state is State.SCHEDULED:
        _check_brought_forward(step, now)
    if step.aim is state:
        raise NotAllowed(f"revision {step.revision} is {state} already")
    if step.starts is not None and (step.aim is not State.LIVE or step.starts < day):
        raise NotAllowed("only what is to be live can have a first day, and none that has passed")


def _check_brought_forward(step: Step, now: Standing) -> None:
    """What is to come may come earlier; to put it off, its release is taken back."""
    comes = next(one.starts for one in reversed(now.placed) if one.revision == step.revision)
    if step.aim is not State.LIVE or (step.starts and comes and step.starts >= comes):
        raise NotAllowed(
            f"revision {step.revision} is scheduled, to be live from {comes}; send it for an earlier day to "
            "bring it forward, or roll it back to put it off"
        )
