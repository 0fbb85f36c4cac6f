"""The audit: who was shown what of which patient, in rows chained by hash: none can be changed or lost.

Fields are those of a FHIR AuditEvent: `recorded`, `agent.who` (actor), `type` (action), `outcome`,
`entity.what` (patient and detail). Ids only. The newest row is known by `audit_head`; who can rewrite the
whole database could rewrite both, so a copy of the head, kept elsewhere, is the anchor `throughline audit
verify --anchor` compares.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, insert, select, text, update

from cds_service.outside import clock
from cds_service.outside.database import Database, DatabaseUnavailable
from cds_service.outside.ids import id_only
from cds_service.outside.tables.audit import AuditEventRow, AuditHeadRow

GENESIS = "0" * 64
_PAGE = 2000
_COLUMNS = (
    AuditEventRow.seq,
    AuditEventRow.host_ehr,
    AuditEventRow.recorded,
    AuditEventRow.actor,
    AuditEventRow.action,
    AuditEventRow.outcome,
    AuditEventRow.patient_id,
    AuditEventRow.detail,
    AuditEventRow.previous_hash,
    AuditEventRow.hash,
)
_LOCKED_HEAD = select(AuditHeadRow.seq, AuditHeadRow.hash).with_for_update()
_HEAD = select(AuditHeadRow.seq, AuditHeadRow.hash)
_ADD = insert(AuditEventRow)
_MOVE_HEAD = update(AuditHeadRow)

Outcome = Literal["success", "refused", "failed"]


@dataclass(frozen=True)
class ShownCard:
    """What is kept of a card that was shown: its rule, what it rested on, as `Type/id`, and when it was."""

    rule_id: str
    resources: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Link:
    """One place in the chain; `str()` is the form in which it is noted down as an anchor."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, written: str) -> "Link":
        """Read `SEQ:HASH`; ValueError when it is something else."""
        seq, _, digest = written.strip().partition(":")
        if not seq.isdecimal() or len(digest) != len(GENESIS):
            raise ValueError(
                f"{written!r} is not an anchor; it reads SEQ:HASH, as `throughline audit verify` prints it"
            )
        return cls(int(seq), digest)


@dataclass(frozen=True)
class BadRow:
    """The first row of the audit that is not what was written."""

    seq: int
    what: str

    def __str__(self) -> str:
        return f"audit row {self.seq}: {self.what}"


