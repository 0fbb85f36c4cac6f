"""An app on SQLite, one small EHR registered with it, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pytest_httpserver import HTTPServer

from cds_service.outside.settings import Settings
from smart_app.app import create_app
from smart_app.pages.arriving import FIRST_LOOK
from tests.smart_app.launching import probe, register
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
