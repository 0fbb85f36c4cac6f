"""JSON documents another server publishes (configuration, keys): from listed origins, remembered a while."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import httpx

from cds_service.outside import clock
from cds_service.outside.bounded import BoundedClient
from cds_service.outside.origins import BadAddress, checked_origin_of
from cds_service.outside.token_endpoint import NotAcceptable, Unreachable, json_object

REMEMBERED_SECONDS = 600.0


class Published:
    """What one organisation publishes. `whose` names it in messages. One per process; safe for threads."""

    def __init__(self, whose: str, origins: Iterable[str], http: BoundedClient) -> None:
        self._whose = whose
        self._origins = frozenset(origins)
        self._http = http
        self._documents: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def listed(self, address: object) -> str:
        """The address, when its origin is one of the listed; else NotAcceptable."""
        try:
            home = checked_origin_of(address) if isinstance(address, str) else ""
        except BadAddress:
            home = ""
        if home not in self._origins:
            raise NotAcceptable(
                f"{self._whose} names an address on {home or 'no origin'}, which is not listed."
            )
        return str(address)

    def document(self, address: str, *, newer_than: float = REMEMBERED_SECONDS) -> dict[str, Any]:
        """The JSON object at an address, at most so many seconds old. Raises NotAcceptable, Unreachable."""
        with self._lock:
            read_at, document = self._documents.get(address, (0.0, None))
        if document is None or clock.now().timestamp() - read_at >= newer_than:
            document = self._fetched(self.listed(address))
            with self._lock:
                self._documents[address] = (clock.now().timestamp(), document)
        return document

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            answer = self._http.get(address, headers={"Accept": "application/json"})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"{self._whose} did not answer ({type(error).__name__}).") from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unreachable(f"{self._whose} answered with an error (HTTP {answer.status_code}).")
        found = json_object(answer) if answer.status_code == httpx.codes.OK else None
        if found is None:
            raise NotAcceptable(
                f"{self._whose} has no JSON document where it should be (HTTP {answer.status_code})."
            )
        return found
