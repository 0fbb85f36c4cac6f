"""What every table is made of: column types, moments, and the base class.

Ids and times are in the clear; tokens, keys, launch data and free text are sealed by the vault before they
come here. A change of a table needs a new revision in `migrations/versions` (a test compares the two).
"""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

NAME = String(63)  # of a host EHR
ID = String(256)
URL = String(2000)
HASH = String(64)  # SHA-256, hexadecimal

KEY_IS_THE_TABLE = {
    "sqlite_with_rowid": False
}  # no second tree beside the key: fewer pages to write in each call


class UtcMoment(TypeDecorator[datetime]):
    """Aware UTC datetimes on both databases; SQLite by itself would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """All tables of Throughline."""

    type_annotation_map = {datetime: UtcMoment, int: BigInteger}  # noqa: RUF012  (SQLAlchemy's own form)
