"""The settings of the staff's identity provider: complete, on https, and readable from one variable each."""

from __future__ import annotations

import pytest

from cds_service.outside.settings import SettingsError, load_settings
from cds_service.roles import Role

COMPLETE = {
    "STAFF_OIDC_ISSUER": "https://login.example.org/",
    "STAFF_OIDC_CLIENT_ID": "throughline-staff",
    "STAFF_OIDC_ROLES": "admin=CN=Admins,OU=IT; quality=quality-team ;quality=more",
}


@pytest.fixture
def settings(monkeypatch):
    def load(**changes: str):
        for name, value in (COMPLETE | changes).items():
            monkeypatch.setenv(f"THROUGHLINE_{name}", value)
        return load_settings()

    return load


def test_roles_are_pairs_and_a_group_may_hold_commas_and_equal_signs(settings):
    assert settings().staff_oidc_roles == (
        (Role.ADMIN, "CN=Admins,OU=IT"),
        (Role.QUALITY, "quality-team"),
        (Role.QUALITY, "more"),
    )


def test_the_issuer_stays_letter_for_letter(settings):
    assert settings().staff_oidc_issuer == "https://login.example.org/"


def test_origins_are_separated_by_commas(settings):
    found = settings(STAFF_OIDC_ORIGINS="https://a.example.org, https://B.example.org/")

    assert found.staff_oidc_origins == ("https://a.example.org", "https://b.example.org")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"STAFF_OIDC_ISSUER": "http://login.example.org"}, "plain http"),
        ({"STAFF_OIDC_CLIENT_ID": ""}, "needs THROUGHLINE_STAFF_OIDC_CLIENT_ID"),
        ({"STAFF_OIDC_ROLES": ""}, "nobody could sign in"),
        ({"STAFF_OIDC_ROLES": "king=it"}, "STAFF_OIDC_ROLES"),
        ({"STAFF_OIDC_ORIGINS": "https://a.example.org/path"}, "more than an origin"),
    ],
)
def test_a_provider_that_could_not_be_used_is_refused_at_the_start(settings, changes, says):
    with pytest.raises(SettingsError, match=says):
        settings(**changes)
