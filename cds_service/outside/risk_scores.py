"""The store of risk scores: the latest of each patient in one row, and what was said on each day.

The numbers a list is ranked by are in the clear; reasons, names and all else are sealed, bound to host EHR
and patient.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

import orjson
from sqlalchemy import Connection, bindparam, func, select, update

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.tables.risk import RiskPastRow, RiskScoreRow
from cds_service.outside.vault import Vault
from measures.risk.course import Said
from measures.risk.outlook import Outlook, value
from measures.risk.score import HORIZONS, Score

_AT_ONCE = 500  # patients in one transaction of a refresh
_PAGE = 2_000
_LATEST = select(RiskScoreRow.model, RiskScoreRow.sealed).where(
    RiskScoreRow.host_ehr == bindparam("host_ehr"), RiskScoreRow.patient_id == bindparam("patient_id")
)

_MINE = update(RiskScoreRow).where(
    RiskScoreRow.host_ehr == bindparam("of_ehr"), RiskScoreRow.patient_id == bindparam("of_patient")
)
_MINE_BY_THEN = _MINE.where(RiskScoreRow.as_of <= bindparam("on_day"))
_SAID = ("as_of", "model", *(f"p{days}" for days in HORIZONS), "points", "before", "sealed", "computed_at")
_SAID_THEN = update(RiskPastRow).where(
    RiskPastRow.host_ehr == bindparam("of_ehr"),
    RiskPastRow.patient_id == bindparam("of_patient"),
    RiskPastRow.as_of == bindparam("on_day"),
    RiskPastRow.model == bindparam("by_model"),
)


class RiskScores:
    """Keyed by host EHR and patient; safe for threads."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._latest = database.prepared(_LATEST)
        self._replace = database.prepared(_MINE_BY_THEN, *_SAID)
        self._add = database.prepared(database.insert_once(RiskScoreRow))
        self._list = database.prepared(_MINE, "panel_on")
        self._say_again = database.prepared(_SAID_THEN, "value", "p60", "p90")
        self._say = database.prepared(database.insert_once(RiskPastRow))

    def latest(self, host_ehr: str, patient_id: str) -> tuple[str, Outlook] | None:
        """The patient's latest score with the key of its model: one row, by its key."""
        with self._database.reading() as connection:
            found = self._latest.rows(connection, {"host_ehr": host_ehr, "patient_id": patient_id})
        for model, sealed in found:
            return model, self._opened(host_ehr, patient_id, sealed)
        return None

    def keep(self, host_ehr: str, model: str, outlook: Outlook, *, within: Connection | None = None) -> None:
        """Keep one score; an older day never replaces a later one."""
        with self._database.joined(within) as connection:
            self._keep(connection, host_ehr, model, outlook, panel=False)
            self._remember(connection, host_ehr, model, outlook.score)

    def remember(self, host_ehr: str, said: Iterable[tuple[str, Score]]) -> None:
        """Keep only what was said, each score by the key of its model: it is no patient's latest."""
        with self._database.transaction() as connection:
            for model, score in said:
                self._remember(connection, host_ehr, model, score)

    def keep_panel(
        self, host_ehr: str, model: str, outlooks: Iterable[Outlook], *, shadow: bool = False
    ) -> int:
        """Keep the scores of a panel as they come, many in a transaction; how many. It takes the place of
        the panel before it. In shadow they are only remembered, and shown to nobody.
        """
        count = 0
        for held in _portions(outlooks):
            with self._database.transaction() as connection:
                if not shadow and not count:
                    _forget_panel(connection, host_ehr)
                for outlook in held:
                    if not shadow:
                        self._keep(connection, host_ehr, model, outlook, panel=True)
                    self._remember(connection, host_ehr, model, outlook.score)
            count += len(held)
        return count

    def panel(self, host_ehr: str, model: str) -> Iterator[Outlook]:
        """The latest score of everybody in the last refreshed panel, by this model, in the order of their
        ids.
        """
        table = RiskScoreRow
        of_ehr = (table.host_ehr == host_ehr, table.model == model)
        last = select(func.max(table.panel_on)).where(*of_ehr).scalar_subquery()
        after = ""
        while True:
            rows = (
                select(table.patient_id, table.sealed)
                .where(*of_ehr, table.panel_on == last, table.patient_id > after)
                .order_by(table.patient_id)
                .limit(_PAGE)
            )
            with self._database.reading() as connection:
                held = connection.execute(rows).all()
            for row in held:
                yield self._opened(host_ehr, row.patient_id, row.sealed)
            if len(held) < _PAGE:
                return
            after = held[-1].patient_id

    def of_patients(self, host_ehr: str, patient_ids: Iterable[str]) -> dict[str, Outlook]:
        """The latest scores of these patients."""
        wanted = list(patient_ids)
        found: dict[str, Outlook] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            rows = select(RiskScoreRow.patient_id, RiskScoreRow.sealed).where(
                RiskScoreRow.host_ehr == host_ehr,
                RiskScoreRow.patient_id.in_(wanted[start : start + _AT_ONCE]),
            )
            with self._database.reading() as connection:
                for row in connection.execute(rows):
                    found[row.patient_id] = self._opened(host_ehr, row.patient_id, row.sealed)
        return found

    def past(self, host_ehr: str, patient_id: str) -> list[tuple[str, str, float | None]]:
        """What was said on each day: day, model and value, the oldest first."""
        rows = (
            select(RiskPastRow.as_of, RiskPastRow.model, RiskPastRow.value)
            .where(RiskPastRow.host_ehr == host_ehr, RiskPastRow.patient_id == patient_id)
            .order_by(RiskPastRow.as_of, RiskPastRow.model)
        )
        with self._database.reading() as connection:
            return [(row.as_of.isoformat(), row.model, row.value) for row in connection.execute(rows)]

    def course(self, host_ehr: str, patient_id: str, model: str, since: date) -> list[Said]:
        """What one model said of a patient on each day since then, the oldest first."""
        table = RiskPastRow
        rows = select(table.as_of, table.value, table.p60, table.p90).where(
            table.host_ehr == host_ehr,
            table.patient_id == patient_id,
            table.as_of >= since,
            table.model == model,
            table.value.is_not(None),
        )
        with self._database.reading() as connection:
            found = connection.execute(rows.order_by(table.as_of)).all()
        return [Said(row.as_of, _by_horizon(row.value, row.p60, row.p90)) for row in found]

    def last_said(
        self, host_ehr: str, patient_ids: Iterable[str], models: Collection[str], since: date
    ) -> dict[str, dict[str, Said]]:
        """What each of the models said last of these patients, not before `since`: by patient and model."""
        wanted, table = list(patient_ids), RiskPastRow
        found: dict[str, dict[str, Said]] = {}
        for start in range(0, len(wanted) if models else 0, _AT_ONCE):
            rows = (
                select(table.patient_id, table.model, table.as_of, table.value, table.p60, table.p90)
                .where(
                    table.host_ehr == host_ehr,
                    table.patient_id.in_(wanted[start : start + _AT_ONCE]),
                    table.as_of >= since,
                    table.model.in_(models),
                    table.value.is_not(None),
                )
                .order_by(table.as_of)
            )
            with self._database.reading() as connection:
                for row in connection.execute(rows):
                    said = Said(row.as_of, _by_horizon(row.value, row.p60, row.p90))
                    found.setdefault(row.patient_id, {})[row.model] = said
        return found

    def foretold(self, host_ehr: str, patient_id: str, model: str, days: Iterable[date]) -> dict[date, float]:
        """What a model said of a patient on these days, as far as it said anything."""
        table = RiskPastRow
        rows = select(table.as_of, table.value).where(
            table.host_ehr == host_ehr,
            table.patient_id == patient_id,
            table.as_of.in_(list(days)),
            table.model == model,
            table.value.is_not(None),
        )
        with self._database.reading() as connection:
            return {row.as_of: row.value for row in connection.execute(rows)}

    def _keep(
        self, connection: Connection, host_ehr: str, model: str, outlook: Outlook, *, panel: bool
    ) -> None:
        score = outlook.score
        mine = {"of_ehr": host_ehr, "of_patient": score.patient, "on_day": score.as_of}
        said = {
            "as_of": score.as_of,
            "model": model,
            **{f"p{days}": score.at.get(days) for days in HORIZONS},
            "points": score.points,
            "before": outlook.before,
            "sealed": self._vault.seal(
                orjson.dumps(outlook.as_json()).decode(), where=_where(host_ehr, score.patient)
            ),
            "computed_at": clock.now(),
        }
        if not self._replace.run(connection, mine | said):
            place = {"host_ehr": host_ehr, "patient_id": score.patient}
            self._add.run(connection, place | said | {"panel_on": None})
        if panel:
            self._list.run(connection, mine | {"panel_on": score.as_of})

    def _remember(self, connection: Connection, host_ehr: str, model: str, score: Score) -> None:
        place = {"of_ehr": host_ehr, "of_patient": score.patient, "on_day": score.as_of, "by_model": model}
        said = {"value": value(score), "p60": score.at.get(60), "p90": score.at.get(90)}
        if not self._say_again.run(connection, place | said):
            key = {"host_ehr": host_ehr, "patient_id": score.patient, "as_of": score.as_of, "model": model}
            self._say.run(connection, key | said)

    def _opened(self, host_ehr: str, patient_id: str, sealed: str) -> Outlook:
        return Outlook.from_json(orjson.loads(self._vault.open(sealed, where=_where(host_ehr, patient_id))))


def _forget_panel(connection: Connection, host_ehr: str) -> None:
    """Scores stay; who is not in the next panel is on no worklist."""
    table = RiskScoreRow
    whole = (table.host_ehr == host_ehr, table.panel_on.is_not(None))
    connection.execute(update(table).where(*whole).values(panel_on=None))


def _by_horizon(value: float, p60: float | None, p90: float | None) -> dict[int, float]:
    """Points have no horizon: they stand under 0."""
    if p60 is None or p90 is None:
        return {0: value}
    return dict(zip(HORIZONS, (value, p60, p90), strict=True))


def _portions(outlooks: Iterable[Outlook]) -> Iterator[list[Outlook]]:
    held: list[Outlook] = []
    for outlook in outlooks:
        held.append(outlook)
        if len(held) == _AT_ONCE:
            yield held
            held = []
    if held:
        yield held


def _where(host_ehr: str, patient_id: str) -> str:
    return f"{host_ehr}/risk_score/{patient_id}/sealed"