class AuditLog:
    """Adds rows to the chain and proves that it is whole."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locked_head = database.prepared(_LOCKED_HEAD)
        self._add = database.prepared(_ADD)
        self._move_head = database.prepared(_MOVE_HEAD, "seq", "hash")

    def record(
        self,
        *,
        host_ehr: str,
        actor: str,
        action: str,
        patient_id: str | None,
        detail: Mapping[str, Any],
        outcome: Outcome = "success",
        within: Connection | None = None,
    ) -> Link:
        """Add one row; texts without the shape of an id are replaced by a mark, so nothing readable slips in.

        `host_ehr` is empty when a caller could not be placed. Raises DatabaseUnavailable: what cannot be
        audited must not be disclosed. Inside a bigger transaction call it last, since from here to the
        commit no other process can add a row.
        """
        row: dict[str, Any] = {
            "host_ehr": id_only(host_ehr)[:63] if host_ehr else "",
            "recorded": clock.now().isoformat(timespec="microseconds"),
            "actor": id_only(actor),
            "action": id_only(action)[:64],
            "outcome": outcome,
            "patient_id": None if patient_id is None else id_only(patient_id),
            "detail": orjson.dumps(_ids_only(detail), option=orjson.OPT_SORT_KEYS).decode(),
        }
        with self._database.joined(within) as connection:
            heads = self._locked_head.rows(connection, {})
            if not heads:
                raise DatabaseUnavailable(
                    "the head of the audit chain is missing; run: throughline audit verify"
                )
            head = Link(*heads[0])
            row |= {"seq": head.seq + 1, "previous_hash": head.hash}
            link = Link(head.seq + 1, hash_of(row))
            self._add.run(connection, row | {"hash": link.hash})
            self._move_head.run(connection, {"seq": link.seq, "hash": link.hash})
        return link

    def note(
        self, connection: Connection, by: str, action: str, detail: Mapping[str, Any], *, host_ehr: str = ""
    ) -> None:
        """Add, in the transaction that does it, what somebody did to this installation or for one host EHR,
        and to no patient.
        """
        self.record(
            host_ehr=host_ehr, actor=by, action=action, patient_id=None, detail=detail, within=connection
        )

    def shown_card(self, host_ehr: str, patient_id: str, card_uuid: str) -> ShownCard | None:
        """What a row about this patient at this host EHR says of a card; None where none says it was
        shown.
        """
        row = AuditEventRow
        mine = (row.host_ehr == host_ehr, row.patient_id == patient_id)
        named = row.detail.contains(f'"uuid":"{card_uuid}"', autoescape=True)
        with self._database.reading() as connection:
            asked = select(row.detail, row.recorded).where(*mine, named).order_by(row.seq).limit(1)
            found = connection.execute(asked).first()
        if found is None:
            return None
        told = next(one for one in orjson.loads(found.detail)["cards"] if one["uuid"] == card_uuid)
        rule = told["rule"].rpartition(":")[0]
        return ShownCard(rule, tuple(told["resources"]), datetime.fromisoformat(found.recorded))

    def head(self) -> Link:
        """The newest link; seq 0 when nothing was recorded yet."""
        with self._database.reading() as connection:
            found = connection.execute(_HEAD).first()
        return Link(found.seq, found.hash) if found else Link(0, GENESIS)

    def verify(self, anchor: Link | None = None) -> BadRow | None:
        """Walk the whole chain; the first bad row, or None when every row is as it was written.

        With an anchor, noted down earlier, a chain that was cut off or rewritten as a whole is found out too.
        """
        with self._database.reading() as connection:
            if not self._database.is_sqlite:  # rows and head must be of one moment
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            head = connection.execute(_HEAD).first()
            last = Link(0, GENESIS)
            while page := connection.execute(
                select(*_COLUMNS).where(AuditEventRow.seq > last.seq).order_by(AuditEventRow.seq).limit(_PAGE)
            ).all():
                for row in page:
                    if bad := _fault(row._asdict(), last, anchor):
                        return bad
                    last = Link(row.seq, row.hash)
        if head is None:
            return BadRow(last.seq, "the head of the chain was removed")
        if head.seq > last.seq or (anchor and anchor.seq > last.seq):
            return BadRow(last.seq + 1, "is missing, and all after it: the end of the audit was cut off")
        if (head.seq, head.hash) != (last.seq, last.hash):
            return BadRow(head.seq + 1, "was added by something else than the audit")
        return None


def _fault(row: dict[str, Any], last: Link, anchor: Link | None) -> BadRow | None:
    seq = row["seq"]
    if seq != last.seq + 1:
        return BadRow(last.seq + 1, "is missing")
    if row["hash"] != hash_of(row):
        return BadRow(seq, "was changed after it was written")
    if row["previous_hash"] != last.hash:
        return BadRow(seq, f"does not follow row {last.seq}: one of the two was replaced")
    if anchor is not None and anchor.seq == seq and anchor.hash != row["hash"]:
        return BadRow(seq, "is not the row of the anchor: the chain was written anew")
    return None


def hash_of(row: Mapping[str, Any]) -> str:
    """The hash of a row, over all its other columns."""
    fields = [row[column.key] for column in _COLUMNS[:-1]]
    return hashlib.sha256(orjson.dumps(fields)).hexdigest()


def _ids_only(value: Any) -> Any:
    """Numbers and truth values as they are, texts as ids; mappings and sequences of these."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return id_only(value)
    if isinstance(value, Mapping):
        return {id_only(str(key)): _ids_only(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [
            _ids_only(item)
            for item in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)
        ]
    raise TypeError(f"the audit keeps ids, counts and truth values, not a {type(value).__name__}")
