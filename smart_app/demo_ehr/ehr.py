"""The demo EHR's parts in one place, and how its pages reach them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import abort, current_app

from smart_app.demo_ehr.cards import Desk
from smart_app.demo_ehr.clients import RegisteredApp
from smart_app.demo_ehr.grants import Grants
from smart_app.demo_ehr.hooks import CdsClient
from smart_app.demo_ehr.keys import EhrKeys
from smart_app.demo_ehr.loading import Person
from smart_app.demo_ehr.roster import Roster, roster
from smart_app.demo_ehr.store import Store


@dataclass(frozen=True)
class DemoEhr:
    origin: str  # "http://localhost:8001"
    app: RegisteredApp  # the one SMART app its charts open
    store: Store
    keys: EhrKeys
    grants: Grants
    cds: CdsClient
    desk: Desk
    now: Callable[[], datetime]

    @property
    def today(self) -> date:
        return self.now().date()

    def roster(self, words: str, page: int) -> Roster:
        return roster(self.store.people.patients.values(), words, page, self.today)


def here() -> DemoEhr:
    """The EHR that answers this request."""
    return cast(DemoEhr, current_app.extensions["demo_ehr"])


def person_or_404(patient_id: str) -> Person:
    person = here().store.person(patient_id)
    if person is None:
        abort(404, "There is no such patient here.")
    return person
