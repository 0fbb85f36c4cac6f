"""The register: what was added is found by name, base and issuer, in every process within a second."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from cds_service.outside import clock
from cds_service.outside.registry import AlreadyRegistered, CdsClient, HostEhr, HostEhrs, SmartClient

RIVERSIDE = HostEhr(
    name="riverside",
    fhir_base="https://ehr.example.org/fhir",
    profile="epic",
    smart=SmartClient(
        client_id="throughline", auth="secret", secret=SecretStr("hush-hush"), scopes=("launch",)
    ),
    cds_clients=(CdsClient(iss="https://cds.example.org", jku="https://cds.example.org/jwks", tenant="t1"),),
    frame_ancestors=("https://ehr.example.org",),
)
LAKESIDE = HostEhr(
    name="lakeside",
    fhir_base="https://ehr.example.org/other/fhir",
    cds_clients=(CdsClient(iss="https://cds.example.org", jku="https://cds.example.org/jwks", tenant="t2"),),
)


@pytest.fixture
def ehrs(database, vault) -> HostEhrs:
    return HostEhrs(database, vault)


def test_what_was_added_is_found_as_it_was(ehrs):
    ehrs.add(RIVERSIDE)

    assert ehrs.get("riverside") == RIVERSIDE
    assert ehrs.get("lakeside") is None


def test_all_are_listed_by_name(ehrs):
    ehrs.add(RIVERSIDE)
    ehrs.add(LAKESIDE)

    assert ehrs.all() == (LAKESIDE, RIVERSIDE)


def test_added_again_it_replaces_the_one_of_its_name(ehrs):
    ehrs.add(RIVERSIDE)
    changed = RIVERSIDE.model_copy(update={"fhir_base": "https://new.example.org/fhir"})

    ehrs.add(changed)

    assert ehrs.all() == (changed,)


def test_two_host_ehrs_cannot_share_a_base(ehrs):
    ehrs.add(RIVERSIDE)

    with pytest.raises(AlreadyRegistered, match="registered as 'riverside'"):
        ehrs.add(RIVERSIDE.model_copy(update={"name": "another"}))

    assert ehrs.all() == (RIVERSIDE,)


def test_a_removed_one_is_gone(ehrs):
    ehrs.add(RIVERSIDE)

    assert ehrs.remove("riverside")
    assert not ehrs.remove("riverside")
    assert ehrs.all() == ()


@pytest.mark.parametrize("iss", ["https://ehr.example.org/fhir", "https://ehr.example.org/fhir/"])
def test_a_launch_finds_its_host_ehr_with_or_without_a_slash(ehrs, iss):
    ehrs.add(RIVERSIDE)

    assert ehrs.by_fhir_base(iss) == RIVERSIDE


@pytest.mark.parametrize(
    "iss",
    [
        "https://ehr.example.org/fhir//",
        "https://ehr.example.org/FHIR",
        "https://EHR.example.org/fhir",
        "https://ehr.example.org:443/fhir",
        "https://ehr.example.org/fhir?",
        "https://ehr.example.org/fhi",
        "http://ehr.example.org/fhir",
        "https://ehr.example.org/fhir/../fhir",
        "",
        "\x00",
    ],
)
def test_any_other_spelling_of_the_base_is_unknown(ehrs, iss):
    ehrs.add(RIVERSIDE)

    assert ehrs.by_fhir_base(iss) is None


def test_an_issuer_of_several_host_ehrs_is_found_with_each(ehrs):
    ehrs.add(RIVERSIDE)
    ehrs.add(LAKESIDE)

    found = ehrs.by_cds_issuer("https://cds.example.org")

    assert [(ehr.name, client.tenant) for ehr, client in found] == [("lakeside", "t2"), ("riverside", "t1")]
    assert ehrs.by_cds_issuer("https://cds.example.org/") == []


@pytest.mark.parametrize(("seconds", "sees_it"), [(0.9, False), (1.1, True)])
def test_another_process_sees_a_change_within_a_second(database, vault, monkeypatch, seconds, sees_it):
    now = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: now)
    here, there = HostEhrs(database, vault), HostEhrs(database, vault)
    assert there.all() == ()

    here.add(RIVERSIDE)
    now += seconds

    assert (there.get("riverside") is not None) is sees_it


def test_a_change_of_the_process_itself_is_seen_at_once(ehrs):
    assert ehrs.all() == ()

    ehrs.add(RIVERSIDE)

    assert ehrs.all() == (RIVERSIDE,)


def test_the_client_secret_is_sealed_in_the_database_and_hidden_when_shown(ehrs, database):
    ehrs.add(RIVERSIDE)

    with database.reading() as connection:
        stored = str(connection.execute(text("SELECT * FROM host_ehr")).all())

    assert "hush" not in stored
    assert "hush" not in repr(ehrs.all())
