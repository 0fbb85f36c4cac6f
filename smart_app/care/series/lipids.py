"""Lipids in mg/dL: LDL cholesterol is drawn, the others of the panel stand in the table twin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from measures.record import PatientRecord
from measures.terminology import LOINC, Code
from smart_app.care.facts import say_value, source_path
from smart_app.care.lanes import Lane, Latest, Reading, Side
from smart_app.care.measured import Measured, Severity
from smart_app.care.scale import Height
from smart_app.care.wording import say_when

_MG_PER_MMOL = 38.67  # molar mass of cholesterol, per dL

_LDL = Measured(
    key="lipids",
    label="Lipids",
    about="LDL drawn",
    side=Side.BODY,
    place=140,
    codes=(
        Code(LOINC, "13457-7", "LDL cholesterol, calculated"),
        Code(LOINC, "18262-6", "LDL cholesterol, direct"),
        Code(LOINC, "2089-1", "LDL cholesterol"),
    ),
    unit="mg/dL",
    units={"mg/dL": 1, "mmol/L": _MG_PER_MMOL},
    height=Height(60, 190, 46),
    severity=(
        Severity(0, "optimal"),
        Severity(100, "near optimal"),
        Severity(130, "borderline high", "watch"),
        Severity(160, "high", "high"),
        Severity(190, "very high", "high"),
    ),
    fit="stretch",
)
_OTHERS = {
    "total cholesterol": (Code(LOINC, "2093-3", "Total cholesterol"),),
    "HDL": (Code(LOINC, "2085-9", "HDL cholesterol"),),
    "triglycerides": (
        Code(LOINC, "2571-8", "Triglycerides"),
        Code(LOINC, "3043-7", "Triglycerides"),
    ),
}


@dataclass(frozen=True)
class Lipids:
    place: int = _LDL.place

    def lane(self, record: PatientRecord, today: date) -> Lane:
        ldl = _LDL.lane(record, today)
        others = tuple(
            Reading(event.day, say_when(event, today), say_value(event), source_path(event), name)
            for name, codes in _OTHERS.items()
            for event in record.find("Observation", codes).sure
            if event.has_value
        )
        if not others:
            return ldl
        latest = max(others, key=lambda reading: reading.day or date.min)
        beside = Latest(latest.says, word=latest.meaning, when=latest.when, stale=True)
        readings = tuple(replace(r, meaning=f"LDL, {r.meaning}") for r in ldl.readings)
        return replace(ldl, readings=(*readings, *others), latest=ldl.latest or beside, absence=None)


SERIES = Lipids()
