"""The risk models of this installation: which were added, which one is in use for each outcome, who put it
there, and the switch that takes risk off every page and card.

A model is promoted by a person, and only one whose own verdict allows it; each step is a row of the audit, in
the same transaction. With no model promoted the expert points are in use.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.tables.risk import RiskModelRow, RiskPromotionRow, RiskSwitchRow
from measures.risk.model import Model, parse_model, written_model

Position = Literal["on", "points", "off"]
_POSITIONS: tuple[Position, ...] = ("on", "points", "off")
_POINTS = ""  # the hash that stands for no model of an outcome, or for the expert points


class NotAllowed(Exception):
    """A step that the rules for models forbid; the message says why, and the mend."""


@dataclass(frozen=True)
class KnownModel:
    """One model of the register, without its parameters."""

    hash: str
    model_id: str
    label: str
    state: str
    added_by: str
    added_at: datetime
    changed_by: str
    changed_at: datetime

    @property
    def version(self) -> str:
        """As scores name it."""
        return self.hash[:12]

    @property
    def outcome(self) -> str:
        """What it predicts."""
        return _outcome(self.model_id)


@dataclass(frozen=True)
class Switch:
    """`position`: on, points (no model, only expert points) or off; `by` is empty while nobody has touched
    it.
    """

    position: Position = "on"
    by: str = ""
    at: datetime | None = None


_COLUMNS = (
    RiskModelRow.hash,
    RiskModelRow.model_id,
    RiskModelRow.label,
    RiskModelRow.state,
    RiskModelRow.added_by,
    RiskModelRow.added_at,
    RiskModelRow.changed_by,
    RiskModelRow.changed_at,
)


class RiskModels:
    """The register of models, and the switch."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    def add(self, model: Model, *, by: str) -> KnownModel:
        """Add a model, in shadow: it is kept, and shown to nobody. Raises NotAllowed for one of a table."""
        if model.source != "record":
            raise NotAllowed("the model was trained on a table; only a model of records can score a chart")
        now = clock.now()
        row = {
            "hash": model.hash,
            "model_id": f"{model.outcome}-{model.kind}",
            "label": model.label,
            "state": "shadow",
            "document": written_model(model).decode(),
            "added_by": by,
            "added_at": now,
            "changed_by": by,
            "changed_at": now,
        }
        with self._database.transaction() as connection:
            new = connection.execute(self._database.insert_once(RiskModelRow), row).rowcount
            if new:
                self._audit.note(connection, by, "risk-model-added", {"model": model.hash})
        return self.find(model.hash)

    def all(self) -> tuple[KnownModel, ...]:
        """Every model, the newest first."""
        rows = select(*_COLUMNS).order_by(RiskModelRow.added_at.desc(), RiskModelRow.hash)
        with self._database.reading() as connection:
            return tuple(KnownModel(*row) for row in connection.execute(rows))

    def find(self, beginning: str) -> KnownModel:
        """The model whose hash begins so. Raises NotAllowed when none or several do."""
        with self._database.reading() as connection:
            return self._known(connection, beginning)

    def read(self, hash_: str) -> Model:
        """A model with its parameters. Raises ModelError when the database holds something else."""
        rows = select(RiskModelRow.document).where(RiskModelRow.hash == hash_)
        with self._database.reading() as connection:
            document = str(connection.execute(rows).scalar_one())
        return parse_model(document.encode(), f"model {hash_[:12]}")

    def in_use(self) -> tuple[Position, Mapping[str, str]]:
        """The switch, and the hash of the live model of each outcome that has one."""
        with self._database.reading() as connection:
            position = connection.execute(
                select(RiskSwitchRow.position).where(RiskSwitchRow.name == "risk")
            ).scalar()
            return _position(position), _live(connection)

    def promote(self, beginning: str, *, by: str, outcomes: Collection[str]) -> KnownModel:
        """Put a model in use instead of the one of its outcome before. `by` is a person, `outcomes` are what
        the quality team wants predicted.

        Raises NotAllowed when the model's verdict does not allow it, or it predicts something else.
        """
        found = self.find(beginning)
        model = self.read(found.hash)
        if not model.verdict.may_be_promoted:
            why = "; ".join(model.verdict.reasons)
            raise NotAllowed(
                f"model {found.version} may not be promoted: {model.verdict.stands} ({why}). "
                "It stays in shadow; train it again when there are more events"
            )
        if model.outcome not in outcomes:
            raise NotAllowed(
                f"model {found.version} predicts {model.outcome}, the quality team's file asks for "
                f"{', '.join(outcomes)}"
            )
        with self._database.transaction() as connection:
            self._use(connection, model.outcome, found.hash, by, "promoted")
            self._audit.note(connection, by, "risk-model-promoted", {"model": found.hash})
        return self.find(found.hash)

    def roll_back(self, *, by: str, outcome: str) -> KnownModel | None:
        """Put back what was in use before the live model of an outcome; None: no model of it.

        Raises NotAllowed when no model of it is in use.
        """
        with self._database.transaction() as connection:
            live = _live(connection).get(outcome)
            if live is None:
                raise NotAllowed(f"no model of {outcome} is in use, so there is nothing to roll back")
            before = _in_use_before(connection, outcome, live)
            self._use(connection, outcome, before, by, "rolled back")
            self._audit.note(connection, by, "risk-model-rolled-back", {"model": live})
        return self.find(before) if before else None

    def turn(self, position: Position, *, by: str) -> Switch:
        """Turn the switch: on, points (no model is used), or off."""
        with self._database.transaction() as connection:
            connection.execute(delete(RiskSwitchRow))
            row = {"name": "risk", "position": position, "by": by, "at": clock.now()}
            connection.execute(insert(RiskSwitchRow), row)
            self._audit.note(connection, by, f"risk-switched-{position}", {})
        return self.switch()

    def switch(self) -> Switch:
        """Where the switch stands."""
        rows = select(RiskSwitchRow.position, RiskSwitchRow.by, RiskSwitchRow.at)
        with self._database.reading() as connection:
            row = connection.execute(rows).first()
        return Switch() if row is None else Switch(_position(row.position), row.by, row.at)

    def _use(self, connection: Connection, outcome: str, hash_: str, by: str, why: str) -> None:
        now = clock.now()
        changed = {"changed_by": by, "changed_at": now}
        live = RiskModelRow.hash == _live(connection).get(outcome)
        connection.execute(update(RiskModelRow).where(live).values(state="retired", **changed))
        mine = RiskModelRow.hash == hash_
        connection.execute(update(RiskModelRow).where(mine).values(state="live", **changed))
        number = connection.execute(select(func.max(RiskPromotionRow.number))).scalar() or 0
        row = {"number": number + 1, "hash": hash_ or f"no {outcome}", "why": why, "by": by, "at": now}
        connection.execute(insert(RiskPromotionRow), row)

    def _known(self, connection: Connection, beginning: str) -> KnownModel:
        wanted = RiskModelRow.hash.startswith(beginning, autoescape=True)
        found = connection.execute(select(*_COLUMNS).where(wanted).limit(2)).all()
        if len(found) != 1 or not beginning:
            known = ", ".join(one.version for one in self.all()) or "none"
            what = "several models begin" if len(found) > 1 else "no model begins"
            raise NotAllowed(f"{what} with {beginning!r}; there are: {known}")
        return KnownModel(*found[0])


