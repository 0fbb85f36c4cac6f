"""Where the prefetch stands in the text of a request: told without parsing it, and then proved.

A chart that comes again is known by the text of its prefetch. What is guessed here (where it begins, of whom
it is) only decides which kept text is compared; that a text is the prefetch, all of it and nothing else, is
proved by parsing what is around it.
"""

from __future__ import annotations

import re
from uuid import uuid4

from cds_service.protocol import Json, Refused, parse_json

_BEGINS = re.compile(rb'"prefetch"\s*:\s*')
_PATIENT = re.compile(rb'"patientId"\s*:\s*"([^"\\]+)"')
_BETWEEN = b" \t\r\n,"


def patient_named(body: bytes) -> str:
    """The patient whom the context seems to name; most clients send it before the prefetch."""
    begins = _BEGINS.search(body)
    found = (_PATIENT.search(body, 0, begins.start()) if begins else None) or _PATIENT.search(body)
    return found[1].decode(errors="replace") if found else ""


def without(body: bytes, text: bytes) -> Json | None:
    """The parsed request with None for its prefetch, which is not parsed; None where this is not its text."""
    begins = _BEGINS.search(body)
    if begins is None or not body.startswith(text, begins.end()):
        return None
    mark = uuid4().hex
    request = _parsed(body, begins.end(), begins.end() + len(text), f'"{mark}"')
    return request | {"prefetch": None} if request and request.get("prefetch") == mark else None


def text_of(body: bytes, request: Json) -> bytes:
    """The text of the prefetch in the body that was parsed to this; empty without one, or where it cannot be
    told.
    """
    begins = _BEGINS.search(body)
    if begins is None or not isinstance(request.get("prefetch"), dict):
        return b""
    names = [*request, ""]
    after = names[names.index("prefetch") + 1]
    end = body.rfind(f'"{after}"'.encode() if after else b"}")
    while end > begins.end() and body[end - 1] in _BETWEEN:
        end -= 1
    around = _parsed(body, begins.end(), end, "null")
    return body[begins.end() : end] if around == request | {"prefetch": None} else b""


def _parsed(body: bytes, start: int, end: int, instead: str) -> Json | None:
    """The body with other text from start to end; None where that is no JSON object."""
    try:
        return parse_json(b"".join((body[:start], instead.encode(), body[end:])))
    except Refused:
        return None
