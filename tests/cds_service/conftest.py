"""A whole CDS service on SQLite, one registered client, and a day on which everything happens."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import ECKey
from prometheus_client import REGISTRY
from pytest_httpserver import HTTPServer
from sqlalchemy import delete
from structlog.testing import capture_logs

from cds_service.answering import Parts
from cds_service.cards import Origin
from cds_service.dialects import load_dialects
from cds_service.drafts import load_drafts
from cds_service.gathering import Gatherer
from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.ehr import EhrReader
from cds_service.outside.registry import HostEhr, HostEhrs
from cds_service.outside.settings import Settings
from cds_service.outside.staff_accounts import StaffAccounts
from cds_service.outside.tables.visits import SnoozedRuleRow
from cds_service.outside.vault import Vault
from cds_service.prefetched import PrefetchedCharts
from cds_service.roles import Role
from cds_service.web import blueprint
from cds_service.wiring import Wiring, offered, wire
from measures.gather import QUERIES, REQUIRED
from measures.orders.catalog import find_order_checks
from tests.cds_service.calls import BASE_URL, TODAY, CdsClient
from tests.cds_service.fhir_server import FhirServer
from tests.clinic import VOCABULARY

SECRET = "a secret of the tests, long enough"


@pytest.fixture(scope="session")
def key() -> ECKey:
    return ECKey.generate_key("P-384", {"kid": "key-1"})


@pytest.fixture(scope="session")
def riverside(key: ECKey) -> HostEhr:
    """A host EHR whose CDS client has its key pinned."""
    client = {
        "iss": "https://ehr.riverside.example",
        "jwks": {"keys": [key.as_dict(private=False)]},
        "origins": ["https://ehr.riverside.example"],
    }
    return HostEhr.model_validate(
        {
            "name": "riverside",
            "fhir_base": "https://ehr.riverside.example/fhir",
            "cds_clients": [client],
        }
    )


@pytest.fixture(scope="session")
def wired(tmp_path_factory: pytest.TempPathFactory, riverside: HostEhr) -> Iterator[Wiring]:
    """Everything as a server wires it, with riverside registered."""
    file = tmp_path_factory.mktemp("cds") / "throughline.sqlite3"
    made = wire(Settings(database_url=f"sqlite:///{file}", secret_key=SECRET, base_url=BASE_URL))
    made.host_ehrs.add(riverside)
    yield made
    made.close()


@pytest.fixture(scope="session")
def parts(wired: Wiring) -> Parts:
    """Real parts throughout; the vocabulary is the clinic's, and today is always TODAY."""
    return Parts(
        gatherer=Gatherer(wired.reader, QUERIES, REQUIRED, wired.settings.read_deadline_ms),
        catalog=wired.catalog,
        vocabulary=VOCABULARY,
        rules=wired.rules,
        checks=find_order_checks(),
        drafts=load_drafts(),
        dialects=load_dialects(),
        visits=wired.visits,
        origin=Origin(BASE_URL, VOCABULARY.label, VOCABULARY.for_reporting),
        today=lambda _ehr: TODAY,
        prefetched_charts=PrefetchedCharts(4 * 2**20, clock.monotonic),
    )


@pytest.fixture(scope="session")
def wiring(wired: Wiring, parts: Parts) -> Wiring:
    return replace(wired, vocabulary=VOCABULARY, services=offered(parts))


@pytest.fixture(scope="session")
def flask_app(wiring: Wiring) -> Flask:
    return served(wiring)


def served(wiring: Wiring) -> Flask:
    """The endpoints alone, wired so."""
    app = Flask("a CDS service under test")
    app.register_blueprint(blueprint(wiring))
    return app


@pytest.fixture
def ehr(flask_app: Flask, key: ECKey, wiring: Wiring) -> CdsClient:
    """Riverside's CDS client: signs and sends calls. What other tests set aside rests no longer."""
    with wiring.database.transaction() as connection:
        connection.execute(delete(SnoozedRuleRow))
    return client_of(flask_app, key)


def client_of(service: Flask, key: ECKey) -> CdsClient:
    return CdsClient(service.test_client(), key, "https://ehr.riverside.example")


@pytest.fixture
def installation(
    sqlite_url_with_tables: str, monkeypatch: pytest.MonkeyPatch, vault: Vault
) -> Iterator[Database]:
    """What the commands find: a host EHR, two people of the quality team and a coordinator."""
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", sqlite_url_with_tables)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", SECRET)
    with closing(Database(sqlite_url_with_tables)) as database:
        HostEhrs(database, vault).add(HostEhr(name="riverside", fhir_base="https://ehr.example.org/fhir"))
        accounts = StaffAccounts(database, vault, AuditLog(database))
        for name, role in (("ann", Role.QUALITY), ("ben", Role.QUALITY), ("cat", Role.COORDINATOR)):
            accounts.add(name, "four quite ordinary words", {role}, by="test")
        yield database


@pytest.fixture(scope="session")
def make_httpserver() -> Iterator[HTTPServer]:
    """The server behind `httpserver`: on loopback, several requests at a time, as a host EHR does."""
    with HTTPServer(host="localhost", port=0, threaded=True) as server:
        yield server


@pytest.fixture(autouse=True)
def log() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged during the test."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture(autouse=True)
def nothing_failed(request: pytest.FixtureRequest) -> Iterator[None]:
    """A fault that service would survive with a count fails the test, unless it is about just that."""
    before = failed()
    yield
    if "faults_are_expected" not in request.keywords:
        assert failed() == before


def failed() -> float:
    """How many faults were counted so far."""
    samples = (
        s for metric in REGISTRY.collect() if metric.name == "throughline_failures" for s in metric.samples
    )
    return sum(sample.value for sample in samples if sample.name.endswith("_total"))


@pytest.fixture
def server(httpserver: HTTPServer) -> FhirServer:
    return FhirServer(httpserver)


@pytest.fixture
def reader() -> Iterator[EhrReader]:
    made = EhrReader()
    yield made
    made.close()
