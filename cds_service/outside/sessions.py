"""Launches under way and charts that are open. What they hold (tokens, scopes, user) is sealed."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.tables.launches import ChartSessionRow, PendingLaunchRow
from cds_service.outside.tables.unsaved import EndedChartRow
from cds_service.outside.unsaved import KEPT_HOURS, Owner
from cds_service.outside.vault import Vault, VaultError

LAUNCH_MINUTES = 10
_REMEMBERED = timedelta(hours=KEPT_HOURS)
# `used_at` is written at most so often, so that reading a page is not a write.
_TOUCH_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class PendingLaunch:
    """What was put aside when the browser was sent to the EHR's authorization server."""

    host_ehr: str
    data: dict[str, Any]


class PendingLaunches:
    """Launches waiting for their callback. Each `state` works once, for ten minutes."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def start(self, host_ehr: str, data: dict[str, Any]) -> str:
        """Put data (PKCE verifier, nonce, browser secret...) aside; returns the unpredictable `state`."""
        state = secrets.token_urlsafe(32)
        state_hash = hash_secret(state)
        row = {
            "state_hash": state_hash,
            "host_ehr": host_ehr,
            "sealed": _seal(self._vault, data, f"{host_ehr}/pending_launch/{state_hash}"),
            "expires_at": clock.now() + timedelta(minutes=LAUNCH_MINUTES),
        }
        with self._database.transaction() as connection:
            connection.execute(delete(PendingLaunchRow).where(PendingLaunchRow.expires_at < clock.now()))
            connection.execute(insert(PendingLaunchRow), row)
        return state

    def take(self, state: str) -> PendingLaunch | None:
        """What was put aside, to the first who asks; None when unknown, used or too old."""
        state_hash = hash_secret(state)
        taken = delete(PendingLaunchRow).where(PendingLaunchRow.state_hash == state_hash)
        columns = (PendingLaunchRow.host_ehr, PendingLaunchRow.sealed, PendingLaunchRow.expires_at)
        with self._database.transaction() as connection:
            row = connection.execute(taken.returning(*columns)).first()
        if row is None or row.expires_at <= clock.now():
            return None
        where = f"{row.host_ehr}/pending_launch/{state_hash}"
        return PendingLaunch(row.host_ehr, _opened(self._vault, row.sealed, where))


@dataclass(frozen=True)
class ChartSession:
    """One open chart: its host EHR, its one patient, and what the token response said."""

    launch_id: str
    host_ehr: str
    patient_id: str
    browser_secret_hash: str
    data: dict[str, Any]
    opened_at: datetime
    used_at: datetime

    def belongs_to(self, browser_secret: str) -> bool:
        """True for the browser that launched it."""
        return secrets.compare_digest(self.browser_secret_hash, hash_secret(browser_secret))


@dataclass(frozen=True)
class EndedChart:
    """What is still known of a session that was not used for too long: no token, no scope."""

    owner: Owner
    browser_secret_hash: str

    def belonged_to(self, browser_secret: str) -> bool:
        """True for the browser that had launched it."""
        return secrets.compare_digest(self.browser_secret_hash, hash_secret(browser_secret))


class ChartSessions:
    """Open charts by launch id. One that is not used for `idle_minutes` is gone, its tokens with it."""

    def __init__(self, database: Database, vault: Vault, *, idle_minutes: int = 30) -> None:
        self._database = database
        self._vault = vault
        self._idle = timedelta(minutes=idle_minutes)

    def open(self, host_ehr: str, patient_id: str, browser_secret_hash: str, data: dict[str, Any]) -> str:
        """Begin a session; returns its launch id, new and unpredictable."""
        launch_id = secrets.token_urlsafe(16)
        now = clock.now()
        row = {
            "launch_id": launch_id,
            "host_ehr": host_ehr,
            "patient_id": patient_id,
            "browser_secret_hash": browser_secret_hash,
            "sealed": _seal(self._vault, data, _where(host_ehr, patient_id, launch_id)),
            "opened_at": now,
            "used_at": now,
        }
        with self._database.transaction() as connection:
            self._end_idle(connection, ChartSessionRow.used_at <= now - self._idle)
            connection.execute(insert(ChartSessionRow), row)
        return launch_id

    def get(self, launch_id: str) -> ChartSession | None:
        """The session, now marked as used; None when it is unknown, closed or idle for too long."""
        now = clock.now()
        mine = (ChartSessionRow.launch_id == launch_id, ChartSessionRow.used_at > now - self._idle)
        if not _may_be_an_id(launch_id):
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(ChartSessionRow.__table__).where(*mine)).first()
        if row is None:
            return None
        session = self._session(row)
        if now - session.used_at < _TOUCH_AFTER:
            return session
        with self._database.transaction() as connection:
            touched = connection.execute(update(ChartSessionRow).where(*mine).values(used_at=now)).rowcount
        return replace(session, used_at=now) if touched else None

    def ended(self, launch_id: str) -> EndedChart | None:
        """What this session was about, for some hours after it was idle too long; None when it is open,
        was closed by its user, or never was."""
        if not _may_be_an_id(launch_id):
            return None
        now = clock.now()
        idle = (ChartSessionRow.launch_id == launch_id, ChartSessionRow.used_at <= now - self._idle)
        with self._database.transaction() as connection:
            self._end_idle(connection, *idle)
            row = connection.execute(
                select(EndedChartRow.__table__).where(
                    EndedChartRow.launch_id == launch_id, EndedChartRow.ended_at > now - _REMEMBERED
                )
            ).first()
        if row is None:
            return None
        return EndedChart(Owner(row.host_ehr, row.patient_id, row.user_id), row.browser_secret_hash)

    def claim_refresh(self, launch_id: str, *, seconds: float = 10) -> bool:
        """True for the one caller who may use the refresh token now; used twice, the EHR would revoke it.

        The claim ends with `update`, or by itself after `seconds`. The others wait a moment and `get` again.
        """
        now = clock.now()
        unclaimed = or_(
            ChartSessionRow.refresh_claimed_until.is_(None),
            ChartSessionRow.refresh_claimed_until <= now,
        )
        claim = update(ChartSessionRow).where(ChartSessionRow.launch_id == launch_id, unclaimed)
        with self._database.transaction() as connection:
            changed = connection.execute(
                claim.values(refresh_claimed_until=now + timedelta(seconds=seconds))
            ).rowcount
        return changed == 1

    def update(self, launch_id: str, data: dict[str, Any]) -> bool:
        """Replace what the session holds, and end a claim; False when the session is gone meanwhile."""
        key = ChartSessionRow.launch_id == launch_id
        with self._database.transaction() as connection:
            row = connection.execute(
                select(ChartSessionRow.host_ehr, ChartSessionRow.patient_id).where(key)
            ).first()
            if row is None:
                return False
            sealed = _seal(self._vault, data, _where(row.host_ehr, row.patient_id, launch_id))
            change = {"sealed": sealed, "used_at": clock.now(), "refresh_claimed_until": None}
            connection.execute(update(ChartSessionRow).where(key), change)
        return True

    def close(self, launch_id: str) -> None:
        """End a session; its tokens are gone with it. Closing it twice is no error."""
        with self._database.transaction() as connection:
            connection.execute(delete(ChartSessionRow).where(ChartSessionRow.launch_id == launch_id))

    def _end_idle(self, connection: Connection, *idle: ColumnElement[bool]) -> None:
        """Delete idle sessions with all they hold; note who had them open, for forms sent too late."""
        now = clock.now()
        connection.execute(delete(EndedChartRow).where(EndedChartRow.ended_at <= now - _REMEMBERED))
        gone = delete(ChartSessionRow).where(*idle).returning(*ChartSessionRow.__table__.columns)
        for row in connection.execute(gone).all():
            try:
                user = self._session(row).data.get("user")
            except VaultError:  # sealed with a key we do not have any more, or tampered with
                continue
            note = {
                "launch_id": row.launch_id,
                "host_ehr": row.host_ehr,
                "patient_id": row.patient_id,
                "user_id": user,
                "browser_secret_hash": row.browser_secret_hash,
                "ended_at": now,
            }
            connection.execute(insert(EndedChartRow), note)

    def _session(self, row: Row[Any]) -> ChartSession:
        return ChartSession(
            launch_id=row.launch_id,
            host_ehr=row.host_ehr,
            patient_id=row.patient_id,
            browser_secret_hash=row.browser_secret_hash,
            data=_opened(self._vault, row.sealed, _where(row.host_ehr, row.patient_id, row.launch_id)),
            opened_at=row.opened_at,
            used_at=row.used_at,
        )


def hash_secret(secret: str) -> str:
    """How a random secret of the browser is stored: it is long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _may_be_an_id(launch_id: str) -> bool:
    return launch_id.isascii() and launch_id.isprintable()  # else PostgreSQL cannot even be asked


def _where(host_ehr: str, patient_id: str, launch_id: str) -> str:
    # The patient is bound in: a row edited to name another patient no longer opens.
    return f"{host_ehr}/chart_session/{launch_id}/{patient_id}"


def _seal(vault: Vault, data: dict[str, Any], where: str) -> str:
    return vault.seal(orjson.dumps(data).decode(), where=where)


def _opened(vault: Vault, sealed: str, where: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(vault.open(sealed, where=where))
    return found
