"""The registration sheet: what an administrator copies, from the settings and the register alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import SecretStr

from cds_service.data_flows import FLOWS
from cds_service.outside.registry import HostEhr
from cds_service.outside.settings import Settings
from cds_service.profiles import profiles
from cds_service.registration import Entry, Sheet, registration_sheet
from cds_service.registration_reasons import NOT_USED, WHY_READ
from cds_service.registration_text import as_markdown
from cds_service.services import find_services
from smart_app.care.queries import CHART_KINDS, CHART_QUERIES
from tests.project_files import ROOT

SETTINGS = Settings(
    base_url="https://throughline.example.org", secret_key=SecretStr("a secret of the tests, long")
)
RIVERSIDE: dict[str, Any] = {
    "name": "riverside",
    "fhir_base": "https://ehr.example.org/fhir",
    "smart": {
        "client_id": "the-real-one",
        "auth": "private_key_jwt",
        "scopes": ["launch", "openid", "patient/*.rs", "patient/Observation.cruds", "made-up"],
        "origins": ["https://login.example.org"],
    },
    "cds_clients": [{"iss": "https://ehr.example.org", "jku": "https://keys.example.org/jwks.json"}],
    "frame_ancestors": ["https://ehr.example.org"],
}
SITES = {"athena": {"practice": "195900"}}


def host(**more: Any) -> HostEhr:
    site = SITES.get(more.get("profile", ""), {})
    return HostEhr.model_validate(RIVERSIDE | {"site": site} | more)


def sheet(settings: Settings = SETTINGS, **more: Any) -> Sheet:
    return registration_sheet(settings, host(**more), CHART_QUERIES)


def entries(of: Sheet) -> dict[str, str]:
    return {entry.title: entry.value for section in of.sections for entry in section.entries}


def entry(of: Sheet, title: str) -> Entry:
    return next(each for section in of.sections for each in section.entries if each.title == title)


def test_the_addresses_are_those_of_the_public_origin():
    found = entries(sheet())

    assert found["Launch URL"] == "https://throughline.example.org/launch"
    assert found["Redirect URI"] == "https://throughline.example.org/callback"
    assert found["Public keys (JWKS URL)"] == "https://throughline.example.org/.well-known/jwks.json"
    assert found["Discovery"] == "https://throughline.example.org/cds-services"
    assert "confidential client, asymmetric" in found["Client type"]
    assert found["PKCE"].startswith("S256")


def test_every_service_has_its_address_and_every_prefetch_its_template():
    found = sheet(profile="epic")

    addresses = {each.title: each.value for each in found.cards.entries}
    for service in find_services().values():
        assert addresses[service.hook] == f"https://throughline.example.org/cds-services/{service.id}"
    templates = {each.title: each.value for each in found.prefetch.entries}
    assert templates["Patient"] == "Patient/{{context.patientId}}"
    assert templates["Observation-survey"] == "Observation?patient={{context.patientId}}&category=survey", (
        "as this kind of EHR can fill it"
    )


def test_every_scope_has_a_reason():
    lines = {line.scope: line for line in sheet().scopes}

    assert list(lines) == ["launch", "openid", "patient/*.rs", "patient/Observation.cruds", "made-up"]
    assert "chart" in lines["launch"].reason
    assert lines["made-up"].reason == NOT_USED
    assert set(lines["patient/*.rs"].kinds) == CHART_KINDS
    assert list(lines["patient/Observation.cruds"].kinds) == ["Observation"]


def test_what_a_scope_lets_the_app_write_is_told_and_only_where_it_does():
    lines = {line.scope: line for line in sheet().scopes}

    assert "written: the scores" in lines["patient/Observation.cruds"].kinds["Observation"]
    assert not any("written" in why for why in lines["patient/*.rs"].kinds.values())


def test_a_reason_is_only_given_for_what_this_kind_of_ehr_has_and_takes():
    lines = {line.scope: line for line in sheet(profile="athena").scopes}

    assert CHART_KINDS - set(lines["patient/*.rs"].kinds) == {"DeviceRequest"}
    assert "written" not in lines["patient/Observation.cruds"].kinds["Observation"]


def test_all_scopes_are_there_in_one_line_to_paste():
    found = sheet()

    assert found.scope_parameter.split() == [line.scope for line in found.scopes]
    assert found.scope_parameter in as_markdown(found)


def test_where_wildcards_are_not_known_the_scopes_are_written_out_each_with_its_reason():
    lines = sheet(profile="epic").scopes

    assert "patient/*.rs" not in {line.scope for line in lines}
    assert {kind for line in lines for kind in line.kinds} == CHART_KINDS
    assert [line.scope for line in lines if line.reason == NOT_USED] == ["made-up"]


def test_every_resource_type_that_is_read_has_a_reason():
    assert set(WHY_READ) == CHART_KINDS


# Two environments


def client_ids(of: HostEhr, *register: HostEhr) -> tuple[str, str]:
    found = entries(registration_sheet(SETTINGS, of, CHART_QUERIES, register))
    return found["Client id, production"], found["Client id, test"]


def test_both_client_ids_stand_on_both_sheets():
    test_client = RIVERSIDE["smart"] | {"client_id": "the-test-one"}
    base = "https://test.example.org/fhir"
    real, test = host(), host(name="riverside-test", test_of="riverside", smart=test_client, fhir_base=base)

    assert client_ids(real, real, test) == ("the-real-one", "the-test-one")
    assert client_ids(test, real, test) == ("the-real-one", "the-test-one")


def test_a_client_id_that_is_not_there_yet_is_never_the_other_one():
    alone, orphan = host(), host(name="riverside-test", test_of="riverside")

    assert client_ids(alone, alone) == ("the-real-one", "not entered yet")
    assert client_ids(orphan, orphan) == ("not entered yet", "the-real-one")
    assert "test_of: riverside" in as_markdown(registration_sheet(SETTINGS, alone, CHART_QUERIES, [alone]))


def test_the_test_system_of_another_host_ehr_is_not_ours():
    real, other = host(), host(name="lakeside-test", test_of="lakeside")

    assert client_ids(real, real, other) == ("the-real-one", "not entered yet")


# The vendors


@pytest.mark.parametrize("profile", profiles())
def test_every_kind_of_ehr_has_a_sheet_in_its_vendors_words(profile: str):
    found = sheet(profile=profile)
    form = profiles()[profile].form

    assert found.vendor == profiles()[profile].title
    assert {each.title: each.called for each in found.enter.entries if each.called} == form.words
    assert form.client_ids in as_markdown(found)
    assert all(note in as_markdown(found) for note in profiles()[profile].notes)


# Network, data, papers


def test_the_origins_we_connect_to_are_all_there_and_no_others():
    def called(settings: Settings) -> list[str]:
        network = next(each for each in sheet(settings).operation if each.title == "Network")
        return [each.value for each in network.entries if each.title == "Goes out"]

    assert called(SETTINGS) == [
        "https://ehr.example.org",
        "https://login.example.org",
        "https://keys.example.org",
    ]
    more = {
        "vsac_key": SecretStr("k"),
        "staff_oidc_issuer": "https://staff.example.org/realm",
        "staff_oidc_origins": ("https://keys.staff.example.org",),
    }
    assert called(SETTINGS.model_copy(update=more))[3:] == [
        "https://staff.example.org",
        "https://keys.staff.example.org",
        "https://cts.nlm.nih.gov",
    ]


def test_an_ehr_for_cards_only_has_nothing_to_launch():
    found = sheet(smart=None, frame_ancestors=[])

    assert "Launch URL" not in entries(found)
    assert "no app is launched" in entries(found)["SMART client"]
    assert "window of its own" in entries(found)["Frame origins"]
    assert found.scopes == ()
    assert "no SMART client is entered" in as_markdown(found)


def test_an_ehr_without_a_cds_client_says_that_its_calls_are_refused():
    assert entries(sheet(cds_clients=[]))["CDS client (iss)"] == "none registered: every call is refused"


def test_retention_follows_the_settings():
    shorter = SETTINGS.model_copy(update={"session_idle_minutes": 7, "write_ledger_days": 8})
    found = entries(sheet(shorter))

    assert "unused for 7 minutes" in found["Tokens of an open chart"]
    assert found["What was written to the EHR, by id"] == "8 days"


def test_charts_that_are_recorded_are_told_of_where_they_are():
    title = "Charts recorded to try card rules on"

    assert title not in entries(sheet())
    assert (
        "the newest calls of 500 patients"
        in entries(sheet(SETTINGS.model_copy(update={"record_charts": 500})))[title]
    )


def test_what_only_the_customer_knows_is_left_to_fill_in():
    assert entry(sheet(), "Security contact, for incidents").value == "to be filled in by you"


def test_the_drawing_and_the_list_tell_of_the_same_flows():
    drawing = (ROOT / "static/data-flow.svg").read_text(encoding="utf-8")
    told = as_markdown(sheet())

    numbers = [str(flow.number) for flow in FLOWS]
    assert sorted(re.findall(r"<text[^>]*>(\d)</text>", drawing)) == numbers
    assert re.findall(r"\b(\d) (?:between|from)", drawing) == numbers, "the description for who cannot see it"
    assert all(f"- {flow.number}. {flow.way}: {flow.carries}" in told for flow in FLOWS)


@pytest.mark.parametrize("auth", ["public", "secret", "private_key_jwt"])
def test_no_secret_is_on_the_sheet(auth):
    smart = RIVERSIDE["smart"] | {"auth": auth} | ({"secret": "hush hush"} if auth == "secret" else {})

    text = as_markdown(sheet(smart=smart))

    assert "hush" not in text
    assert "a secret of the tests" not in text
    assert text.startswith("# Registration of Throughline at riverside")
    assert ("/.well-known/jwks.json\n" in text or "/.well-known/jwks.json (" in text) is (
        auth == "private_key_jwt"
    )
