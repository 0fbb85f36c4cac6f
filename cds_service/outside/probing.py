"""One step of the preflight: how it ended, and the documents it is about, fetched without trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
import orjson

from cds_service.outside.bounded import BoundedClient
from cds_service.outside.origins import is_loopback

_ANSWER_SECONDS = 10.0
_LARGEST_ANSWER = 20_000_000  # CapabilityStatements of several MB exist


class Outcome(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"  # not asked for by the host EHR's file, or an earlier step failed


@dataclass(frozen=True)
class Step:
    """One thing that was looked at; a failed one says what was found and how to mend it."""

    title: str
    outcome: Outcome
    found: str
    mend: str = ""


def ok(title: str, found: str) -> Step:
    return Step(title, Outcome.OK, found)


def skipped(title: str, found: str) -> Step:
    return Step(title, Outcome.SKIPPED, found)


def failed(title: str, found: str, mend: str) -> Step:
    return Step(title, Outcome.FAILED, found, mend)


class Unusable(Exception):
    """An address that did not give what it should; (what was found, the mend)."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend


def document_at(address: str, kind: str = "application/json") -> dict[str, Any]:
    """The JSON object at an address; Unusable says in the administrator's words what is wrong with it."""
    answer = answer_of(address, {"Accept": kind})
    if answer.is_redirect:
        found = f"redirects to {answer.headers.get('location', 'nowhere')[:200]}"
        raise Unusable(found, "register the final address; redirects are not followed")
    if answer.status_code != httpx.codes.OK:
        raise Unusable(f"answers HTTP {answer.status_code}", "this address must be readable without a token")
    try:
        document = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        raise Unusable("answers something that is not JSON", "check the path of the address") from None
    if not isinstance(document, dict):
        raise Unusable("answers JSON that is not an object", "check the path of the address")
    return document


def answer_of(address: str, headers: Mapping[str, str] | None = None, **parameters: str) -> httpx.Response:
    """Whatever answers at an address; Unusable when nothing does."""
    beyond = not is_loopback(address)  # a proxy from the environment is for other machines only
    http = BoundedClient(most_bytes=_LARGEST_ANSWER, most_seconds=_ANSWER_SECONDS, trust_env=beyond)
    try:
        with http as client:
            return client.get(address, headers=headers, params=parameters or None)
    except httpx.TimeoutException:
        raise Unusable("did not answer in time", "check the network and the firewall") from None
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        found = f"cannot be reached ({str(trouble) or type(trouble).__name__})"
        raise Unusable(found, "check the host name, its certificate and the firewall") from None