def _live(connection: Connection) -> dict[str, str]:
    rows = select(RiskModelRow.model_id, RiskModelRow.hash).where(RiskModelRow.state == "live")
    return {_outcome(row.model_id): row.hash for row in connection.execute(rows)}


def _outcome(model_id: str) -> str:
    """ "acute" of "acute-logistic"."""
    return model_id.rpartition("-")[0]


def _in_use_before(connection: Connection, outcome: str, live: str) -> str:
    """What was in use for the outcome when its live model was last promoted."""
    rows = (
        select(RiskPromotionRow.hash, RiskPromotionRow.why, RiskModelRow.model_id)
        .outerjoin(RiskModelRow, RiskModelRow.hash == RiskPromotionRow.hash)
        .order_by(RiskPromotionRow.number)
    )
    before = used = _POINTS
    for row in connection.execute(rows):
        if row.hash in (_POINTS, f"no {outcome}"):  # the first as an earlier version wrote it, of any outcome
            used = _POINTS
        elif row.model_id is not None and _outcome(row.model_id) == outcome:
            if row.why == "promoted" and row.hash == live:
                before = used
            used = row.hash
    return before


def _position(stored: object) -> Position:
    """What cannot be read is off: a switch fails on the safe side."""
    if stored is None:
        return "on"
    return next((position for position in _POSITIONS if position == stored), "off")
