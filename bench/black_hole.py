"""A host EHR that takes connections and never answers: how long a call that must read from it takes."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import orjson

from bench.call import Desk
from cds_service.outside.settings import Settings

CALLS = 10
LACKING = "Procedure"  # not in the prefetch, and so read back


def describe(folder: Path, body: bytes, vocabulary: Path) -> str:
    """One line: the slowest of some calls beside the deadline for reading."""
    with socket.create_server(("127.0.0.1", 0)) as hole:
        base = f"http://127.0.0.1:{hole.getsockname()[1]}/fhir"
        desk = Desk(folder, _asking(body, base), vocabulary, base)
        told, slowest = desk.describe(), 0.0
        for _ in range(CALLS):
            call = desk.whole()
            began = time.perf_counter()
            status, _ = call()
            slowest = max(slowest, time.perf_counter() - began)
            assert status.startswith("200")
    deadline = Settings.model_fields["read_deadline_ms"].default
    return (
        f"an EHR that never answers: {told}; the slowest of {CALLS} calls took {slowest * 1000:.0f} ms, "
        f"of which {deadline} ms are the deadline for reading\n"
    )


def _asking(body: bytes, base: str) -> bytes:
    """The request without one type, and with leave to read it."""
    tree = orjson.loads(body)
    del tree["prefetch"][LACKING]
    token = {"access_token": "of-the-bench", "token_type": "Bearer", "expires_in": 300}
    return orjson.dumps(tree | {"fhirServer": base, "fhirAuthorization": token})
