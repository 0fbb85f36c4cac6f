"""Risk in a CDS call: a card when it rose, the same for two patients who differ only in what is forbidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from cds_service.answering import Parts
from cds_service.outside.tables.risk import RiskScoreRow
from cds_service.risk_reading import moves, reading, reads_risk
from cds_service.wiring import Wiring, offered
from measures.risk.outlook import Outlook
from measures.risk.policy import Policy
from measures.risk.score import Score
from measures.terminology import ICD10CM, LOINC
from tests.cds_service.calls import SERVICE, TODAY, CdsClient, prefetch, view
from tests.clinic import event
from tests.risk.charts import chart

PART_2 = {"security": [{"code": "42CFRPart2"}]}
RISING = [
    event(
        "Observation",
        id=f"phq-{days}",
        status="final",
        code={"coding": [{"system": LOINC, "code": "44261-6"}]},
        effectiveDateTime=(TODAY - timedelta(days)).isoformat(),
        valueQuantity={"value": score, "unit": "{score}"},
    )
    for days, score in ((42, 9), (20, 15), (3, 21))
]
SECRET = event(
    "Condition",
    id="oud",
    meta=PART_2,
    code={"coding": [{"system": ICD10CM, "code": "F11.20"}]},
    onsetDateTime="2026-01-01",
)


@pytest.fixture
def scoring(wiring: Wiring, parts: Parts) -> Iterator[Wiring]:
    """The service with the real risk behind it."""
    kept = dict(wiring.services)
    wiring.services.update(offered(replace(parts, reads_risk=reads_risk(wiring.risk))))
    forget_scores(wiring)
    yield wiring
    wiring.services.update(kept)


def forget_scores(wiring: Wiring) -> None:
    with wiring.database.transaction() as connection:
        connection.execute(delete(RiskScoreRow))


def risk_cards(cards: list[Any]) -> list[Any]:
    return [card for card in cards if card["source"]["label"].startswith("expert-points")]


def test_a_risk_that_rose_is_a_card_with_what_proves_it(scoring: Wiring, ehr: CdsClient):
    [card] = risk_cards(ehr.cards(*RISING))

    assert card["summary"].startswith("Risk of a crisis rose from ")
    assert "points; not a probability" in card["summary"]
    assert "Observation/phq-3" in card["detail"]
    assert "trained on nobody; expert points: not a probability" in card["detail"]


def test_a_score_is_kept_with_its_call_or_not_at_all(scoring: Wiring, ehr: CdsClient):
    scores, token = scoring.risk.scores, ehr.token()

    assert ehr.post(view(prefetch(*RISING)), token=token).status_code == 200
    assert scores.latest("riverside", "pat-1") is not None
    forget_scores(scoring)
    assert ehr.post(view(prefetch(*RISING[:2])), token=token).status_code == 401
    assert scores.latest("riverside", "pat-1") is None


def test_a_malformed_visit_costs_only_itself(scoring: Wiring, ehr: CdsClient):
    visit = event("Encounter", id="zz", status="finished", period={"start": TODAY.isoformat()})

    [card] = risk_cards(ehr.cards(*RISING, {**visit, "reasonCode": ["zz"]}))

    assert "Observation/phq-3" in card["detail"]


def test_two_patients_who_differ_only_in_forbidden_records_get_the_same_cards_and_scores(
    scoring: Wiring, ehr: CdsClient
):
    seen = []
    for secret in ([], [SECRET]):
        forget_scores(scoring)
        cards = ehr.cards(*RISING, *secret)
        kept = scoring.risk.scores.latest("riverside", "pat-1")
        seen.append(([(one["summary"], one["detail"]) for one in cards], kept))

    assert seen[0] == seen[1]
    assert risk_cards(ehr.cards(*RISING, SECRET))
    assert seen[0][1] is not None


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (0.24, 0.15, {"rising"}),
        (0.20, 0.15, {"rising"}),
        (0.19, 0.15, set()),
        (0.25, None, {"high"}),
        (0.30, 0.31, {"high"}),
    ],
)
def test_a_risk_rises_and_is_high_from_what_the_quality_team_says(
    now: float, before: float | None, told: set[str]
):
    score = Score("p", TODAY, "m", "1", "l", "x", "acute", None, {30: now}, 0.0, 0.0, "log-odds", (), ())

    found, record = Outlook(score, before, TODAY), chart()

    assert moves(found, Policy()) == told
    assert (reading(found, Policy(), record) is None) is (not told), "where nothing moved nothing is said"


def test_in_a_service_that_is_switched_off_there_is_no_risk_card(scoring: Wiring, ehr: CdsClient):
    scoring.risk.models.turn("off", by="staff/ann")
    scoring.risk.forget()
    try:
        answer = ehr.post(view(prefetch(*RISING)), SERVICE)
    finally:
        scoring.risk.models.turn("on", by="staff/ann")
        scoring.risk.forget()

    assert risk_cards(answer.get_json()["cards"]) == []
