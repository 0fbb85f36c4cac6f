"""A resource that cannot be worked with costs only itself: it is found when it does harm, named and left out.

Nothing is checked beforehand: nearly all that a site sends is well made, and what each question reads of a
resource is known to the question alone. So a record is asked as it is, and only if that fails is it halved
until the resources are found that fail by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from measures.record import SHARED_KINDS, PatientRecord
from measures.shapes import UNREADABLE, Resource
from measures.supposing import supposing

Answer = TypeVar("Answer")

_UNREADABLE = (*UNREADABLE, IndexError)


def answered(
    record: PatientRecord, ask: Callable[[PatientRecord], Answer]
) -> tuple[PatientRecord, Answer] | None:
    """What is answered, and the record that answered: this one, or one without the resources that no answer
    can be had with. They are named in `record.problems`.

    None, and a problem, where it is the Patient or where no single resource is at fault. `ask` may be called
    many times. An error that does not come of the record is raised as it is.
    """
    try:
        return record, ask(record)
    except _UNREADABLE as error:
        ask(_blank(record))  # fails too where the fault is not the record's
        why: Exception | None = error
    held = tuple(record.resources())
    own = [one for one in held if one["resourceType"] not in SHARED_KINDS]
    shared = [one for one in held if one["resourceType"] in SHARED_KINDS]
    broken = [] if _fails(record, shared, ask) else _broken(record, own, shared, ask)
    for resource, fault in broken:
        name = f"{resource['resourceType']}/{resource.get('id', '?')}"
        record.problems.append(f"{name}: cannot be read ({_said(fault)}); it is left out")
    if broken:
        left = [one for one in own if not any(one is resource for resource, _ in broken)]
        why = _fails(record, [*left, *shared], ask)
        if why is None:
            mended = supposing(record, [*left, *shared])
            return mended, ask(mended)
    record.problems.append(f"Patient/{record.id}: cannot be read ({_said(why)}); left out with all")
    return None


def _fails(
    record: PatientRecord, held: Sequence[Resource], ask: Callable[[PatientRecord], Any]
) -> Exception | None:
    try:
        ask(supposing(record, held))
    except _UNREADABLE as error:
        return error
    return None


def _broken(
    record: PatientRecord,
    held: Sequence[Resource],
    shared: Sequence[Resource],
    ask: Callable[[PatientRecord], Any],
) -> list[tuple[Resource, Exception]]:
    """The resources that cannot be asked about even alone, each with its error."""
    error = _fails(record, [*held, *shared], ask)
    if error is None or len(held) < 2:
        return [(one, error) for one in held if error]
    half = len(held) // 2
    return [*_broken(record, held[:half], shared, ask), *_broken(record, held[half:], shared, ask)]


def _blank(record: PatientRecord) -> PatientRecord:
    """Somebody of whom nothing is known but an age."""
    patient = {"resourceType": "Patient", "id": record.id, "birthDate": "1980-01-01"}
    return PatientRecord(patient, (), record.vocabulary, gathered=record.gathered, zone=record.zone)


def _said(error: Exception | None) -> str:
    return f"{type(error).__name__}: {error}"
