"""What is answered to a request that is not let in, before any application sees it."""

from __future__ import annotations

import orjson

from cds_service.protocol import Problem, operation_outcome
from smart_app.app import LARGEST_BODY

_REFUSALS = {
    408: ("Request Timeout", "the request did not arrive in time; send it again", "timeout"),
    413: (
        "Content Too Large",
        f"the body is larger than {LARGEST_BODY // 2**20} MB, or in too many pieces; send less",
        "too-long",
    ),
    431: ("Request Header Fields Too Large", "the headers are too long; send fewer", "too-long"),
    503: ("Service Unavailable", "too much is arriving at once; try again in a few seconds", "transient"),
}


def refusal(status: int, *, as_outcome: bool) -> bytes:
    """The whole answer, 408, 413, 431 or 503; with an OperationOutcome, or as plain text."""
    phrase, says, code = _REFUSALS[status]
    if as_outcome:
        kind, body = "application/json", orjson.dumps(operation_outcome([Problem(says, code=code)]))
    else:
        kind, body = "text/plain; charset=utf-8", f"{says[0].upper()}{says[1:]}.\n".encode()
    head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    wait = "Retry-After: 5\r\n" if status == 503 else ""
    return f"{head}{wait}Cache-Control: no-store\r\nConnection: close\r\n\r\n".encode() + body
