"""Feedback belongs to a card that was shown, is stored once, and keeps its comment sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from cds_service.outside.feedback import Feedback, FeedbackStore, Receipt

CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"
ACCEPTED = Feedback(CARD, "accepted", datetime(2026, 3, 1, 12, 0, tzinfo=UTC), ("s1", "s2"))
OVERRIDDEN = Feedback(
    CARD,
    "overridden",
    datetime(2026, 3, 1, 12, 5, tzinfo=UTC),
    reason=("patient-declined", "https://ehr.example.org/reasons"),
    comment="Maria says no",
)


@pytest.fixture
def store(database, vault) -> FeedbackStore:
    store = FeedbackStore(database, vault)
    store.issued("riverside", "throughline-patient-view", "h1", [(CARD, "rule-a", "1")], "Practitioner/p1")
    return store


def receive(store: FeedbackStore, feedback: Feedback, host_ehr: str = "riverside") -> Receipt:
    return store.receive(host_ehr, "throughline-patient-view", feedback)


def test_feedback_comes_back_as_it_came_oldest_first(store):
    assert receive(store, OVERRIDDEN) is Receipt.STORED
    assert receive(store, ACCEPTED) is Receipt.STORED

    assert store.for_card("riverside", CARD) == (ACCEPTED, OVERRIDDEN)


def test_feedback_sent_again_is_stored_once(store):
    receive(store, OVERRIDDEN)

    assert receive(store, OVERRIDDEN) is Receipt.REPEATED
    assert len(store.for_card("riverside", CARD)) == 1


def test_feedback_at_another_time_is_another(store):
    receive(store, ACCEPTED)

    later = replace(ACCEPTED, outcome_at=ACCEPTED.outcome_at + timedelta(milliseconds=1))

    assert receive(store, later) is Receipt.STORED


@pytest.mark.parametrize("uuid", ["00000000-0000-0000-0000-000000000000", "", "\x00", "x" * 10_000])
def test_feedback_on_a_card_that_was_never_shown_is_not_stored(store, uuid):
    assert receive(store, replace(ACCEPTED, card_uuid=uuid)) is Receipt.UNKNOWN_CARD
    assert store.for_card("riverside", uuid) == ()


def test_feedback_on_the_card_of_another_service_is_not_stored(store):
    assert store.receive("riverside", "another-service", ACCEPTED) is Receipt.UNKNOWN_CARD


def test_one_host_ehr_neither_answers_nor_sees_the_cards_of_another(store):
    receive(store, ACCEPTED)

    assert receive(store, OVERRIDDEN, host_ehr="lakeside") is Receipt.UNKNOWN_CARD
    assert store.for_card("lakeside", CARD) == ()


def test_the_comment_is_sealed_and_the_rest_is_ids(store, database):
    named = replace(
        OVERRIDDEN, reason=("Maria Gonzalez said no", "not a system"), accepted_suggestions=("Maria G",)
    )
    receive(store, named)

    with database.reading() as connection:
        row = connection.execute(text("SELECT * FROM card_feedback")).one()

    assert "Maria" not in " ".join(str(value) for value in row)
    assert store.for_card("riverside", CARD)[0].comment == "Maria says no"


def test_an_answer_without_cards_leaves_nothing_to_give_feedback_on(store, database):
    store.issued("riverside", "throughline-patient-view", "h2", [], "Practitioner/p1")

    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM issued_card")).scalar() == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-03-01T07:00:00-05:00", "2026-03-01T12:00:00+00:00"),
        ("9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59.999999+00:00"),
        ("0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_of_any_zone_is_kept_even_at_the_ends_of_the_calendar(store, sent, kept):
    receive(store, replace(ACCEPTED, outcome_at=datetime.fromisoformat(sent)))

    assert store.for_card("riverside", CARD)[0].outcome_at.isoformat() == kept
