"""The app with a small provider in its settings, and a browser in which nobody is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from pytest_httpserver import HTTPServer

from cds_service.outside.settings import Settings
from smart_app.app import create_app
from tests.conftest import SECRET
from tests.staff.browsing import StaffBrowser
from tests.staff.provider.small_provider import SmallProvider


@pytest.fixture
def provider(httpserver: HTTPServer) -> SmallProvider:
    return SmallProvider(httpserver, client_id="throughline-staff")


@pytest.fixture
def make(sqlite_url: str, provider: SmallProvider) -> Iterator[Callable[..., Flask]]:
    """The app with this provider in its settings."""
    made = []

    def app(**settings: Any) -> Flask:
        mine = {
            "staff_oidc_issuer": provider.origin,
            "staff_oidc_client_id": "throughline-staff",
            "staff_oidc_client_secret": "the secret of staff",
            "staff_oidc_roles": "admin=it-admins;quality=quality-team;analyst=quality-team",
        }
        made.append(create_app(Settings(database_url=sqlite_url, secret_key=SECRET, **mine | settings)))
        made[-1].testing = True
        return made[-1]

    yield app
    for one in made:
        one.extensions["throughline"].close()


@pytest.fixture
def app(make) -> Flask:
    return make()


@pytest.fixture
def browser(app) -> StaffBrowser:
    return StaffBrowser(app)
