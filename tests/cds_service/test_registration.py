"""The registration sheet: what an administrator copies, from the settings and the host EHR file alone."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from cds_service.outside.registry import HostEhr
from cds_service.outside.settings import Settings
from cds_service.registration import as_markdown, registration_sheet
from measures.gather import QUERIES

SETTINGS = Settings(
    base_url="https://throughline.example.org", secret_key=SecretStr("a secret of the tests, long")
)
RIVERSIDE: dict[str, Any] = {
    "name": "riverside",
    "fhir_base": "https://ehr.example.org/fhir",
    "smart": {
        "client_id": "throughline",
        "auth": "private_key_jwt",
        "scopes": ["launch", "openid", "patient/*.rs", "patient/Observation.cruds", "made-up"],
        "origins": ["https://login.example.org"],
    },
    "cds_clients": [{"iss": "https://ehr.example.org", "jku": "https://keys.example.org/jwks.json"}],
    "frame_ancestors": ["https://ehr.example.org"],
}


def sheet(settings: Settings = SETTINGS, **more):
    return registration_sheet(settings, HostEhr.model_validate(RIVERSIDE | more), QUERIES)


def test_the_addresses_are_those_of_the_public_origin():
    entries = {line.name: line.value for line in sheet().entries}

    assert entries["Launch URL"] == "https://throughline.example.org/launch"
    assert entries["Redirect URI (exactly)"] == "https://throughline.example.org/callback"
    assert entries["JWKS URL"] == "https://throughline.example.org/.well-known/jwks.json"
    assert entries["CDS discovery"] == "https://throughline.example.org/cds-services"
    assert "confidential client, asymmetric" in entries["Client type"]
    assert entries["PKCE"].startswith("S256")


def test_every_scope_has_a_reason():
    lines = {line.scope: line for line in sheet().scopes}

    assert list(lines) == ["launch", "openid", "patient/*.rs", "patient/Observation.cruds", "made-up"]
    assert all(line.reason for line in lines.values())
    assert "to write them" in lines["patient/Observation.cruds"].reason
    assert "to write them" not in lines["patient/*.rs"].reason


def test_where_wildcards_are_not_known_the_scopes_are_written_out_each_with_its_reason():
    lines = sheet(profile="epic").scopes

    assert "patient/*.rs" not in {line.scope for line in lines}
    assert {query.kind for query in QUERIES} <= {line.resource for line in lines}
    assert "as listed in the host EHR file" not in {line.reason for line in lines if line.resource}


def test_the_origins_we_connect_to_are_all_there_and_no_others():
    assert [line.name for line in sheet().egress] == [
        "https://ehr.example.org",
        "https://login.example.org",
        "https://keys.example.org",
    ]
    with_key = SETTINGS.model_copy(update={"vsac_key": SecretStr("k")})
    assert sheet(with_key).egress[-1].name == "https://cts.nlm.nih.gov"


def test_an_ehr_for_cards_only_has_nothing_to_launch():
    found = sheet(smart=None, frame_ancestors=[])

    assert [line.name for line in found.entries] == ["FHIR base", "CDS discovery", "CDS client"]
    assert found.scopes == ()


def test_retention_follows_the_settings():
    shorter = SETTINGS.model_copy(update={"session_idle_minutes": 7})

    assert "unused for 7 minutes" in as_markdown(sheet(shorter))


@pytest.mark.parametrize("auth", ["public", "secret", "private_key_jwt"])
def test_no_secret_is_on_the_sheet(auth):
    smart = RIVERSIDE["smart"] | {"auth": auth} | ({"secret": "hush hush"} if auth == "secret" else {})

    text = as_markdown(sheet(smart=smart))

    assert "hush" not in text
    assert "a secret of the tests" not in text
    assert text.startswith("# Registration of Throughline at riverside")
