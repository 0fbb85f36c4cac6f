"""What was set aside rests for that patient at that host EHR and nowhere else; its end is ours to say."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
import time_machine

from cds_service.card import Card
from cds_service.drafts import load_drafts
from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.feedback import Feedback
from cds_service.outside.visits import Snooze, Visits
from cds_service.reasons import REASONS
from cds_service.rules import BUILT_IN, CardRule, read_rule
from measures.catalog import find_measures

A1C, SAFETY = (
    read_rule(Path(BUILT_IN) / f"{name}.yaml", find_measures(), load_drafts())
    for name in ("a1c_not_measured", "safety_plan_due")
)
Outcome = Literal["accepted", "overridden"]
ME = "Practitioner/1"
CLINIC = ("riverside", "pat-1", ME)


def shown(visits: Visits, ehr: str, patient: str, user: str, rule: CardRule = A1C, uuid: str = "c1") -> None:
    visits.note(ehr, "s", patient, user, "v", "", [Card(rule, uuid, {}, (), rule.id)], silent=False)


def set_aside(
    visits: Visits,
    ehr: str,
    code: str | None = "not-appropriate",
    outcome: Outcome = "overridden",
    at: datetime | None = None,
) -> Snooze | None:
    reason = (code, "https://us.example/code-systems/override-reasons") if code else None
    return visits.set_aside(ehr, Feedback("c1", outcome, at or clock.now(), reason=reason))


def resting(visits: Visits, ehr: str, patient: str, user: str) -> set[str]:
    return set(visits.so_far(ehr, patient, user, "another visit").resting)


@pytest.fixture
def visits(database: Database) -> Visits:
    return Visits(database)


@pytest.mark.parametrize(
    ("where", "rests"),
    [
        (CLINIC, {A1C.id}),
        (("lakeside", "pat-1", ME), set()),
        (("riverside", "pat-2", ME), set()),
        (("riverside", "pat-1", "Practitioner/2"), set()),
    ],
)
def test_it_rests_for_this_patient_at_this_host_ehr_and_who_said_so(
    visits: Visits, where: tuple[str, str, str], rests: set[str]
):
    shown(visits, *CLINIC)
    assert set_aside(visits, "riverside") is not None

    assert resting(visits, *where) == rests


def test_the_same_card_id_at_another_host_ehr_lets_nothing_rest_there_or_here(visits: Visits):
    shown(visits, *CLINIC)

    assert set_aside(visits, "lakeside") is None
    assert resting(visits, "lakeside", "pat-1", ME) == resting(visits, *CLINIC) == set()


def test_two_host_ehrs_that_know_one_card_id_rest_apart(visits: Visits):
    shown(visits, *CLINIC)
    shown(visits, "lakeside", "pat-9", ME)
    set_aside(visits, "lakeside")

    assert resting(visits, "lakeside", "pat-9", ME) == {A1C.id}
    assert resting(visits, *CLINIC) == set()


@pytest.mark.parametrize("code", REASONS)
def test_no_reason_lets_suicide_safety_rest(visits: Visits, code: str):
    shown(visits, *CLINIC, rule=SAFETY)

    assert set_aside(visits, "riverside", code) is None
    assert visits.resting("riverside", "pat-1") == ()


@pytest.mark.parametrize(
    ("code", "outcome"), [("not-appropriate", "accepted"), (None, "overridden"), ("no-time", "overridden")]
)
def test_only_what_was_set_aside_for_a_reason_of_ours_rests(
    visits: Visits, code: str | None, outcome: Outcome
):
    shown(visits, *CLINIC)

    assert set_aside(visits, "riverside", code, outcome) is None
    assert resting(visits, *CLINIC) == set()


def test_a_clock_that_is_wrong_at_the_client_makes_no_rest_longer(visits: Visits):
    shown(visits, *CLINIC)
    with time_machine.travel(clock.now(), tick=False):
        snooze = set_aside(visits, "riverside", at=clock.now() + timedelta(days=9000))

        assert snooze is not None
        assert snooze.until == clock.now() + timedelta(days=REASONS["not-appropriate"].snooze_days)
