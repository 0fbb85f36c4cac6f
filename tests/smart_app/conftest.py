"""An app on SQLite, one small EHR registered with it, and a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from pytest_httpserver import HTTPServer

from cds_service.outside.settings import Settings
from smart_app.app import create_app
from smart_app.cli import throughline
from smart_app.pages.arriving import FIRST_LOOK
from tests.conftest import SECRET
from tests.smart_app.acting import READS, TODAY
from tests.smart_app.chart_ehr import WRITES, ChartEhr, story
from tests.smart_app.launching import launch, opened, probe, register
from tests.smart_app.small_ehr import SmallEhr


@pytest.fixture
def ehr(httpserver: HTTPServer) -> SmallEhr:
    """A host EHR that behaves, until a test changes it."""
    return SmallEhr(httpserver)


@pytest.fixture
def app(settings: Settings, ehr: SmallEhr) -> Iterator[Flask]:
    """The application, with that EHR registered as a public client and a page that tells what it got."""
    made = create_app(settings)
    made.testing = True
    made.config[FIRST_LOOK] = 4.0  # the page whole, however busy the machine; streaming has its own tests
    made.register_blueprint(probe)
    register(made, ehr.registered())
    yield made
    made.extensions["throughline"].close()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def other_browser(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def late_in_the_year() -> Iterator[None]:
    """A day on which every story of chart_ehr.py has its gaps."""
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture
def fhir(ehr: SmallEhr, late_in_the_year: None) -> ChartEhr:
    """The charts of that EHR, which may be read and written."""
    ehr.scope = f"{READS} {WRITES}"
    return ChartEhr(ehr)


@pytest.fixture
def chart(browser: FlaskClient, ehr: SmallEhr, fhir: ChartEhr) -> Callable[[str], str]:
    """Launch the chart of one of the hand-made people; its address."""

    def open_(name: str) -> str:
        ehr.patient, fhir.resources = name, story(name)
        return opened(launch(browser, ehr))

    return open_


@pytest.fixture
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an administrator types commands: a secret key is set and riverside is registered."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", SECRET)
    (tmp_path / "riverside.yaml").write_text(
        "name: riverside\nfhir_base: https://ehr.example.org/fhir\n"
        "smart: {client_id: app, auth: public, scopes: [launch]}\n"
    )
    assert CliRunner().invoke(throughline, ["ehr", "add", "riverside.yaml"]).exit_code == 0
    return tmp_path
