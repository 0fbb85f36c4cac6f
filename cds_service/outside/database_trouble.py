"""What can be wrong with a database, in words for whoever has to mend it, and as one word for the log.

The words of a fault may name a file, a server or a role, never what was to be stored: of a statement that
PostgreSQL refused only the kind of the fault is told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from sqlalchemy import exc

from cds_service.outside.sqlite_file import FileGone


class DatabaseUnavailable(Exception):
    """Locked, gone, full, not migrated: nothing was stored. Web code answers 503 with Retry-After."""

    retry_after_seconds = 5

    def __init__(self, says: str, cause: str = "") -> None:
        """`cause` is the one word of it, for the log: `SQLITE_FULL`, `DiskFull`, `FileGone`."""
        super().__init__(says)
        self.cause = cause or type(self).__name__


def unavailable(place: str, error: exc.SQLAlchemyError | sqlite3.Error | FileGone) -> DatabaseUnavailable:
    """What a fault of the database at a place comes to."""
    fault: BaseException = error.orig if isinstance(error, exc.DBAPIError) and error.orig else error
    if isinstance(fault, FileGone):
        return DatabaseUnavailable(f"{fault}; put it back, or start the server anew", "FileGone")
    cause = str(getattr(fault, "sqlite_errorname", None) or type(fault).__name__)
    says = _words(fault)
    told = f"{cause}: {says}" if says else cause
    return DatabaseUnavailable(f"{place}: the database cannot be used now ({told}); {_mend(cause)}", cause)


_SQLITE_MENDS: Mapping[str, str] = {
    "SQLITE_FULL": "make room on its disk",
    "SQLITE_BUSY": "something else holds it; try again",
    "SQLITE_READONLY": "give this user the file and its folder to write",
    "SQLITE_NOTADB": "this file is something else; name another one in THROUGHLINE_DATABASE_URL",
    "SQLITE_CORRUPT": "restore it from a backup",
    "SQLITE_CANTOPEN": "look whether the file is there and may be read and written",
    "SQLITE_IOERR": "look at its disk: full, or failing",
}
_POSTGRESQL_MENDS: Mapping[str, str] = {
    "OperationalError": "start it, or correct THROUGHLINE_DATABASE_URL",
    "ConnectionTimeout": "start it, or correct THROUGHLINE_DATABASE_URL",
    "DiskFull": "make room on its disk",
    "ReadOnlySqlTransaction": "this one is a copy that cannot be written; name the primary",
    "InsufficientPrivilege": "give the role the rights of the owner",
}


def _mend(cause: str) -> str:
    kind = "_".join(cause.split("_")[:2])  # SQLITE_IOERR_WRITE is an SQLITE_IOERR
    return _SQLITE_MENDS.get(kind) or _POSTGRESQL_MENDS.get(cause, "try again")


def _words(fault: BaseException) -> str:
    """The first line of what it says, unless it can quote a statement or its values."""
    if getattr(fault, "sqlstate", None):
        return ""
    return next(iter(str(fault).splitlines()), "")
