"""The demo EHR's FHIR server: who may read what, and how writing is guarded."""

import pytest

from tests.demo_ehr.small_ehr import EHR, ids, observation


def said(answer):
    assert answer.content_type.startswith("application/fhir+json")
    assert answer.get_json()["resourceType"] == "OperationOutcome"
    return answer.get_json()["issue"][0]["diagnostics"]


def test_the_capability_statement_names_where_to_be_authorized(ehr):
    statement = ehr.get("/fhir/metadata").get_json()

    uris = statement["rest"][0]["security"]["extension"][0]["extension"]
    assert {one["url"]: one["valueUri"] for one in uris} == {
        "authorize": f"{EHR}/oauth/authorize",
        "token": f"{EHR}/oauth/token",
        "revoke": f"{EHR}/oauth/revoke",
    }
    assert statement["fhirVersion"] == "4.0.1"


def test_smart_configuration_says_what_an_app_needs(ehr):
    told = ehr.get("/fhir/.well-known/smart-configuration").get_json()

    assert told["code_challenge_methods_supported"] == ["S256"]
    assert {"launch-ehr", "permission-v2", "sso-openid-connect"} <= set(told["capabilities"])
    assert all(
        told[name].startswith(EHR)
        for name in ("token_endpoint", "authorization_endpoint", "jwks_uri", "issuer")
    )


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}])
def test_without_a_token_nothing_is_read(ehr, headers):
    answer = ehr.get("/fhir/Patient/ada", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "token" in said(answer)


def test_a_token_lasts_as_long_as_it_said(ehr):
    headers = ehr.token()

    ehr.clock.turn(minutes=59, seconds=59)
    in_time = ehr.get("/fhir/Patient/ada", headers=headers)
    ehr.clock.turn(seconds=1)
    too_late = ehr.get("/fhir/Patient/ada", headers=headers)

    assert (in_time.status_code, too_late.status_code) == (200, 401)


def test_what_the_scopes_do_not_name_is_forbidden(ehr):
    answer = ehr.fhir("Condition?patient=ada", scope="patient/Observation.rs")

    assert answer.status_code == 403
    assert "patient/Observation.rs" in said(answer)


def test_another_patient_is_forbidden_in_a_search_and_not_there_in_a_read(ehr):
    assert ehr.fhir("Observation?patient=ben").status_code == 403
    assert ehr.fhir("Observation/ben-a1c").status_code == 404
    assert ehr.fhir("Patient/ben").status_code == 404
    assert ids(ehr.fhir("Observation")) == ["a1c-old", "a1c-new", "phq"]  # a patient scope is that patient's


def test_naming_both_patients_finds_only_the_tokens_own(ehr):
    assert ids(ehr.fhir("Observation?patient=ada,ben")) == ["a1c-old", "a1c-new", "phq"]


def test_a_user_scope_reaches_any_one_patient(ehr):
    assert ids(ehr.fhir("Observation?patient=ben", scope="user/*.rs")) == ["ben-a1c"]
    assert ids(ehr.fhir("Patient?name=garcia", scope="user/*.rs", patient=None)) == ["ben"]
    assert ids(ehr.fhir("Patient?name:exact=garcia", scope="user/*.rs", patient=None)) == []
    assert ehr.fhir("Observation", scope="user/*.rs", patient=None).status_code == 400


def test_a_scope_with_a_condition_shows_only_what_matches_it(ehr):
    scope = "patient/Observation.rs?category=survey"

    assert ids(ehr.fhir("Observation?patient=ada", scope=scope)) == ["phq"]
    assert ehr.fhir("Observation/phq", scope=scope).status_code == 200
    assert ehr.fhir("Observation/a1c-new", scope=scope).status_code == 404


def test_a_kind_it_does_not_hold_and_an_address_it_does_not_have_are_outcomes(ehr):
    assert "Spaceship" in said(ehr.fhir("Spaceship?patient=ada"))
    assert said(ehr.get("/fhir/Patient/ada/$everything/else"))


def write(ehr, resource, *, scope="patient/*.cruds", path=None, patient="ada", method="POST", **headers):
    sent = ehr.token(scope, patient) | {name.replace("_", "-"): value for name, value in headers.items()}
    address = f"/fhir/{path or resource['resourceType']}"
    return ehr.browser.open(address, method=method, base_url=EHR, json=resource, headers=sent)


def new_score(patient="ada", value=9.0):
    return observation("ignored", patient, "44261-6", "2026-11-20", value, category="survey")


def test_a_written_observation_can_be_read_and_found(ehr):
    answer = write(ehr, new_score())

    assert answer.status_code == 201
    written = answer.get_json()
    assert answer.headers["Location"] == f"{EHR}/fhir/Observation/{written['id']}"
    assert answer.headers["ETag"] == 'W/"1"'
    assert written["meta"]["versionId"] == "1"
    assert written["id"] != "ignored"
    assert written["id"] in ids(ehr.fhir("Observation?patient=ada&date=2026-11-20"))


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"subject": {"reference": "Patient/ben"}}, 403, "the patient the token is for"),
        ({"subject": None}, 403, "the patient the token is for"),
        ({"resourceType": "Condition"}, 400, "not a Observation"),
        ({"status": None}, 422, "status"),
        ({"valueQuantity": {"value": "nine"}}, 422, "value"),
        ({"mood": "good"}, 422, "mood"),
        ({"meta": 5}, 422, "meta"),
    ],
)
def test_what_may_not_be_written_is_refused_with_the_reason(ehr, change, status, reason):
    resource = {name: value for name, value in (new_score() | change).items() if value is not None}

    answer = write(ehr, resource, path="Observation")

    assert answer.status_code == status
    assert reason in said(answer)


def test_a_null_counts_as_absent(ehr):
    assert write(ehr, new_score() | {"meta": None}).status_code == 201


def test_a_read_only_scope_writes_nothing(ehr):
    assert write(ehr, new_score(), scope="patient/*.rs").status_code == 403


def test_kinds_that_are_the_ehrs_own_are_not_written(ehr):
    answer = write(ehr, {"resourceType": "Condition", "subject": {"reference": "Patient/ada"}})

    assert answer.status_code == 405
    assert "read-only" in said(answer)


def test_an_update_needs_the_version_it_was_read_in(ehr):
    held = ehr.fhir("Observation/phq")
    changed = held.get_json() | {"status": "amended"}

    missing = write(ehr, changed, method="PUT", path="Observation/phq")
    first = write(ehr, changed, method="PUT", path="Observation/phq", If_Match=held.headers["ETag"])
    stale = write(ehr, changed, method="PUT", path="Observation/phq", If_Match=held.headers["ETag"])

    assert (missing.status_code, first.status_code, stale.status_code) == (400, 200, 412)
    assert first.headers["ETag"] == 'W/"2"'
    assert ehr.fhir("Observation/phq").get_json()["status"] == "amended"
    assert "Read it again" in said(stale)


def test_an_update_of_what_is_not_there_or_named_differently_is_refused(ehr):
    resource = new_score() | {"id": "elsewhere"}

    assert (
        write(ehr, resource, method="PUT", path="Observation/elsewhere", If_Match='W/"1"').status_code == 404
    )
    assert write(ehr, resource, method="PUT", path="Observation/phq", If_Match='W/"1"').status_code == 400


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"Observation"', b"null", b'{"resourceType": ["Observation"]}']
)
def test_a_body_that_is_no_resource_is_a_bad_request(ehr, body):
    answer = ehr.browser.post("/fhir/Observation", base_url=EHR, data=body, headers=ehr.token())

    assert answer.status_code == 400
    assert said(answer)
