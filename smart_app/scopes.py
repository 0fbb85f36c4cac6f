"""What a granted set of SMART scopes allows. How one scope reads is in cds_service/scopes.py."""

from __future__ import annotations

from collections.abc import Iterable

from cds_service.scopes import ResourceScope, resource_scope


def split(scopes: str) -> frozenset[str]:
    """The scopes of one space-separated string, as OAuth 2.0 writes them (RFC 6749, 3.3)."""
    return frozenset(scopes.split())


def may_read(kind: str, granted: Iterable[str]) -> bool:
    """Whether the granted scopes let the app read resources of this kind in the launch's context.

    A patient is read by id, everything else is searched for, so `patient/Observation.r` alone does not
    permit the Observation panel. A scope narrowed by a query counts: part of the kind may be read (see
    `narrowed_to`).
    """
    return any(scope.covers(kind, _letter(kind)) for scope in _usable(granted))


def narrowed_to(kind: str, granted: Iterable[str]) -> tuple[str, ...]:
    """The queries that limit what may be read of this kind, sorted; empty when nothing limits it.

    Ask `may_read` first: a kind that may not be read at all has no limits either.
    """
    scopes = [scope for scope in _usable(granted) if scope.covers(kind, _letter(kind))]
    if any(not scope.query for scope in scopes):
        return ()
    return tuple(sorted(scope.query for scope in scopes))


def _usable(granted: Iterable[str]) -> list[ResourceScope]:
    # system/ scopes belong to backend services (client_credentials) and never to a launch.
    found = (resource_scope(scope) for scope in granted)
    return [scope for scope in found if scope is not None and scope.context in ("patient", "user")]


def _letter(kind: str) -> str:
    return "r" if kind == "Patient" else "s"
