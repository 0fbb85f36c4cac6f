"""Where care took place, told by an encounter's class or type, and what it was for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from measures.risk.as_of import NEVER, Fact, Known, facts
from measures.risk.concepts import CRISIS, PSYCHIATRIC
from measures.shapes import codings
from measures.terminology import CodeKey


class Setting(StrEnum):
    HOSPITAL = "hospital"
    EMERGENCY = "emergency"
    URGENT = "urgent care"
    VIRTUAL = "virtual"
    OFFICE = "office"
    NONE = "none"


# v3-ActCode as R4 has it, and the words of earlier releases and of exports that keep their own.
_BY_CLASS = {
    "imp": Setting.HOSPITAL, "acute": Setting.HOSPITAL, "nonac": Setting.HOSPITAL,
    "inpatient": Setting.HOSPITAL, "ss": Setting.HOSPITAL,
    "emer": Setting.EMERGENCY, "emergency": Setting.EMERGENCY,
    "urgentcare": Setting.URGENT, "vr": Setting.VIRTUAL, "virtual": Setting.VIRTUAL,
    "prenc": Setting.NONE,
}  # fmt: skip
_BY_VALUE_SET = {
    "2.16.840.1.113883.3.666.5.307": Setting.HOSPITAL,  # Encounter Inpatient
    "2.16.840.1.113883.3.464.1003.101.12.1010": Setting.EMERGENCY,  # Emergency Department E&M Visit
    "2.16.840.1.113883.3.117.1.7.1.292": Setting.EMERGENCY,  # Emergency Department Visit
}


class Visit(NamedTuple):
    """One encounter: where, and since which day it is known to be for mental illness or self-harm
    (`psychiatric_from`), or for a crisis (`crisis_from`); a day that never comes when it is not. And whether
    it was a check-up, asked for by no complaint.
    """

    fact: Fact
    setting: Setting
    psychiatric_from: int
    crisis_from: int
    check_up: bool


ACUTE = frozenset({Setting.HOSPITAL, Setting.EMERGENCY})


def visits(known: Known) -> tuple[Visit, ...]:
    """The encounters that had begun, the latest last; each is read once a record. What two sources tell under
    two ids, of the same kind from and to the same moments, is one. What cannot be read is left out, and named
    among the record's problems.
    """

    def found() -> tuple[Visit, ...]:
        made: dict[object, Visit] = {}
        facts_of = {fact.event: fact for fact in known.of("Encounter")}
        read = known.once("visit", lambda event: _visit(facts_of[event], known), None)
        for event, fact in facts_of.items():
            visit = read(event)
            if visit is None:
                continue
            visit = visit if visit.fact == fact else visit._replace(fact=fact)
            told = _told_as(visit)
            twin = made.get(told)
            made[told] = visit if twin is None else _both(twin, visit)
        return tuple(made.values())

    return known.remember("visits", found)


def _told_as(visit: Visit) -> object:
    """What two entries of one visit share. Told by days alone, two of a day may well be two visits."""
    when = visit.fact.event.when
    to_the_moment = when.start.earliest == when.start.latest
    return (visit.setting, when) if to_the_moment else visit.fact.event


def _both(one: Visit, other: Visit) -> Visit:
    """One visit told twice: for what either tells of it."""
    return one._replace(
        psychiatric_from=min(one.psychiatric_from, other.psychiatric_from),
        crisis_from=min(one.crisis_from, other.crisis_from),
    )


def acute(known: Known) -> tuple[Visit, ...]:
    """Emergency visits and hospital stays."""
    return known.remember("acute", lambda: tuple(v for v in visits(known) if v.setting in ACUTE))


def _visit(fact: Fact, known: Known) -> Visit:
    """The reasons count from the day of the encounter, its diagnoses from when they were recorded."""
    source = fact.event.source
    types = fact.event.codes
    about = known.concepts.of([*types, *fact.event.reasons, *codings(source.get("reason"))])
    psychiatric, crisis = (fact.day if about & held else NEVER for held in (PSYCHIATRIC, CRISIS))
    for diagnosis in source.get("diagnosis") or ():
        condition = _condition(diagnosis, known)
        if condition is not None:
            said = known.concepts.of(condition.event.codes)
            day = max(fact.day, condition.day)
            psychiatric = min(psychiatric, day) if said & PSYCHIATRIC else psychiatric
            crisis = min(crisis, day) if said & CRISIS else crisis
    return Visit(fact, _setting(source, types, known), psychiatric, crisis, "check_up" in about)


def _condition(diagnosis: object, known: Known) -> Fact | None:
    held = diagnosis.get("condition") if isinstance(diagnosis, Mapping) else None
    reference = held.get("reference") if isinstance(held, Mapping) else None
    by_id: dict[str, Fact] = known.record.remember(
        "measures.risk.conditions", lambda: {fact.event.id: fact for fact in facts(known.record, "Condition")}
    )
    return by_id.get(str(reference).rpartition("/")[2]) if reference else None


def _setting(source: Mapping[str, object], types: Sequence[CodeKey], known: Known) -> Setting:
    kind = source.get("class")
    if isinstance(kind, Mapping):
        named = _BY_CLASS.get(str(kind.get("code", "")).lower())
        if named:
            return named
    oids = known.record.vocabulary.oids_by_code
    for code in types:
        for oid in oids.get(code, ()):
            if oid in _BY_VALUE_SET:
                return _BY_VALUE_SET[oid]
    return Setting.OFFICE
