"""Taking back what was written in this launch: each resource is marked as entered in error.

What somebody changed in the EHR since is left alone.

FHIR has no undo, and a deleted resource would leave no trace; `entered-in-error` is what an EHR does itself.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from cds_service.outside.ehr_writer import Answer, Fate
from cds_service.outside.ehr_writes import Part, Write, WriteState
from smart_app import fhir_resources, session
from smart_app.scopes import may_update
from smart_app.session import OpenChart, wiring

UNDONE = "undone"


class Undoing(StrEnum):
    """How taking back ended."""

    UNDONE = "undone"
    NOT_PERMITTED = "not permitted"  # this launch may not change what it wrote
    CHANGED = "changed"  # somebody changed it in the EHR since
    FAILED = "failed"


def undo(opened: OpenChart, write: Write) -> Undoing:
    """Take back every resource of a write, the last first; those taken back stay so if a later one fails."""
    kinds = {part.kind for part in write.written}
    if not all(may_update(kind, opened.granted_scopes) for kind in kinds):
        return Undoing.NOT_PERMITTED
    _audit(opened, "ehr-undo-begun", write)
    ended = Undoing.UNDONE
    for part in reversed(write.written):
        answer = _take_back(opened, part)
        if answer.fate is Fate.SIGNED_OUT:
            opened = session.chart(opened.launch_id, refused=opened.token)
            answer = _take_back(opened, part)
        if answer.fate is not Fate.WRITTEN:
            ended = _ENDS.get(answer.fate, Undoing.FAILED)
            break
        write = write.with_part(replace(part, fate=UNDONE))
    if ended is Undoing.UNDONE:
        write = replace(write, state=WriteState.UNDONE)
    wiring().writes.note(write, done=True)
    _audit(opened, "ehr-undo", write, ended)
    return ended


_ENDS = {Fate.CONFLICT: Undoing.CHANGED, Fate.REFUSED: Undoing.NOT_PERMITTED}


def _take_back(opened: OpenChart, part: Part) -> Answer:
    writer, ehr = wiring().writer, opened.host_ehr
    now = writer.read(ehr, opened.token, part.kind, part.id)
    if now.fate is not Fate.WRITTEN:
        return now
    theirs = fhir_resources.is_about(now.resource, part.kind, opened.patient_id)
    if not theirs or not now.version:
        return Answer(Fate.REFUSED, "the EHR does not say which version it is")
    if part.version and now.version != part.version:
        return Answer(Fate.CONFLICT, "it was changed in the EHR since")
    wrong = fhir_resources.checked(now.resource | {"status": "entered-in-error"})
    return writer.update(ehr, opened.token, wrong, now.version)


def _audit(opened: OpenChart, action: str, write: Write, ended: Undoing = Undoing.UNDONE) -> None:
    wiring().audit.record(
        host_ehr=opened.host_ehr.name,
        actor=opened.user or "unknown",
        action=action,
        patient_id=opened.patient_id,
        detail={
            "launch_id": opened.launch_id,
            "write_key": write.key,
            "resources": [f"{part.kind}/{part.id}" for part in write.parts if part.id],
        },
        outcome="success" if ended is Undoing.UNDONE else "failed",
    )
