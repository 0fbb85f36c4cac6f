"""Whom an assessment is about, as the Patient resource tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from measures.respondent import Person, Sex


def respondent(patient: Mapping[str, Any], today: date) -> Person:
    """Sex and age in completed years; each unknown where the resource does not say."""
    gender, born = patient.get("gender"), patient.get("birthDate")
    sex = Sex(gender) if gender in ("female", "male") else None
    try:
        day = date.fromisoformat(born) if isinstance(born, str) else None
    except ValueError:
        day = None
    age = (
        None
        if day is None or day > today
        else today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    )
    return Person(sex, age)
