"""Hostile and broken requests: each is refused with words that mend it, and none is a fault of ours."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from cds_service.protocol import LARGEST_BODY, Refused, parse_json
from tests.cds_service.calls import SERVICE, CdsClient, bundle, patient, prefetch, problems, view
from tests.clinic import diagnosed, pressure, visit
from tests.measures.test_cms122 import DIABETES, OFFICE

GOOD = view(prefetch())
KEYS = ("coding", "code", "system", "start", "end", "reference", "value", "unit", "url", "text")


def raw(**members: bytes) -> bytes:
    """A good body with some members replaced by exactly these bytes."""
    body = {name: orjson.dumps(value) for name, value in GOOD.items()} | members
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), value) for name, value in body.items()) + b"}"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the body is not JSON"),
        (b"not json", "the body is not JSON: "),
        (b"\xef\xbb\xbf{}", "the body is not JSON"),
        (b"\xff\xfe", "the body is not JSON"),
        (b"[]", "the body is a list; send one JSON object"),
        (b"null", "the body is null; send one JSON object"),
        (b'"text"', "the body is a string"),
        (b"7", "the body is a number"),
        (b"[" * 100_000 + b"]" * 100_000, "not JSON: depth limit exceeded"),
        (b'{"a":' * 100_000, "not JSON"),
        (raw(prefetch=b"[" * 300 + b"]" * 300), "nested more than 250 levels deep"),
        (raw(prefetch=b'{"Patient":NaN}'), "not JSON"),
        (raw(prefetch=b'{"Patient":Infinity}'), "not JSON"),
        (raw(prefetch=b'{"Patient":1e999}'), "not JSON"),
        (raw(prefetch=b'{"Patient":"\\ud800"}'), "not JSON"),
        (raw(prefetch=b'{"Patient":"\xed\xa0\x80"}'), "not JSON"),
        (raw()[:-1] + b',"hook":"order-sign"}', "'hook' is there twice"),
        (raw(context=b'{"userId":"a","patientId":"p","patientId":"q"}'), "'patientId' is there twice"),
        (raw(prefetch=b'{"Patient" : {"id":"a", "id":"b"}}'), "'id' is there twice"),
    ],
)  # fmt: skip
def test_what_is_no_single_json_object_is_refused(ehr: CdsClient, body: bytes, says: str):
    answer = ehr.post(body)

    assert answer.status_code == 400
    assert says in problems(answer)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "b:c", "d" : {"e":[1, 2.50, -0.0, 1e3]}}',
        b'{"a":"caf\\u00e9 \\u003a", "\\u0062":"\\/"}',
        b'{"a":"a\\":\\"a", "b":{"a":1}, "c":[{"a":1},{"a":1}]}',
    ],
)
def test_a_member_repeated_in_other_objects_or_written_with_escapes_is_no_repeat(body: bytes):
    assert parse_json(body) == orjson.loads(body)


def test_250_levels_are_read_and_300_are_not():
    assert parse_json(b'{"a":' + b"[" * 250 + b"]" * 250 + b"}")
    with pytest.raises(Refused, match="nested"):
        parse_json(b'{"a":' + b"[" * 300 + b"]" * 300 + b"}")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"hook": None}, "hook"),
        ({"hook": 7}, "hook"),
        ({"hook": "order-sign"}, "hook"),
        ({"hookInstance": "again"}, "hookInstance"),
        ({"hookInstance": ["d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"]}, "hookInstance"),
        ({"context": []}, "context"),
        ({"context": None}, "context"),
        ({"context": {}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": 1}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": "Patient/pat-1"}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": "../metadata"}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": ".."}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": "p&x=y"}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": ""}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": "pat\x00-1"}}, "context.patientId"),
        ({"context": {"userId": "a\x00b", "patientId": "pat-1"}}, "context.userId"),
        ({"context": {"userId": {"a": 1}, "patientId": "pat-1"}}, "context.userId"),
        ({"prefetch": []}, "prefetch"),
        ({"prefetch": "all"}, "prefetch"),
        ({"fhirServer": {}}, "fhirServer"),
        ({"fhirAuthorization": []}, "fhirAuthorization"),
        ({"fhirServer": "https://ehr.riverside.example/fhir", "fhirAuthorization": {}}, "access_token"),
        (
            {
                "fhirServer": "https://ehr.riverside.example/fhir",
                "fhirAuthorization": {"access_token": "a\r\nb"},
            },
            "fhirAuthorization.access_token",
        ),
        ({"fhirAuthorization": {"access_token": "t"}}, "fhirServer"),
        (
            {
                "fhirServer": "https://ehr.riverside.example/fhir",
                "fhirAuthorization": {"access_token": "t", "patient": "pat-2"},
            },
            "fhirAuthorization.patient",
        ),
    ],
)
def test_a_member_of_the_wrong_kind_is_named(ehr: CdsClient, change: dict[str, Any], where: str):
    answer = ehr.post(GOOD | change)

    assert answer.status_code == 400
    assert where in problems(answer)


def test_a_number_beyond_64_bits_is_a_number_like_any_other(ehr: CdsClient):
    answer = ehr.post(raw(context=b'{"userId":"Practitioner/1","patientId":1180591620717411303424}'))

    assert problems(answer) == "context.patientId: should be a string (got a number)"


def test_every_wrong_member_is_named_at_once_and_no_value_is_repeated(ehr: CdsClient):
    answer = ehr.post(GOOD | {"hookInstance": "Jane Doe", "context": 5, "prefetch": 6})

    assert problems(answer).splitlines() == [
        "hookInstance: not a UUID, such as d1577c69-dfbe-44ad-ba6d-3e05e953b2ea (got a string)",
        "context: should be an object (got a number)",
        "prefetch: should be an object (got a number)",
    ]


def test_unknown_members_and_extension_objects_are_tolerated(ehr: CdsClient):
    more = {
        "extension": {"com.example.trigger": {"a": [1]}},
        "fhirServer": None,
        "prefetchExtra": 1,
        "user": "x",
    }
    context = GOOD["context"] | {"encounterId": "e1", "extension": {}}
    given = prefetch() | {"Unknown": {"resourceType": "Bundle"}, "Other": 3}

    assert ehr.post(GOOD | more | {"context": context, "prefetch": given}).status_code == 200


@pytest.mark.parametrize(
    ("template", "value", "where"),
    [
        ("Condition", [], "prefetch.Condition: is a list; expected a searchset Bundle"),
        ("Condition", 3, "prefetch.Condition: is a number"),
        ("Condition", {}, "prefetch.Condition: has no resourceType; expected a searchset Bundle"),
        ("Condition", patient(), "prefetch.Condition: is a Patient; expected a searchset Bundle"),
        ("Condition", bundle() | {"entry": {}}, "prefetch.Condition.entry: is an object; expected a list"),
        (
            "Condition",
            bundle() | {"entry": [[]]},
            "prefetch.Condition.entry[0]: is a list; expected an object",
        ),
        ("Condition", bundle() | {"entry": [{"resource": []}]}, "Condition.entry[0].resource: is a list"),
        ("Condition", bundle() | {"entry": [{"resource": {}}]}, "entry[0].resource.resourceType: is null"),
        ("Condition", bundle({"resourceType": ["Condition"]}), "entry[0].resource.resourceType: is a list"),
        ("Condition", bundle({"resourceType": "Condition", "id": {}}), "entry[0].resource.id: is an object"),
        ("Condition", bundle() | {"link": {"relation": "next"}}, "prefetch.Condition.link: is an object"),
        ("Patient", bundle(patient()), "prefetch.Patient: is a Bundle; expected a Patient"),
        ("Patient", [patient()], "prefetch.Patient: is a list"),
        ("Patient", patient() | {"id": "pat-2"}, "prefetch.Patient.id: is another patient"),
        ("Patient", patient() | {"id": None}, "prefetch.Patient.id: is another patient"),
    ],
)
def test_prefetch_without_the_shape_of_fhir_is_named_by_its_place(
    ehr: CdsClient, template: str, value: Any, where: str
):
    answer = ehr.post(view(prefetch() | {template: value}))

    assert answer.status_code == 400
    assert where in problems(answer)


def test_a_body_of_50_mb_is_too_large_and_is_not_read(ehr: CdsClient):
    answer = ehr.post(b" " * (50 * 1024 * 1024))

    assert answer.status_code == 413
    assert "larger than 8 MB" in problems(answer)


def test_a_body_of_millions_of_empty_objects_is_too_large_whatever_its_length(ehr: CdsClient):
    answer = ehr.post(raw(prefetch=b'{"x":[' + b"{}," * 1_000_000 + b"{}]}"))

    assert answer.status_code == 413
    assert "more objects than any chart" in problems(answer)


def test_a_prefetch_of_10_000_resources_is_read(ehr: CdsClient):
    readings = [pressure(120, 80, "2026-03-01") for _ in range(10_000)]

    assert ehr.post(view(prefetch(*readings))).status_code == 200


class Endless:
    """A body that never ends."""

    read_so_far = 0

    def read(self, size: int = -1) -> bytes:
        self.read_so_far += max(size, 0)
        return b" " * max(size, 0)


def test_a_body_without_its_length_is_read_no_further_than_the_limit(ehr: CdsClient):
    headers = Headers({"Authorization": f"Bearer {ehr.token()}", "Content-Type": "application/json"})
    environ = EnvironBuilder(SERVICE, method="POST", headers=headers).get_environ()
    endless = environ["wsgi.input"] = Endless()
    environ["wsgi.input_terminated"] = True  # as gunicorn says of a chunked body

    _, status, _ = run_wsgi_app(ehr.http.application, environ)

    assert status.startswith("413 ")
    assert endless.read_so_far < 2 * LARGEST_BODY


@pytest.mark.parametrize(("header", "value"), [("Content-Type", "text/html"), ("Content-Encoding", "gzip")])
def test_only_plain_json_is_taken(ehr: CdsClient, header: str, value: str):
    assert ehr.post(GOOD, **{header: value}).status_code == 415


def test_an_unknown_service_is_not_found_before_anyone_is_asked_who_they_are(ehr: CdsClient):
    answer = ehr.http.post("/cds-services/nobody", data=b"{}")

    assert answer.status_code == 404
    assert "GET /cds-services" in problems(answer)


SICK = (diagnosed(DIABETES, "2020-01-01"), visit(OFFICE, "2026-03-01"), pressure(150, 95, "2026-03-01"))
ELEMENTS = sorted({"extension", "meta", "contained", "valueQuantity"}.union(patient(), *SICK))
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2**64 - 1)
    | st.sampled_from(["", "x", "2026", "2026-13", "#a"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=2),
    max_leaves=4,
)


@given(st.integers(0, len(SICK)), st.sampled_from(ELEMENTS), ODD)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.faults_are_expected  # a value that breaks a measure costs that measure's cards, and is counted
def test_no_odd_value_in_any_element_of_a_resource_is_ever_a_fault(
    ehr: CdsClient, which: int, element: str, value: Any
):
    resources = [*SICK, patient()]
    resources[which] = resources[which] | {element: value}
    *sick, who = resources
    given_bundles = {
        kind: bundle(one) for kind, one in zip(("Condition", "Encounter", "Observation"), sick, strict=True)
    }

    answer = ehr.post(view(prefetch() | given_bundles | {"Patient": who}))

    assert answer.status_code in (200, 400, 412), (element, value)
