"""A body and its prefetch are set apart unparsed, and nothing of it is lost or moved."""

from __future__ import annotations

import orjson
import pytest

from cds_service.protocol import apart


@pytest.mark.parametrize(
    "body",
    [
        b'{"prefetch": {"Patient": {"id": "p"}}, "hook": "patient-view"}',
        b'{"context": {"prefetch": {"Patient": {"id": "p"}}}, "prefetch"\n:\t{"Patient": {"id": "p"}}}',
        '{"hook": "\u00e4\u00f6", "prefetch": {"Patient": {"name": "\u4f60"}}}'.encode(),
    ],
    ids=["first", "last, and like another", "beyond ASCII"],
)
def test_a_body_set_apart_is_the_same_body(body: bytes):
    envelope, text = apart(body)

    whole = orjson.loads(body)
    assert orjson.loads(text) == whole["prefetch"]
    assert orjson.loads(envelope) == whole | {"prefetch": None}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"prefetch": [1]}', b'{"prefetch": null}', b'{"prefetch": "{}"}', b'{"hook": "x"}',
     b'{"prefetch": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"],
    ids=["nothing", "a list", "half", "of a list", "of null", "of text", "without", "too deep"],
)  # fmt: skip
def test_a_body_without_a_prefetch_to_set_apart_is_left_whole(body: bytes):
    assert apart(body) == (body, b"")
