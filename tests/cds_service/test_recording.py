"""What a call leaves behind for dry runs: its chart without the person. No card depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from cds_service.answering import Parts
from cds_service.drafts import load_drafts
from cds_service.outside.database import Database
from cds_service.outside.recorded_charts import RecordedCharts
from cds_service.outside.registry import HostEhr
from cds_service.recording import FARTHEST, RecordedChart, Recorder, answer, recorded
from cds_service.rules import BUILT_IN, known_here, rules_by_id
from cds_service.trial import Trial
from cds_service.wiring import Wiring, offered
from measures.catalog import find_measures
from measures.library.cms122_glycemic_status import DIABETES
from measures.orders import medicines as m
from measures.record import Period
from smart_app.studio.rulebook import Rulebook
from tests.cds_service.calls import (
    DISCHARGE,
    ORDER_SELECT,
    TODAY,
    CdsClient,
    bundle,
    hook,
    patient,
    prefetch,
    view,
)
from tests.cds_service.conftest import client_of, failed, served
from tests.clinic import VOCABULARY, concept, diagnosed, event
from tests.measures.orders.signing import DIABETIC, draft_for
from tests.measures.test_deidentified import CANARY

KEY = b"a key of the tests"
KNOWN = known_here(find_measures(), load_drafts())
BOOK = Rulebook(
    rules_by_id((BUILT_IN,), KNOWN),
    KNOWN,
    Trial(KNOWN.catalog, VOCABULARY, KNOWN.checks, KNOWN.drafts),
)
VIEW, SIGN, SELECT = (f"throughline-{name}" for name in ("patient-view", "order-sign", "order-select"))


class ToTheEnd(FlaskClient):
    """Closes each answer, as a server does: what is left for afterwards is then done."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        return super().open(*arguments, **options | {"buffered": True})


def service(wiring: Wiring, parts: Parts, key: ECKey, store: RecordedCharts) -> CdsClient:
    """Riverside's client of a service that records."""
    services = offered(replace(parts, records=Recorder(store, KEY).keep))
    app = served(replace(wiring, services=services))
    app.test_client_class = ToTheEnd
    return client_of(app, key)


@pytest.fixture
def store(wiring: Wiring) -> Iterator[RecordedCharts]:
    made = RecordedCharts(wiring.database, wiring.vault, most=5)
    yield made
    made.forget()


@pytest.fixture
def recording(wiring: Wiring, parts: Parts, key: ECKey, store: RecordedCharts) -> CdsClient:
    return service(wiring, parts, key, store)


def one(store: RecordedCharts, service: str = VIEW) -> RecordedChart:
    (found,) = recorded(store.all("riverside", service))
    return found


def test_a_call_leaves_its_chart_without_the_person(recording: CdsClient, store: RecordedCharts):
    name = [{"family": "Quillfeather", "given": ["Zebulon"]}]
    recording.cards(*DIABETIC, who=patient(name=name, telecom=[{"value": "555-0147"}]))

    (document,) = store.all("riverside", VIEW)
    for word in (b"Quillfeather", b"555-0147", b"pat-1", b"2026", b"dr-1"):
        assert word not in document
    chart = one(store)
    assert (chart.as_of.year - TODAY.year) % 4 == 0
    assert chart.as_of.year != TODAY.year
    assert {one["resourceType"] for one in chart.resources} == {"Encounter", "Condition"}


def test_its_measures_say_what_they_said_in_the_call(
    recording: CdsClient, store: RecordedCharts, wiring: Wiring
):
    recording.cards(*DIABETIC)
    chart = one(store)

    record, period = chart.record(VOCABULARY), Period.year(chart.as_of.year)
    results = {
        name: wiring.catalog.measures[name].evaluate(record, period, chart.as_of) for name in chart.answers
    }

    assert len(results) > 10
    assert {name: answer(result) for name, result in results.items()} == chart.answers
    assert chart.agrees(results)
    assert not replace(chart, answers={"CMS122": "closed-gap: "}).agrees(results)
    assert replace(chart, answers={"another measure": "open-gap"}).agrees(results)


