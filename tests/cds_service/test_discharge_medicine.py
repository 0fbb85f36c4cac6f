"""A discharge medicine that was never filled: told at signing and at the next discharge, once in a visit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fhirclient.models.task import Task

from measures.orders.medicines import NSAIDS
from tests.cds_service.calls import DISCHARGE, TODAY, CdsClient, hook, prefetch
from tests.measures.discharge import METFORMIN, fill, for_home, stay
from tests.measures.orders.signing import draft_for

Json = dict[str, Any]
LEFT = (TODAY - timedelta(14)).isoformat()
RECORD = (
    stay(LEFT, since=(TODAY - timedelta(20)).isoformat()),
    for_home(LEFT, id="sertraline-1"),
    fill((TODAY - timedelta(12)).isoformat(), METFORMIN),
)
IBUPROFEN = draft_for(NSAIDS, "Ibuprofen 600 mg", id="ibuprofen-1")


def of_the_medicine(cards: list[Json]) -> list[Json]:
    return [card for card in cards if "no fill on record" in card["summary"]]


def at_signing(ehr: CdsClient, *record: Json, **context: Any) -> list[Json]:
    return of_the_medicine(ehr.cards_at_signing(record, IBUPROFEN, **context))


def at_discharge(ehr: CdsClient, *record: Json, **context: Any) -> list[Json]:
    answer = ehr.post(hook("encounter-discharge", prefetch(*record), **context), DISCHARGE)
    return of_the_medicine(answer.get_json()["cards"])


def test_at_signing_it_is_told_with_the_call_that_mends_it(ehr: CdsClient):
    [card] = at_signing(ehr, *RECORD)

    assert card["summary"].startswith("sertraline 50 MG Oral Tablet, prescribed at discharge on 8 Nov 2026")
    assert "(MedicationRequest/sertraline-1)" in card["detail"]
    [action] = card["suggestions"][0]["actions"]
    assert Task(action["resource"]).for_fhir.reference == "Patient/pat-1"


def test_at_discharge_it_is_told_with_the_same_mend(ehr: CdsClient):
    [card] = at_discharge(ehr, *RECORD)

    assert "(MedicationRequest/sertraline-1)" in card["detail"]
    assert card["suggestions"][0]["label"] == "Ask a coordinator to call about it"


def test_in_one_visit_it_is_told_once(ehr: CdsClient):
    visit = {"encounterId": "discharge-medicine-visit"}

    assert len(at_discharge(ehr, *RECORD, **visit)) == 1
    assert at_signing(ehr, *RECORD, **visit) == []


def test_where_no_pharmacy_sends_its_supplies_nothing_is_said(ehr: CdsClient):
    assert at_signing(ehr, *RECORD[:2]) == []
    assert at_discharge(ehr, *RECORD[:2]) == []
