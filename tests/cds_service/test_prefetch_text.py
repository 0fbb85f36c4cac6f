"""The text of a prefetch is found in its body, wherever it stands there, and nothing else is taken for it."""

from __future__ import annotations

import orjson
import pytest

from cds_service.prefetch_text import patient_named, text_of, without
from cds_service.protocol import Json

GIVEN = b'{"Patient": {"id": "p", "name": "\xc3\xa4\\u00f6 }"}}'
PLACES = {
    "first": b'{"prefetch": %s, "hook": "patient-view"}',
    "in the middle": b'{"hook": "patient-view", "prefetch" :\t%s \n,"context": {"hook": "?"}}',
    "last": b'{"hook": "patient-view", "prefetch":%s} ',
    "alone": b'{"prefetch": %s}',
}


@pytest.fixture(params=list(PLACES.values()), ids=list(PLACES))
def body(request: pytest.FixtureRequest) -> bytes:
    return bytes(request.param % GIVEN)


def test_the_text_is_found_and_the_rest_is_parsed_without_it(body: bytes):
    request: Json = orjson.loads(body)

    assert text_of(body, request) == GIVEN
    assert without(body, GIVEN) == request | {"prefetch": None}


@pytest.mark.parametrize(
    "other",
    [GIVEN[:-1], GIVEN + b"}", GIVEN.replace(b"p", b"q"), b"{}", b'"prefetch"'],
    ids=["a part of it", "more than it", "another", "none", "no object"],
)
def test_what_differs_is_not_the_prefetch(body: bytes, other: bytes):
    assert without(body, other) is None


@pytest.mark.parametrize(
    "other",
    [
        b'{"context": {"prefetch": %s}, "prefetch": {}}' % GIVEN,
        b'{"context": {"prefetch": %s}}' % GIVEN,
        b'{"prefetch": %s, "prefetch": %s}' % (GIVEN, GIVEN),
        b'{"prefetch": %s, "hook": NaN}' % GIVEN,
        b'{"prefetch": %s' % GIVEN,
    ],
    ids=["within another member", "only there", "twice", "beside what is no JSON", "never closed"],
)
def test_a_text_that_is_not_all_of_the_prefetch_is_not_taken_for_it(other: bytes):
    assert without(other, GIVEN) is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"hook": "x"}',
        b'{"prefetch": null, "hook": "x"}',
        b'{"prefetch": [1], "hook": "x"}',
        b'{"context": {"prefetch": {}}, "prefetch": {"Patient": null}, "hook": "x"}',
        b'{"prefetch": {"Patient": null}, "\\u0068ook": "x"}',
    ],
    ids=["without", "of null", "of a list", "behind another of its name", "before a name with an escape"],
)
def test_a_prefetch_whose_text_cannot_be_told_has_none(body: bytes):
    assert text_of(body, orjson.loads(body)) == b""


@pytest.mark.parametrize(
    ("body", "patient"),
    [
        (b'{"context": {"patientId": "p1"}, "prefetch": {"x": {"patientId": "p2"}}}', "p1"),
        (b'{"prefetch": {}, "context": {"patientId":"p1"}}', "p1"),
        (b'{"hook": "x"}', ""),
        (b"", ""),
    ],
    ids=["before the prefetch", "behind it", "nobody", "nothing"],
)
def test_the_patient_of_a_body_is_told_without_parsing_it(body: bytes, patient: str):
    assert patient_named(body) == patient
