"""Of which host EHR a staff page tells: the one asked for, where it is registered, else the first."""

from __future__ import annotations

from smart_app.session import wiring


def host_ehrs() -> tuple[str, ...]:
    """The names of every host EHR."""
    return tuple(ehr.name for ehr in wiring().host_ehrs.all())


def chosen_ehr(asked: str, known: tuple[str, ...]) -> str:
    """The host EHR asked for, else the first; empty when there is none."""
    return asked if asked in known else next(iter(known), "")
