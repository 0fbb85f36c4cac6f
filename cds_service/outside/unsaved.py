"""Forms that could not be saved because their session had ended, kept for whoever filled them in.

What was typed belongs to one user in one patient's chart of one host EHR: nobody else is ever given it, and
it is sealed, bounded in size and number, and gone after some hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import ColumnElement, delete, insert, select

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.tables.unsaved import UnsavedFormRow
from cds_service.outside.vault import Vault

KEPT_HOURS = 12  # a shift
LARGEST_FORM = 64 * 1024  # bytes
MOST_FORMS = 5  # of one user in one chart
_LONGEST_NAME = 256


@dataclass(frozen=True)
class Owner:
    """Whose form it is. `user` as the id_token named it; a user who is not known owns nothing."""

    host_ehr: str
    patient_id: str
    user: str | None


@dataclass(frozen=True)
class Unsaved:
    """A form as it was sent: every field with its values, in their order."""

    form: str
    fields: Mapping[str, tuple[str, ...]]
    kept_at: datetime

    def value(self, name: str, otherwise: str = "") -> str:
        """The first value of a field."""
        return next(iter(self.fields.get(name, ())), otherwise)


class UnsavedForms:
    """Keeps forms and gives them back."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def keep(self, owner: Owner, form: str, fields: Mapping[str, Sequence[str]]) -> bool:
        """Keep a form in place of an earlier one of the same name; False when it cannot be kept.

        It cannot where the user is not known, where nothing was entered, and beyond LARGEST_FORM.
        """
        content = orjson.dumps({name: list(values) for name, values in fields.items()})
        if (
            owner.user is None
            or not fields
            or len(content) > LARGEST_FORM
            or not 0 < len(form) <= _LONGEST_NAME
        ):
            return False
        now = clock.now()
        row = {
            "host_ehr": owner.host_ehr,
            "patient_id": owner.patient_id,
            "user_id": owner.user,
            "form": form,
            "sealed": self._vault.seal(content.decode(), where=_where(owner, form)),
            "kept_at": now,
        }
        mine = _of(owner)
        others = select(UnsavedFormRow.form).where(*mine).order_by(UnsavedFormRow.kept_at.desc())
        with self._database.transaction() as connection:
            connection.execute(delete(UnsavedFormRow).where(UnsavedFormRow.kept_at <= _too_old(now)))
            connection.execute(delete(UnsavedFormRow).where(*mine, UnsavedFormRow.form == form))
            surplus = connection.execute(others.offset(MOST_FORMS - 1)).scalars().all()
            connection.execute(delete(UnsavedFormRow).where(*mine, UnsavedFormRow.form.in_(surplus)))
            connection.execute(insert(UnsavedFormRow), row)
        return True

    def find(self, owner: Owner, form: str) -> Unsaved | None:
        """The form as it was sent, if this very user sent it in this very chart and it is not too old."""
        wanted = (*_of(owner), UnsavedFormRow.form == form, UnsavedFormRow.kept_at > _too_old(clock.now()))
        with self._database.reading() as connection:
            row = connection.execute(
                select(UnsavedFormRow.sealed, UnsavedFormRow.kept_at).where(*wanted)
            ).first()
        if row is None:
            return None
        fields = orjson.loads(self._vault.open(row.sealed, where=_where(owner, form)))
        return Unsaved(form, {name: tuple(values) for name, values in fields.items()}, row.kept_at)

    def waiting(self, owner: Owner) -> dict[str, datetime]:
        """The names of this user's forms in this chart, each with the time it was kept; the newest first."""
        wanted = (*_of(owner), UnsavedFormRow.kept_at > _too_old(clock.now()))
        newest = UnsavedFormRow.kept_at.desc()
        with self._database.reading() as connection:
            rows = connection.execute(
                select(UnsavedFormRow.form, UnsavedFormRow.kept_at).where(*wanted).order_by(newest)
            ).all()
        return {row.form: row.kept_at for row in rows}

    def forget(self, owner: Owner, form: str) -> None:
        """Drop a form that was saved after all, or is not wanted any more."""
        with self._database.transaction() as connection:
            connection.execute(delete(UnsavedFormRow).where(*_of(owner), UnsavedFormRow.form == form))


def _of(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    # A user who is not known compares as NULL: nothing is theirs.
    return (
        UnsavedFormRow.host_ehr == owner.host_ehr,
        UnsavedFormRow.patient_id == owner.patient_id,
        UnsavedFormRow.user_id == owner.user,
    )


def _too_old(now: datetime) -> datetime:
    return now - timedelta(hours=KEPT_HOURS)


def _where(owner: Owner, form: str) -> str:
    return f"{owner.host_ehr}/unsaved_form/{owner.patient_id}/{owner.user}/{form}"
