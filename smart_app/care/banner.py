"""Who this is: the line that keeps one patient from being taken for another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from measures.age import Age
from measures.date_words import say_written
from measures.record import PatientRecord, RecordCannotSay
from smart_app.care.wording import age


@dataclass(frozen=True)
class Banner:
    """Each part is empty when the record does not give it."""

    name: str
    age: str
    gender: str
    born: str
    died: str
    record_number: str


def banner(record: PatientRecord, today: date) -> Banner:
    patient = record.patient
    born, last = record.birth_date, min(_day_of_death(patient) or today, today)
    return Banner(
        name=patient_name(patient),
        age=age(born, last) if born and born <= last else _about(record, last),
        gender=str(patient.get("gender") or ""),
        born=say_written(str(patient.get("birthDate") or "")),
        died=_died(patient),
        record_number=_record_number(patient),
    )


def _about(record: PatientRecord, day: date) -> str:
    """The age of one born in a known year or month: the older of the two it may be."""
    if record.born is None or record.born.first == record.born.last or record.born.last > day:
        return ""
    try:
        age_then = record.age_on(day)
    except RecordCannotSay:
        return ""
    return f"about {age_then.most if isinstance(age_then, Age) else age_then} y"


def patient_name(patient: Mapping[str, Any]) -> str:
    """The official name, else the first; "Name not recorded" without one."""
    names = [name for name in patient.get("name") or () if isinstance(name, Mapping)]
    official = [name for name in names if name.get("use") == "official"]
    for name in (*official, *names):
        given = [str(part) for part in name.get("given") or ()]
        said = str(name.get("text") or " ".join([*given, str(name.get("family") or "")])).strip()
        if said:
            return said
    return "Name not recorded"


def _day_of_death(patient: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(patient.get("deceasedDateTime") or "")[:10])
    except ValueError:
        return None


def _died(patient: Mapping[str, Any]) -> str:
    if patient.get("deceasedDateTime"):
        return f"died {say_written(str(patient['deceasedDateTime']))}"
    return "deceased" if patient.get("deceasedBoolean") is True else ""


def _record_number(patient: Mapping[str, Any]) -> str:
    """The identifier typed MR (HL7 v2 table 0203): medical record number."""
    for identifier in patient.get("identifier") or ():
        if not isinstance(identifier, Mapping):
            continue
        kind = identifier.get("type")
        codings = kind.get("coding") or () if isinstance(kind, Mapping) else ()
        if any(isinstance(c, Mapping) and c.get("code") == "MR" for c in codings):
            return str(identifier.get("value") or "")
    return ""
