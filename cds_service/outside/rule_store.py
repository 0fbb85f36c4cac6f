"""Card rules kept in the database: every saved text, and every deed, in the order in which they were done.

Nothing here is ever changed or removed. One row counts the changes; whoever makes one holds it, so two people
cannot act on the same standing, and every process sees by it that there is something new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from cds_service.life_cycle import FOLDERS, NotAllowed, Standing, State, Step, check, standing
from cds_service.life_cycle import Deed as Deed  # callers act with it
from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.ids import id_only
from cds_service.outside.tables.rules import (
    LONGEST_WHY,
    RuleGenerationRow,
    RuleStepRow,
    RuleTextRow,
    ShadowFireRow,
)

_NUMBER = select(RuleGenerationRow.number)
_TEXT = RuleTextRow.__table__
_COLUMNS = (
    _TEXT.c.rule_id,
    _TEXT.c.revision,
    _TEXT.c.version,
    _TEXT.c.owner,
    _TEXT.c.text,
    _TEXT.c.author,
    _TEXT.c.written_at,
)


@dataclass(frozen=True)
class RuleText:
    """One saved text of a rule."""

    rule_id: str
    revision: int
    version: str
    owner: str
    text: str
    author: str
    written_at: datetime


class Overtaken(Exception):
    """Somebody else saved a text meanwhile: `theirs`, the newest. Nothing was kept."""

    def __init__(self, theirs: RuleText) -> None:
        super().__init__(f"revision {theirs.revision} was saved by {theirs.author} meanwhile")
        self.theirs = theirs


@dataclass(frozen=True)
class Done:
    """One deed with its place and time, for the history."""

    host_ehr: str
    rule_id: str
    step: Step
    done_at: datetime


class RuleStore:
    """Keeps both, and knows which `day` it is at a host EHR. One per process; safe for threads."""

    def __init__(
        self, database: Database, audit: AuditLog, day: Callable[[str], date] = lambda _: clock.today()
    ) -> None:
        self.day = day
        self._database = database
        self._audit = audit
        self._once = database.insert_once(ShadowFireRow)

    def generation(self) -> int:
        """Grows with every change; so cheap that it can be asked for every second."""
        with self._database.reading() as connection:
            return int(connection.execute(_NUMBER).scalar_one())

    # -- texts -----------------------------------------------------------------------------------------------

    def save(
        self, rule_id: str, version: str, owner: str, text: str, *, author: str, after: int | None = None
    ) -> RuleText:
        """Keep a text as the next revision; the newest one itself when it is the same, letter for letter.

        Raises Overtaken when `after`, the newest revision its author knew (0: none), is not the newest.
        """
        with self._database.transaction() as connection:
            _next_number(connection)
            newest = connection.execute(
                select(*_COLUMNS).where(_TEXT.c.rule_id == rule_id).order_by(_TEXT.c.revision.desc()).limit(1)
            ).first()
            if newest is not None and newest.text == text:
                return RuleText(*newest)
            if newest is not None and after not in (None, newest.revision):
                raise Overtaken(RuleText(*newest))
            revision = 1 if newest is None else newest.revision + 1
            saved = RuleText(rule_id, revision, version, owner, text, author, clock.now())
            connection.execute(insert(RuleTextRow), vars(saved))
            detail = {"rule": rule_id, "revision": revision, "version": version}
            self._audit.note(connection, author, "rule-saved", detail)
        return saved

    def text(self, rule_id: str, revision: int | None = None) -> RuleText | None:
        """One revision of a rule, or its newest."""
        asked = select(*_COLUMNS).where(_TEXT.c.rule_id == rule_id)
        if revision is not None:
            asked = asked.where(_TEXT.c.revision == revision)
        with self._database.reading() as connection:
            row = connection.execute(asked.order_by(_TEXT.c.revision.desc()).limit(1)).first()
        return RuleText(*row) if row else None

    def texts(self, rule_id: str | None = None) -> tuple[RuleText, ...]:
        """Every revision of a rule, or of all, the newest first."""
        asked = select(*_COLUMNS).order_by(_TEXT.c.rule_id, _TEXT.c.revision.desc())
        if rule_id is not None:
            asked = asked.where(_TEXT.c.rule_id == rule_id)
        with self._database.reading() as connection:
            return tuple(RuleText(*row) for row in connection.execute(asked))

    # -- deeds -----------------------------------------------------------------------------------------------

    def do(self, rule_id: str, step: Step, host_ehrs: Sequence[str], *, falls_back: bool = False) -> None:
        """Take a step at each of these host EHRs, or at none; `falls_back` as `check` asks it. Raises
        NotAllowed.
        """
        days = {host_ehr: self.day(host_ehr) for host_ehr in host_ehrs}
        with self._database.transaction() as connection:
            number = _next_number(connection)
            author = connection.execute(
                select(_TEXT.c.author).where(_TEXT.c.rule_id == rule_id, _TEXT.c.revision == step.revision)
            ).scalar()
            if author is None and step.revision != FOLDERS:
                raise NotAllowed(f"there is no revision {step.revision} of {rule_id}")
            actions = {}
            for host_ehr, day in days.items():
                now = _standing(connection, host_ehr, rule_id)
                check(step, author or "", now, day, falls_back=falls_back)
                connection.execute(insert(RuleStepRow), _row(host_ehr, number, rule_id, step))
                retires = step.deed is Deed.APPROVE and now.retirement is not None
                actions[host_ehr] = _ACTIONS[Deed.RETIRE if retires else step.deed]
            detail = _detail(rule_id, step)
            for host_ehr, action in actions.items():
                self._audit.note(connection, step.by, action, detail, host_ehr=host_ehr)

    def standing(self, host_ehr: str, rule_id: str) -> Standing:
        """Where one rule stands at a host EHR."""
        with self._database.reading() as connection:
            return _standing(connection, host_ehr, rule_id)

    def standings(self, host_ehr: str) -> Mapping[str, Standing]:
        """Where every rule stands that something was done with, by id."""
        steps: dict[str, list[Step]] = {}
        for done in self.history(host_ehr=host_ehr):
            steps.setdefault(done.rule_id, []).append(done.step)
        return {rule_id: standing(found) for rule_id, found in steps.items()}

    def history(self, *, host_ehr: str | None = None, rule_id: str | None = None) -> tuple[Done, ...]:
        """Every deed, the oldest first."""
        row = RuleStepRow
        asked = select(row.__table__).order_by(row.seq, row.host_ehr)
        if host_ehr is not None:
            asked = asked.where(row.host_ehr == host_ehr)
        if rule_id is not None:
            asked = asked.where(row.rule_id == rule_id)
        with self._database.reading() as connection:
            return tuple(
                Done(found.host_ehr, found.rule_id, _step(found), found.done_at)
                for found in connection.execute(asked)
            )

    # -- shadows ---------------------------------------------------------------------------------------------

    def note_shadows(
        self,
        host_ehr: str,
        patient_id: str,
        visit: str,
        fired: Sequence[tuple[str, int]],
        within: Connection | None = None,
    ) -> None:
        """Keep which shadows, as (rule id, revision), would have shown a card in this visit; each once."""
        if not fired:
            return
        shared = {
            "host_ehr": host_ehr,
            "patient_id": id_only(patient_id),
            "visit": id_only(visit),
            "noted_at": clock.now(),
        }
        with self._database.joined(within) as connection:
            for rule_id, revision in fired:
                connection.execute(self._once, shared | {"rule_id": rule_id, "revision": revision})

    def shadow_fires(self, host_ehr: str, since: datetime) -> Mapping[tuple[str, int], int]:
        """In how many visits each shadow would have shown a card since a moment, by (rule id, revision)."""
        row = ShadowFireRow
        counted = (
            select(row.rule_id, row.revision, func.count())
            .where(row.host_ehr == host_ehr, row.noted_at >= since)
            .group_by(row.rule_id, row.revision)
        )
        with self._database.reading() as connection:
            return {(rule, revision): number for rule, revision, number in connection.execute(counted)}


_ACTIONS: Mapping[Deed, str] = {
    Deed.SEND: "rule-sent-for-approval",
    Deed.APPROVE: "rule-approved",
    Deed.SEND_BACK: "rule-sent-back",
    Deed.RETIRE: "rule-retired",
    Deed.ROLL_BACK: "rule-rolled-back",
}


def _next_number(connection: Connection) -> int:
    """The number of the change that begins here; no other can begin before this one has ended."""
    connection.execute(update(RuleGenerationRow).values(number=RuleGenerationRow.number + 1))
    return int(connection.execute(_NUMBER).scalar_one())


def _standing(connection: Connection, host_ehr: str, rule_id: str) -> Standing:
    row = RuleStepRow
    asked = select(row.__table__).where(row.host_ehr == host_ehr, row.rule_id == rule_id).order_by(row.seq)
    return standing(_step(found) for found in connection.execute(asked))


def _step(row: Any) -> Step:
    aim = State(row.aim) if row.aim else None
    return Step(Deed(row.deed), row.revision, row.by, aim, row.starts, row.why)


def _row(host_ehr: str, number: int, rule_id: str, step: Step) -> dict[str, Any]:
    values = vars(step) | {"deed": step.deed.value, "aim": step.aim.value if step.aim else None}
    values |= {"why": "".join(filter(str.isprintable, " ".join(step.why.split())))[:LONGEST_WHY]}
    return values | {"host_ehr": host_ehr, "seq": number, "rule_id": rule_id, "done_at": clock.now()}


def _detail(rule_id: str, step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {"rule": rule_id, "revision": step.revision}
    if step.aim is not None:
        told["aim"] = step.aim.value
    return told | ({"starts": step.starts.isoformat()} if step.starts else {})
