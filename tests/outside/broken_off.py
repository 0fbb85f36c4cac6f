"""A transaction that fails at its end, when everything in it has been done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cds_service.outside.database import Connection, Database


class Halfway(Exception):
    """What goes wrong."""


@contextmanager
def broken_off(database: Database) -> Iterator[Connection]:
    """For `with broken_off(database) as connection: ...`; nothing of it may be left afterwards."""
    with suppress(Halfway), database.transaction() as connection:
        yield connection
        raise Halfway