def test_what_was_not_gathered_stays_unknown(recording: CdsClient, store: RecordedCharts):
    given = prefetch(*DIABETIC)
    del given["Procedure"]
    assert recording.post(view(given)).status_code == 200

    assert one(store).gathered["Procedure"] == "not fetched"
    assert one(store).gathered["Condition"] == "gathered"


def test_what_carries_the_part_2_label_is_not_recorded(recording: CdsClient, store: RecordedCharts):
    label = {"security": [{"code": "42CFRPart2"}]}
    recording.cards(*DIABETIC, diagnosed(DIABETES, "2020", meta=label))

    assert len(one(store).resources) == len(DIABETIC)


def test_one_patient_has_one_offset_and_one_pseudonym_and_another_key_makes_others(
    recording: CdsClient, store: RecordedCharts
):
    for _ in range(2):
        recording.cards(*DIABETIC)
    assert store.counts("riverside") == {VIEW: 1}

    def years(key: bytes, host_ehr: str = "riverside") -> set[int]:
        recorder = Recorder(store, key)
        return {recorder._cycles(host_ehr, f"pat-{number}") for number in range(200)}

    every = {*range(-FARTHEST, 0), *range(1, FARTHEST + 1)}
    assert years(KEY) == every
    pseudonym = one(store).patient["id"]
    assert Recorder(store, KEY)._digest("riverside", "id", "pat-1").hex().startswith(pseudonym)
    assert not Recorder(store, b"another")._digest("riverside", "id", "pat-1").hex().startswith(pseudonym)
    assert not Recorder(store, KEY)._digest("lakeside", "id", "pat-1").hex().startswith(pseudonym)


def test_nothing_is_recorded_before_the_client_has_its_answer(recording: CdsClient, store: RecordedCharts):
    recording.http = FlaskClient(recording.http.application, response_wrapper=TestResponse)
    answer = recording.post(view(prefetch(*DIABETIC)))
    assert answer.status_code == 200
    assert store.counts("riverside") == {}

    answer.close()

    assert store.counts("riverside") == {VIEW: 1}


def test_a_token_used_again_records_nothing(recording: CdsClient, store: RecordedCharts):
    token = recording.token()
    assert recording.post(view(prefetch(*DIABETIC)), token=token).status_code == 200
    store.forget()

    assert recording.post(view(prefetch(*DIABETIC)), token=token).status_code == 401

    assert store.counts("riverside") == {}


def test_a_refused_call_leaves_nothing(recording: CdsClient, store: RecordedCharts):
    recording.post(view({}))

    assert store.counts("riverside") == {}


LITHIUM = draft_for(m.LITHIUM, f"Lithium for {CANARY}", id="lithium-of-1", note=[{"text": CANARY}])
STOPPED = draft_for(m.OUD_MEDICINES, CANARY, id="stopped-1", status="stopped")


def test_orders_being_signed_are_recorded_without_the_person_as_they_were_read(
    recording: CdsClient, store: RecordedCharts
):
    part_2 = draft_for(m.OUD_MEDICINES, meta={"security": [{"code": "42CFRPart2"}]})
    recording.cards_at_signing(DIABETIC, LITHIUM, STOPPED, part_2)

    (document,) = store.all("riverside", SIGN)
    for word in (CANARY.encode(), b"lithium-of-1", b"pat-1", b"dr-1"):
        assert word not in document
    lithium, stopped = one(store, SIGN).drafts
    assert lithium["medicationCodeableConcept"] == concept(m.LITHIUM)
    assert (lithium["status"], stopped["status"]) == ("draft", "stopped")
    assert lithium["subject"] == {"reference": f"Patient/{one(store, SIGN).patient['id']}"}
    assert one(store, SIGN).chosen is None


