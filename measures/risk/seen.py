"""Which facts a score was made of, small enough to be kept with it: so that a record that holds a new one is
scored anew.

A record may hold fewer facts than the score saw, and nothing is new: a panel at night and an open chart read
more than a CDS call. What a mark tells apart is the version of a resource; where an EHR gives none, its
content.
"""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator
from functools import cache
from zlib import crc32

import orjson

from measures.batch.reading import Wanted
from measures.event import Event
from measures.record import PatientRecord
from measures.risk.panel import wanted_by_features
from measures.shapes import Resource


def facts_in(record: PatientRecord) -> frozenset[int]:
    """A mark of 32 bits for each resource that a feature can read, as it is now."""
    return record.remember(facts_in, lambda: frozenset(_marks(record)))


def as_text(seen: frozenset[int]) -> str:
    """Some six characters a resource; `has_news` reads it."""
    return b64encode(array("I", sorted(seen)).tobytes()).decode()


def has_news(record: PatientRecord, seen: str) -> bool:
    """Whether the record holds a fact, or a version of it, that was not seen."""
    held = array("I")
    held.frombytes(b64decode(seen))
    return not facts_in(record).issubset(held)


def _marks(record: PatientRecord) -> Iterator[int]:
    wanted = _wanted()
    yield _mark("Patient", record.patient)
    for kind in record.kinds():
        if kind in wanted.kinds:
            for event in record.held(kind):
                if kind != "Observation" or _is_read(event, wanted):
                    yield _mark(kind, event.source)


def _is_read(observation: Event, wanted: Wanted) -> bool:
    try:
        return wanted.observed is None or not wanted.observed.isdisjoint(observation.codes)
    except (AttributeError, TypeError):
        return False  # no feature can read it either


def _mark(kind: str, source: Resource) -> int:
    meta = source.get("meta")
    version = (meta.get("versionId") or meta.get("lastUpdated")) if isinstance(meta, dict) else None
    if not version:
        return crc32(orjson.dumps(source))
    return crc32(f"{kind}/{source.get('id')} {version}".encode())


@cache
def _wanted() -> Wanted:
    return wanted_by_features()
