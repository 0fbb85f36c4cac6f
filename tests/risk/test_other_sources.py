"""Claims beside an export: they count as the EHR's own events do, once, and from the day they were known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from measures.claims import facts_of_claim
from measures.record import PatientRecord
from measures.risk.feature import answers
from measures.risk.outcome import OUTCOMES, Label, came_within, labels
from measures.risk.panel import opened
from measures.sources import Sourced, adopted
from measures.vocabulary import starter_vocabulary
from tests.risk.charts import DAY, PATIENT, ago, emergency, office

PART_2 = {"security": [{"code": "42CFRPart2"}]}


def bill(days: int, received: int | None = None, **more: Any) -> list[Sourced]:
    """What the claim of an emergency visit so many days ago proves."""
    claim = {
        "resourceType": "ExplanationOfBenefit",
        "id": f"c{days}",
        "status": "active",
        "type": {"coding": [{"code": "institutional"}]},
        "billablePeriod": {"start": ago(days), "end": ago(days)},
        "item": [{"revenue": {"coding": [{"code": "0450"}]}}],
        **({} if received is None else {"created": ago(received)}),
        **more,
    }
    return [Sourced("claims", adopted(fact, "claims", "p")) for fact in facts_of_claim(claim)]


@pytest.fixture
def told(tmp_path: Path):
    """The record that an export and the claims beside it make."""

    def record(own: list[dict], claims: list[Sourced]) -> PatientRecord:
        lines = [PATIENT, *own]
        (tmp_path / "all.ndjson").write_bytes(b"\n".join(map(orjson.dumps, lines)))
        with opened(tmp_path, starter_vocabulary(), others=lambda patient: claims) as panel:
            (found,) = panel.records()
        return found

    return record


@pytest.fixture
def emergencies(told):
    """How many emergency visits of the last 90 days are known on a day."""

    def count(own: list[dict], claims: list[Sourced], day=DAY) -> float | None:
        return answers(told(own, claims), day)["ed_visits_90d"].number

    return count


def test_a_visit_known_only_from_a_claim_counts(emergencies):
    assert emergencies([office(9), emergency(50)], bill(20)) == 2


def test_a_visit_that_claim_and_chart_both_tell_of_counts_once(emergencies):
    assert emergencies([office(9), emergency(20)], [*bill(20), *bill(20)]) == 1


def test_a_claim_counts_from_the_day_it_was_received_and_not_the_day_before(emergencies):
    late = bill(40, received=10)

    assert emergencies([office(9)], late, DAY - timedelta(10)) == 1
    assert emergencies([office(9)], late, DAY - timedelta(11)) == 0


def test_a_claim_whose_day_cannot_be_read_is_known_on_no_day(emergencies):
    assert emergencies([office(9)], bill(40, created="yesterday")) == 0


def test_what_a_part_2_programme_billed_is_in_no_feature_and_its_record_hides_no_claim(emergencies):
    labelled = emergency(20) | {"meta": PART_2}

    assert emergencies([office(9)], bill(20, meta=PART_2)) == 0
    assert emergencies([office(9), labelled], bill(20)) == 1


def test_an_extension_of_an_ehr_changes_nothing(emergencies):
    race = {"extension": [{"url": "http://example.org/x", "valueString": "y"}]}

    assert emergencies([office(9), emergency(50) | race], []) == 1


@pytest.mark.parametrize(("days", "came"), [(70, True), (69, False), (99, True), (100, False)])
def test_an_event_to_be_foretold_comes_on_its_own_day_however_late_its_claim_was(told, days, came):
    """Asked 100 days ago, within 30 days; every claim was received 40 days ago, 60 days after that."""
    record = told([office(500), office(9)], bill(days, received=40))
    asked = DAY - timedelta(100)

    assert came_within(record, OUTCOMES["acute"], [asked], 30, DAY) == {asked: came}


def test_a_label_is_of_the_day_of_the_visit_too(told):
    """A year after the first visit is 135 days ago; the visit came 20 days later, its claim at 95."""
    record = told([office(500), office(9)], bill(115, received=40))

    assert labels(record, OUTCOMES["acute"], DAY)[0] == Label(DAY - timedelta(135), 0)
