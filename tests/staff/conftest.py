"""An app on SQLite with an account for each role, and browsers of people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from cds_service.outside.registry import HostEhr
from cds_service.outside.settings import Settings
from cds_service.roles import Role
from smart_app.app import create_app
from tests.staff.browsing import PASSWORD, StaffBrowser


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application; each account is called like its role."""
    made = create_app(settings)
    made.testing = True
    for role in Role:
        made.extensions["throughline.staff"].accounts.add(role, PASSWORD, {role}, by="test")
    yield made
    made.extensions["throughline"].close()


@pytest.fixture
def browser(app: Flask) -> StaffBrowser:
    """Nobody is signed in."""
    return StaffBrowser(app)


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], StaffBrowser]:
    """A browser of its own, signed in as the account of this name."""

    def sign_in(name: str) -> StaffBrowser:
        browser = StaffBrowser(app)
        assert browser.sign_in(name).status_code == 303
        return browser

    return sign_in


@pytest.fixture
def admin(signed_in: Callable[[str], StaffBrowser]) -> StaffBrowser:
    return signed_in("admin")


@pytest.fixture
def quality(app: Flask, signed_in: Callable[[str], StaffBrowser]) -> StaffBrowser:
    """Somebody of the quality team, at an installation with two host EHRs."""
    for name in ("riverside", "lakeside"):
        ehr = HostEhr(name=name, fhir_base=f"https://{name}.example.org/fhir")
        app.extensions["throughline"].host_ehrs.add(ehr)
    return signed_in("quality")


@pytest.fixture
def second(app: Flask, signed_in: Callable[[str], StaffBrowser]) -> StaffBrowser:
    """Another one of the quality team, who may approve what the first one sent."""
    app.extensions["throughline.staff"].accounts.add("second", PASSWORD, {Role.QUALITY}, by="test")
    return signed_in("second")