def test_what_was_chosen_is_still_found_among_the_orders(recording: CdsClient, store: RecordedCharts):
    chosen = {"selections": ["MedicationRequest/lithium-of-1"], "draftOrders": bundle(LITHIUM, STOPPED)}
    recording.post(hook("order-select", prefetch(*DIABETIC), **chosen), ORDER_SELECT)

    found = one(store, SELECT)
    assert found.chosen == (f"MedicationRequest/{found.drafts[0]['id']}",)


def referral(*performers: object) -> dict[str, Any]:
    named = [{"reference": one, "display": CANARY} if isinstance(one, str) else one for one in performers]
    return event("ServiceRequest", status="draft", intent="order", code={"text": "x"}, performer=named)


@pytest.mark.parametrize(
    ("performers", "told"),
    [
        (("Organization/south-1",), True),
        (("https://ehr.example/fhir/Organization/north-1",), False),
        (("Organization/south-1", "Organization/north-1"), False),
        ((7, {"display": CANARY}), False),
    ],
    ids=str,
)
def test_a_referral_is_judged_by_the_network_of_its_call(
    recording: CdsClient,
    wiring: Wiring,
    riverside: HostEhr,
    store: RecordedCharts,
    performers: Any,
    told: bool,
):
    cds = riverside.cds.model_copy(update={"network": ("Organization/north-1",)})
    wiring.host_ehrs.add(riverside.model_copy(update={"cds": cds}))
    try:
        recording.cards_at_signing((), referral(*performers))
    finally:
        wiring.host_ehrs.add(riverside)
    found = one(store, SIGN)
    (document,) = store.all("riverside", SIGN)
    assert b"north-1" not in document
    assert b"south-1" not in document

    assert fires(found) is told
    assert fires(replace(found, network=())) is False


def fires(found: RecordedChart) -> bool:
    """Whether the rule about the network would show a card in a dry run."""
    charts = {SIGN: [found]}
    [run] = BOOK.tried_on_recorded(lambda service: charts.get(service, []), BOOK.base, BOOK.base, TODAY).runs
    return run.effects["referral-network"].before == 1


def test_a_network_is_kept_only_where_a_service_is_ordered(
    recording: CdsClient, wiring: Wiring, riverside: HostEhr, store: RecordedCharts
):
    cds = riverside.cds.model_copy(update={"network": ("Organization/north-1",)})
    wiring.host_ehrs.add(riverside.model_copy(update={"cds": cds}))
    try:
        recording.cards_at_signing((), LITHIUM)
    finally:
        wiring.host_ehrs.add(riverside)

    assert one(store, SIGN).network == ()


def test_a_call_of_each_service_is_recorded_beside_the_others(recording: CdsClient, store: RecordedCharts):
    recording.cards(*DIABETIC)
    recording.cards_at_signing(DIABETIC, LITHIUM)
    recording.post(hook("encounter-discharge", prefetch(*DIABETIC)), DISCHARGE)

    assert store.counts("riverside") == {VIEW: 1, SIGN: 1, "throughline-encounter-discharge": 1}
    assert one(store).drafts == ()


@pytest.mark.faults_are_expected
def test_a_chart_that_cannot_be_recorded_costs_no_card(
    wiring: Wiring, parts: Parts, key: ECKey, tmp_path: Path
):
    before = failed()
    with closing(Database(f"sqlite:///{tmp_path}/without-tables.sqlite3")) as database:
        ehr = service(wiring, parts, key, RecordedCharts(database, wiring.vault, most=5))

        assert ehr.cards(*DIABETIC)

    assert failed() == before + 1


def test_what_is_stored_is_read_again_as_it_was():
    chart = RecordedChart(
        {"id": "x"}, ({"id": "y"},), {"Condition": "gathered"}, date(2014, 11, 22), {"A": "b"}
    )
    ordering = replace(chart, drafts=({"id": "z"},), chosen=("MedicationRequest/z",), network=("o",))

    assert list(recorded([chart.document(), ordering.document()])) == [chart, ordering]
    assert list(recorded([])) == []
