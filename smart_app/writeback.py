"""What a clinician saves, written to the host EHR: the ladder, rung by rung, each resource once.

A paper comes as rungs: the answers and scores as resources of their own where the launch's scopes and the EHR
allow, else a document, else nothing, and then the page shows text to copy and says that nothing was written.
What is told is what happened: a part that was refused, or never answered, is named, and can be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cds_service.outside import clock
from cds_service.outside.database import DatabaseUnavailable
from cds_service.outside.ehr_writer import Answer, CannotTell, Fate
from cds_service.outside.ehr_writes import Part, Write, WriteState
from smart_app import session
from smart_app.scopes import may_create
from smart_app.session import OpenChart, wiring

CLAIM_SECONDS = 120.0  # longer than any write takes; after it, another request may finish what a crash left
NOT_TAKEN = "not taken"  # by this kind of EHR, as its profile says
NOT_PERMITTED = "not permitted"
BEGUN = "begun"
_UNSETTLED = frozenset({BEGUN, Fate.UNKNOWN})
_STOPS = frozenset({Fate.UNKNOWN, Fate.BUSY, Fate.CONFLICT, Fate.SIGNED_OUT})

Resource = dict[str, Any]
References = Mapping[str, str]


@dataclass(frozen=True)
class Piece:
    """One resource of a rung. `build` is given what was written before it, by name ("Observation/12").

    Without an `essential` one the paper is not filed; the others are good to have.
    """

    name: str
    kind: str
    build: Callable[[References], Resource]
    essential: bool = True


Rungs = tuple[tuple[Piece, ...], ...]
RungsAt = Callable[[datetime], Rungs]


@dataclass(frozen=True)
class Paper:
    """Something to be filed. `key` was made with the form; `content_hash` is of what the clinician entered.

    `rungs` is given the moment at which it was first sent: tried again, it says the same.
    """

    key: str
    what: str
    measure_id: str
    content_hash: str
    rungs: RungsAt


@dataclass(frozen=True)
class Filed:
    """What became of a paper. `says` has the EHR's words on each part that was not written, by its name."""

    write: Write
    says: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.write.state is WriteState.WRITTEN

    @property
    def unknown(self) -> bool:
        return self.write.state is WriteState.UNKNOWN

    @property
    def nothing(self) -> bool:
        """Nothing was written, and nothing may have been."""
        return not self.write.written and not self.unknown

    @property
    def conflict(self) -> bool:
        return any(part.fate == Fate.CONFLICT for part in self.write.parts)

    @property
    def can_try_again(self) -> bool:
        """Whether the EHR may yet take it: it did not refuse, it did not answer."""
        return not self.complete and any(part.fate in _STOPS | _UNSETTLED for part in self.write.parts)


class NotNoted(Exception):
    """Something was sent to the EHR, and our database did not take the note of it."""


def file(opened: OpenChart, paper: Paper) -> Filed:
    """Write a paper, or finish one that was not written completely.

    Raises ehr_writes.OtherContent or BeingWritten; DatabaseUnavailable while nothing was sent, NotNoted
    after. Ends in the 401 page when the launch is over.
    """
    parts = wiring()
    now = clock.now()
    fresh = Write(
        host_ehr=opened.host_ehr.name,
        patient_id=opened.patient_id,
        key=paper.key,
        launch_id=opened.launch_id,
        what=paper.what,
        measure_id=paper.measure_id,
        content_hash=paper.content_hash,
        state=WriteState.BEGUN,
        parts=(),
        begun_at=now,
        changed_at=now,
    )
    with parts.database.transaction() as connection:
        write = parts.writes.begin(fresh, seconds=CLAIM_SECONDS, within=connection)
        if write.state in (WriteState.WRITTEN, WriteState.UNDONE):
            return Filed(write)
        _audit(opened, "ehr-write-begun", write, connection)  # what cannot be audited is not written
    return _Filing(opened, write).climb(paper.rungs(write.begun_at))


