"""Of which records a score may be made, compared and kept: as far as they can be read, and may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from measures.gather import QUERIES, State
from measures.record import PatientRecord
from measures.risk.outlook import Makes, Outlook, Scores, outlook, readable
from measures.risk.panel import wanted_by_features


def outlook_of(scores: Scores, record: PatientRecord, day: date, makes: Makes = outlook) -> Outlook:
    """As far as the record can be read; not compared for who may not read all that is scored. Raises what is
    wrong with the record where that is the Patient.
    """
    found = readable(scores, record, day, makes)
    made = found[1] if found else makes(scores, record, day)
    return made if sees_all(record) else replace(made, before=None, before_on=None, before_at={})


def sees_all(record: PatientRecord) -> bool:
    """Whether none of the types that are scored was refused: what a viewer may not see must not reach them
    through a number.
    """
    return all(record.gathered.state(kind) is not State.NOT_PERMITTED for kind in _scored())


def is_whole(record: PatientRecord) -> bool:
    """Whether all was gathered that a call or a chart can gather: only such a score is worth keeping."""
    return all(record.gathered.state(kind) is State.GATHERED for kind in _scored() & _ASKED)


_ASKED = frozenset(query.kind for query in QUERIES)


@cache
def _scored() -> frozenset[str]:
    return wanted_by_features().kinds
