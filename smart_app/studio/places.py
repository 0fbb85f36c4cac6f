"""Where a revision of a rule stands at each host EHR, what it would change there, and what one may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cds_service.life_cycle import AIMS, Asked, Deed, NotAllowed, Standing, State, Step, check
from cds_service.outside.rule_store import RuleStore, RuleText
from cds_service.rule_words import Change, changes
from cds_service.rules import CardRule
from smart_app.staff.permissions import StaffUser
from smart_app.studio.deeds import user_can_do
from smart_app.studio.rulebook import Rulebook
from smart_app.studio.yaml_form import values_of

SEND_TO_RETIRE = "SEND_TO_RETIRE"
"""Stands among the deeds for sending what is live to be retired."""


@dataclass(frozen=True)
class Place:
    """One host EHR. `changes`: what the revision says otherwise than what is live there."""

    host_ehr: str
    state: State
    asked: Asked | None  # where it waits for approval
    live: str
    changes: tuple[Change, ...]
    deeds: frozenset[str]  # names of what this person may do with it here and now
    needs_second: bool  # this person could approve it, had another one written and sent it
    ahead: int | None  # another revision that waits there, and has to be decided on first


@dataclass(frozen=True)
class Places:
    """What is looked at: one revision, by one person, today. `in_folders` are the rules of the folders,
    by id, those of order checks one by one.
    """

    book: Rulebook
    store: RuleStore
    in_folders: Mapping[str, CardRule]
    user: StaffUser

    def of(self, kept: RuleText, host_ehrs: tuple[str, ...]) -> tuple[Place, ...]:
        """Each host EHR's, in their order."""
        falls_back = self.book.falls_back(kept)
        standings = ((name, self.store.standing(name, kept.rule_id)) for name in host_ehrs)
        return tuple(self._place(kept, name, standing, falls_back) for name, standing in standings)

    def _place(self, kept: RuleText, host_ehr: str, standing: Standing, falls_back: bool) -> Place:
        day = self.store.day(host_ehr)
        state = standing.state_of(kept.revision, day)
        live, says = self._live(kept.rule_id, standing, day)
        waits = standing.waits(kept.revision)
        deeds = frozenset(self._possible(kept, standing, day, falls_back))
        return Place(
            host_ehr,
            state,
            standing.waiting if waits else None,
            says,
            () if state is State.LIVE or not live else changes(live, values_of(kept.text)),
            deeds,
            waits and user_can_do(self.user, Deed.APPROVE) and Deed.APPROVE.name not in deeds,
            standing.waiting.revision if standing.waiting and not waits else None,
        )

    def _live(self, rule_id: str, standing: Standing, day: date) -> tuple[Any, str]:
        """What is live says, and what it is called; nothing where nothing is shown."""
        placed = standing.live_on(day)
        if placed is not None:
            text = self.store.text(rule_id, placed.revision) if placed.revision else None
            if text is None:
                return {}, "off"
            return values_of(text.text), f"revision {text.revision}, version {text.version}"
        rule = self.in_folders.get(rule_id)
        if rule is None:
            return {}, "nothing yet"
        return self.book.document_of(rule, {}), f"built in, version {rule.version}"

    def _possible(self, kept: RuleText, standing: Standing, day: date, falls_back: bool) -> Iterator[str]:
        """What the person may do, and the life cycle allows: names of deeds, and SEND_TO_RETIRE."""

        def is_allowed(step: Step) -> bool:
            try:
                check(step, kept.author, standing, day, falls_back=falls_back)
            except NotAllowed:
                return False
            return True

        for deed in Deed:
            aims = AIMS if deed is Deed.SEND else (None,)
            steps = (Step(deed, kept.revision, self.user.actor, aim) for aim in aims)
            if user_can_do(self.user, deed) and any(map(is_allowed, steps)):
                yield deed.name
        to_retire = Step(Deed.SEND, kept.revision, self.user.actor, State.RETIRED)
        if user_can_do(self.user, Deed.RETIRE) and is_allowed(to_retire):
            yield SEND_TO_RETIRE
