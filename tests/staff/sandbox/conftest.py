"""An application as `throughline demo` makes it, and somebody of the quality team in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from cds_service.outside.registry import HostEhr
from cds_service.outside.settings import Settings
from cds_service.roles import Role
from smart_app.app import create_app
from tests.cds_service.calls import TODAY
from tests.staff.browsing import PASSWORD, StaffBrowser
from tests.staff.sandbox.calling import browser_of


@pytest.fixture
def demo(settings: Settings) -> Iterator[Flask]:
    """The application as `throughline demo` makes it: the sandbox's own client is registered."""
    with time_machine.travel(f"{TODAY}T15:00:00Z", tick=True):
        made = create_app(settings.model_copy(update={"demo": True, "record_charts": 5}))
        made.testing = True
        parts = made.extensions["throughline"]
        values = {
            "name": "demo",
            "fhir_base": "https://ehr.example.org/fhir",
            "cds_clients": [parts.sandbox_client.registration()],
        }
        parts.host_ehrs.add(HostEhr.model_validate(values))
        for name in (Role.QUALITY, Role.COORDINATOR):
            made.extensions["throughline.staff"].accounts.add(name, PASSWORD, {name}, by="test")
        yield made
        parts.close()


@pytest.fixture
def tester(demo: Flask) -> StaffBrowser:
    return browser_of(demo, "quality")