class _Filing:
    """One paper under way; the caller holds its claim, which every way out of here ends."""

    def __init__(self, opened: OpenChart, write: Write) -> None:
        self.opened = opened
        self.write = write
        self.says: dict[str, str] = {}
        self._sent = False

    def climb(self, rungs: Rungs) -> Filed:
        try:
            state = self._climbed(rungs)
        except BaseException:
            self._end(self._state_when_stopped())
            raise
        return self._end(state)

    def _climbed(self, rungs: Rungs) -> WriteState:
        settled = [self._is_settled(piece) for pieces in rungs for piece in pieces]
        if not all(settled):
            return WriteState.UNKNOWN
        for pieces in rungs:
            for piece in pieces:
                if self._put(piece) in _STOPS:
                    return self._state_when_stopped()
            if any(self._is_written(piece) for piece in pieces):
                whole = all(self._is_written(piece) for piece in pieces if piece.essential)
                return WriteState.WRITTEN if whole else WriteState.FAILED
        return WriteState.FAILED

    def _state_when_stopped(self) -> WriteState:
        unsettled = any(part.fate in _UNSETTLED for part in self.write.parts)
        return WriteState.UNKNOWN if unsettled else WriteState.FAILED

    def _is_settled(self, piece: Piece) -> bool:
        """Whether it is known what became of an earlier try: what was never answered is looked for first."""
        part = self.write.part(piece.name)
        if part is None or part.fate not in _UNSETTLED:
            return True
        try:
            found = self._find(piece.build(self._references()))
        except CannotTell as problem:
            self.says[piece.name] = str(problem)
            return False
        self._note(piece, found or Answer(Fate.BUSY))
        return True

    def _put(self, piece: Piece) -> str:
        if self._is_written(piece):
            return Fate.WRITTEN
        if not self.opened.host_ehr.behaves_as.can_write(piece.kind):
            self._keep(Part(piece.name, piece.kind, NOT_TAKEN))
            return NOT_TAKEN
        if not may_create(piece.kind, self.opened.granted_scopes):
            self._keep(Part(piece.name, piece.kind, NOT_PERMITTED))
            return NOT_PERMITTED
        resource = piece.build(self._references())
        self._keep(Part(piece.name, piece.kind, BEGUN))
        self._sent = True
        answer = self._create(resource)
        if answer.fate is Fate.SIGNED_OUT:
            self._note(piece, answer)
            self.opened = session.chart(self.opened.launch_id, refused=self.opened.token)
            answer = self._create(resource)
        if answer.fate is Fate.UNKNOWN:
            answer = self._looked_for(resource) or answer
        self._note(piece, answer)
        return answer.fate

    def _create(self, resource: Resource) -> Answer:
        return wiring().writer.create(self.opened.host_ehr, self.opened.token, resource)

    def _find(self, resource: Resource) -> Answer | None:
        opened = self.opened
        return wiring().writer.find(opened.host_ehr, opened.token, opened.patient_id, resource)

    def _looked_for(self, resource: Resource) -> Answer | None:
        """What was not answered may be there; if it is not yet to be found, that proves nothing."""
        try:
            return self._find(resource)
        except CannotTell:
            return None

    def _is_written(self, piece: Piece) -> bool:
        part = self.write.part(piece.name)
        return part is not None and part.fate == Fate.WRITTEN

    def _references(self) -> References:
        return {part.name: f"{part.kind}/{part.id}" for part in self.write.written}

    def _note(self, piece: Piece, answer: Answer) -> None:
        if answer.says:
            self.says[piece.name] = answer.says
        self._keep(Part(piece.name, piece.kind, answer.fate, answer.id, answer.version))

    def _keep(self, part: Part) -> None:
        self.write = self.write.with_part(part)
        try:
            wiring().writes.note(self.write, done=False)
        except DatabaseUnavailable as problem:
            if self._sent:
                raise NotNoted from problem
            raise

    def _end(self, state: WriteState) -> Filed:
        self.write = replace(self.write, state=state)
        try:
            with wiring().database.transaction() as connection:
                wiring().writes.note(self.write, done=True, within=connection)
                _audit(self.opened, "ehr-write", self.write, connection)
        except DatabaseUnavailable as problem:
            raise NotNoted from problem
        return Filed(self.write, self.says)


def _audit(opened: OpenChart, action: str, write: Write, connection: Any) -> None:
    wiring().audit.record(
        host_ehr=opened.host_ehr.name,
        actor=opened.user or "unknown",
        action=action,
        patient_id=opened.patient_id,
        detail={
            "launch_id": opened.launch_id,
            "write_key": write.key,
            "what": write.what,
            "resources": [f"{part.kind}/{part.id}" for part in write.written],
            "fates": [f"{part.name}:{part.fate.replace(' ', '-')}" for part in write.parts],
        },
        outcome="failed" if action == "ehr-write" and write.state is not WriteState.WRITTEN else "success",
        within=connection,
    )


def recent(opened: OpenChart, since: datetime) -> Iterator[Write]:
    """What was saved in this launch since a moment, the latest first."""
    for write in wiring().writes.since(opened.host_ehr.name, opened.patient_id, since):
        if write.launch_id == opened.launch_id:
            yield write
