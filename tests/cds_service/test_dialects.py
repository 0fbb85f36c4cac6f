"""One internal card, in each dialect as its golden file has it. `python -m tests.cds_service.test_dialects`
writes the files anew; read the difference before committing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey
from structlog.testing import capture_logs

from cds_service.card import Card, Origin
from cds_service.cards import Case, shown_cards
from cds_service.dialects import load_dialects
from cds_service.drafts import load_drafts
from cds_service.order_card import Signing
from cds_service.outside.cds_options import known_dialects
from cds_service.outside.registry import HostEhr
from cds_service.outside.yaml_file import FileProblems
from cds_service.protocol import CdsRequest
from cds_service.rules import BUILT_IN, load_rules
from cds_service.visit import FIRST_CALL
from cds_service.wiring import Wiring
from measures.catalog import find_measures
from measures.library.cms122_glycemic_status import A1C, DIABETES
from measures.orders.catalog import find_order_checks
from measures.orders.drafts import SigningRecord, read_drafts
from measures.orders.medicines import LITHIUM, NSAIDS
from measures.shared.antipsychotics import ANTIPSYCHOTIC, SCHIZOPHRENIA
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.cds_service.calls import CdsClient, prefetch, view
from tests.clinic import chart, concept, diagnosed, observed, prescribed, visit

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 11, 22)
DIALECTS = load_dialects()
ORIGIN = Origin("https://throughline.example", "clinic", False)

Json = dict[str, Any]


def cards() -> list[Card]:
    """A gap with two orders in one suggestion, and an order that can be removed: what dialects differ on."""
    numbers = count(1)
    rules = load_rules((BUILT_IN,), find_measures(), load_drafts())
    taking = prescribed(ANTIPSYCHOTIC, "2026-06-01", 30, id="olanzapine-1")
    taking["medicationCodeableConcept"] = taking["medicationCodeableConcept"] | {"text": "olanzapine 10 MG"}
    record = chart(
        visit(OFFICE, "2026-03-10", id="visit-1"),
        diagnosed(SCHIZOPHRENIA, "2020-01-01", id="schizophrenia-1"),
        diagnosed(DIABETES, "2019", category="encounter-diagnosis", id="diabetes-1"),
        observed(A1C, "2025-08-12", value=8.2, id="a1c-1"),
        prescribed(LITHIUM, "2024-01-01", id="lithium-1"),
        taking,
    )
    results = find_measures().evaluate(record, Period.year(DAY.year), DAY)
    ibuprofen = {
        "resourceType": "MedicationRequest",
        "id": "ibuprofen-1",
        "status": "draft",
        "medicationCodeableConcept": concept(NSAIDS) | {"text": "Ibuprofen 600 mg"},
    }
    drafts = read_drafts({"entry": [{"resource": ibuprofen}]}, record, DAY)
    patient = SigningRecord(record, drafts)
    found = {check.id: check.judge_signing(patient, DAY) for check in find_order_checks().values()}
    signing = Signing(drafts, found, load_drafts())

    def shown(case: Case, *wanted: str) -> list[Card]:
        some = [rule for rule in rules if rule.id in wanted]
        return shown_cards(some, case, ORIGIN, lambda: FIRST_CALL, lambda: f"uuid-{next(numbers)}")

    gap = shown(Case(record, results, DAY), "antipsychotic-glucose-due")
    return gap + shown(Case(record, results, DAY, signing), "lithium-interactions")


def rendered(dialect: str) -> bytes:
    """The cards of a dialect as text; uuids made while rendering are replaced by their place."""
    made = [DIALECTS[dialect].rendered(card) for card in cards()]
    for card in made:
        for number, suggestion in enumerate(card.get("suggestions", ())):
            if "uuid" in suggestion and not suggestion["uuid"].startswith("uuid-"):
                suggestion["uuid"] = f"made-{number}"
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def files() -> Iterator[tuple[str, Path]]:
    for dialect in DIALECTS:
        yield dialect.id, GOLDEN / f"{dialect.id}.json"


@pytest.mark.parametrize(("dialect", "file"), [*files()])
def test_the_cards_of_a_dialect_are_as_its_golden_file_has_them(dialect: str, file: Path):
    assert orjson.loads(rendered(dialect)) == orjson.loads(file.read_bytes())


def test_every_golden_file_is_of_a_dialect():
    assert {path.name for path in GOLDEN.glob("*.json")} == {file.name for _, file in files()}


def test_rendering_leaves_the_internal_card_as_it_is():
    [card, *_] = cards()
    before = orjson.dumps(card.json)

    for dialect in DIALECTS:
        dialect.rendered(card)

    assert orjson.dumps(card.json) == before


def ehr_of(profile: str = "generic", iss: str = "https://x.example", **cds: Any) -> HostEhr:
    client = {"iss": iss, "jwks": {"keys": [ECKey.generate_key("P-256").as_dict(private=False)]}}
    site = {"site": {"practice": "1"}} if profile == "athena" else {}
    about = {"name": "x", "fhir_base": "https://x.example/fhir", "profile": profile, "cds": cds}
    return HostEhr.model_validate(about | site | {"cds_clients": [client]})


def request(**more: Any) -> CdsRequest:
    body = view(None) | more
    return CdsRequest.model_validate(body)


@pytest.mark.parametrize(
    ("ehr", "more", "speaks"),
    [
        (ehr_of(), {}, "2.0"),
        (ehr_of("oracle"), {}, "2.0"),
        (ehr_of("epic"), {}, "epic"),
        (ehr_of("athena"), {}, "athena"),
        (ehr_of(iss="https://sandbox.cds-hooks.org"), {}, "sandbox"),
        (ehr_of(dialect="1.0"), {}, "1.0"),
        (ehr_of("epic", dialect="2.0"), {}, "2.0"),
        (ehr_of(), {"hookVersion": "1.0"}, "3.0"),
        (ehr_of(), {"extension": {"com.epic.cdshooks.request.bpa-trigger-action": 23}}, "epic"),
        (ehr_of(dialect="2.0"), {"extension": {"com.epic.cdshooks.request.x": 23}}, "2.0"),
        (ehr_of(), {"extension": {"com.example.x": 23}}, "2.0"),
        (ehr_of(), {"extension": ["com.epic.cdshooks.x"]}, "2.0"),
    ],
)
def test_the_dialect_is_the_files_the_clients_or_what_the_request_betrays(
    ehr: HostEhr, more: Json, speaks: str
):
    assert DIALECTS.of_call(ehr, ehr.cds_clients[0], request(**more)).id == speaks


def test_a_dialect_that_is_gone_leaves_what_the_client_is_known_by_and_is_logged_once():
    plain, epic = ehr_of(dialect="4.0"), ehr_of("epic", dialect="4.1")

    with capture_logs() as logged:
        found = [DIALECTS.of_call(ehr, ehr.cds_clients[0], request()).id for ehr in (plain, epic, plain)]
        betrayed = DIALECTS.of_call(plain, plain.cds_clients[0], request(hookVersion="1.0")).id

    assert (found, betrayed) == (["2.0", "epic", "2.0"], "3.0")
    assert [(line["log_level"], line["kind"]) for line in logged] == [("error", "4.0"), ("error", "4.1")]


def test_a_host_ehr_file_may_name_the_dialects_there_are():
    assert set(known_dialects()) == {dialect.id for dialect in DIALECTS}


@pytest.fixture
def epic(ehr: CdsClient, wiring: Wiring) -> Iterator[CdsClient]:
    key = ECKey.generate_key("P-384", {"kid": "epic"})
    client = {"iss": "https://epic.example", "jwks": {"keys": [key.as_dict(private=False)]}}
    about = {"name": "epic", "fhir_base": "https://epic.example/fhir", "profile": "epic"}
    wiring.host_ehrs.add(HostEhr.model_validate(about | {"cds_clients": [client]}))
    yield CdsClient(ehr.http, key, "https://epic.example")
    wiring.host_ehrs.remove("epic")


def test_a_client_that_shows_who_it_is_discovers_what_it_can_call_and_fill(epic: CdsClient):
    signed = {"Authorization": f"Bearer {epic.token('/cds-services')}"}

    services = epic.http.get("/cds-services", headers=signed).get_json()["services"]
    anyone = epic.http.get("/cds-services").get_json()["services"]
    forged = epic.http.get("/cds-services", headers={"Authorization": "Bearer x"}).get_json()["services"]

    assert [service["hook"] for service in services] == ["patient-view", "order-sign", "order-select"]
    assert services[0]["prefetch"]["Observation-laboratory"].endswith("category=laboratory")
    assert "Observation" not in services[0]["prefetch"]
    assert forged == anyone
    assert "Observation" in anyone[0]["prefetch"]


def test_prefetch_in_the_keys_of_a_profile_is_a_full_prefetch(epic: CdsClient):
    given = prefetch(visit(OFFICE, "2026-03-10"), diagnosed(DIABETES, "2019", category="encounter-diagnosis"))
    signed = {"Authorization": f"Bearer {epic.token('/cds-services')}"}
    [first, *_] = epic.http.get("/cds-services", headers=signed).get_json()["services"]
    own = {key: given[key.partition("-")[0]] for key in first["prefetch"]}

    whole = epic.post(view(own))
    lacking = epic.post(view(own | {"Observation-survey": None}))

    assert whole.status_code == 200
    assert "A1c" in whole.text
    assert "Incomplete" not in whole.text
    assert (
        lacking.status_code == 412
    )  # a part of Observation is missing, and with it what no card can do without


def test_a_client_of_3_0_is_told_the_versions(ehr: CdsClient, wiring: Wiring):
    key = ECKey.generate_key("P-384", {"kid": "new"})
    client = {"iss": "https://new.example", "jwks": {"keys": [key.as_dict(private=False)]}}
    about = {"name": "new", "fhir_base": "https://new.example/fhir", "cds": {"dialect": "3.0"}}
    wiring.host_ehrs.add(HostEhr.model_validate(about | {"cds_clients": [client]}))
    new = CdsClient(ehr.http, key, "https://new.example")

    signed = {"Authorization": f"Bearer {new.token('/cds-services')}"}
    services = ehr.http.get("/cds-services", headers=signed).get_json()["services"]
    wiring.host_ehrs.remove("new")

    assert all(service["version"] and service["hookVersion"] for service in services)
    assert "version" not in ehr.http.get("/cds-services").get_json()["services"][0]


MISTAKES = {
    "a key nobody knows": ("id: x\ntitle: x\nsource: x\ntoken: 1\n", "a.yaml:4: token: there is no such key"),
    "a key of a part": (
        "id: x\ntitle: x\nsource: x\ntakes:\n  creat: []\n",
        "a.yaml:5: takes.creat: there is no such key; did you mean 'create'?",
    ),
    "no source": ("id: x\ntitle: x\n", "a.yaml:1: source: is missing"),
    "no standard": ("id: x\ntitle: x\nsource: x\n", "has no dialect '2.0'"),
    "no YAML": ("a: [", "not valid YAML"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_dialect_is_told_at_start_up(tmp_path: Path, mistake: str):
    text, says = MISTAKES[mistake]
    (tmp_path / "a.yaml").write_text(text)

    with pytest.raises(FileProblems) as found:
        load_dialects(tmp_path)

    assert says in str(found.value)


def test_a_client_that_cannot_remove_is_not_offered_half_a_replacement():
    card = cards()[1]
    create, delete = (
        {"type": "create", "description": "c", "resource": {}},
        card.json["suggestions"][0]["actions"][0],
    )
    both = {"label": "Replace", "uuid": "u", "actions": [create, delete]}
    replacing = replace(card, json=card.json | {"suggestions": [both]})

    [offered] = DIALECTS["athena"].rendered(replacing)["suggestions"]

    assert [action["type"] for action in offered["actions"]] == ["create"]


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, path in files():
        path.write_bytes(rendered(name))
