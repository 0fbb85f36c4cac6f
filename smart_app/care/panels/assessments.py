"""Assessments: the latest of every instrument, its severity in words with the number beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from measures.event import Event
from measures.record import PatientRecord
from measures.shapes import Standing
from measures.terminology import OBSERVATION_CATEGORY, CodeKey
from measures.time import before, day_instant
from smart_app.care.facts import begun_by, plain, say_value, source_path
from smart_app.care.instruments import Scale, scales
from smart_app.care.material import Material
from smart_app.care.measured import grade_of
from smart_app.care.panel import Group, Line, Panel
from smart_app.care.panels.social_needs import DOMAINS
from smart_app.care.suicide_risk import CSSRS, risk_level, screens
from smart_app.care.wording import say_amount, say_when

_TONES = {"moderate": "watch", "high": "high"}
_ELSEWHERE: frozenset[CodeKey] = frozenset(
    code.key for codes in (CSSRS, *(d.questions for d in DOMAINS)) for code in codes
)  # told on a line, or in a panel, of its own


def assessments(material: Material) -> tuple[Group, ...]:
    """The latest first."""
    record, today = material.record, material.today
    found = [*_scored(record, today), *_suicide_risk(record, today), *_others(record, today)]
    found.sort(key=lambda dated: dated[0], reverse=True)
    return (Group("", tuple(line for _, line in found)),)


Dated = tuple[int, Line]


def _scored(record: PatientRecord, today: date) -> Iterator[Dated]:
    gender = str(record.patient.get("gender"))
    totals = [e for e in record.every("Observation").sure if e.standing is Standing.DONE]
    for scale in scales():
        latest = _latest((event for event in totals if scale.told_in(event)), today)
        if latest is not None:
            yield begun_by(latest), _line(scale, gender, latest, today)


def _line(scale: Scale, gender: str, event: Event, today: date) -> Line:
    score = event.value
    if score is None or score.unit not in scale.units:
        return Line(f"{scale.name}: {say_value(event)}", say_when(event, today), source=source_path(event))
    grade = grade_of(score, scale.grades(gender))
    points = say_amount(score) + (" %" if score.unit == "%" else "")
    said = f"{scale.name}: {', '.join(filter(None, (grade.word, points)))}"
    return Line(said, say_when(event, today), scale.about, source_path(event), grade.tone)


def _suicide_risk(record: PatientRecord, today: date) -> Iterator[Dated]:
    latest = _latest(screens(record), today)
    if latest is not None:
        level = risk_level(latest)
        word = level.word if level else say_value(latest)
        when, tone = say_when(latest, today), _TONES.get(word, "")
        yield begun_by(latest), Line(f"C-SSRS: {word}", when, "suicide risk", source_path(latest), tone)


def _others(record: PatientRecord, today: date) -> Iterator[Dated]:
    """Totals of other questionnaires, in their own words."""
    by_name: dict[str, list[Event]] = {}
    for event in record.every("Observation").sure:
        if event.standing is Standing.DONE and _is_total(event.source) and not _is_told(event):
            by_name.setdefault(plain(event.display), []).append(event)
    for name, events in by_name.items():
        latest = _latest(events, today)
        if latest is not None and latest.value is not None:
            line = Line(f"{name}: {say_value(latest)}", say_when(latest, today), source=source_path(latest))
            yield begun_by(latest), line


def _is_told(event: Event) -> bool:
    return not _ELSEWHERE.isdisjoint(event.codes) or any(scale.told_in(event) for scale in scales())


def _is_total(observation: Any) -> bool:
    """Whether it is of the category "survey" and calls itself a score."""
    codes = {
        (coding.get("system"), coding.get("code"))
        for concept in observation.get("category") or ()
        for coding in concept.get("coding") or ()
    }
    concept = observation.get("code") or {}
    words = " ".join([str(concept.get("text") or ""), *_displays(concept)]).lower()
    return (OBSERVATION_CATEGORY, "survey") in codes and "score" in words


def _displays(concept: Any) -> list[str]:
    return [str(coding.get("display") or "") for coding in concept.get("coding") or ()]


def _latest(events: Iterable[Event], today: date) -> Event | None:
    """The latest with a result that is not dated in the future; an undated one where there is no other."""
    end = day_instant(today)
    valued = [e for e in events if e.has_value and before(end, e.start) is not True]
    return max(valued, key=begun_by, default=None)


PANEL = Panel(
    key="assessments",
    title="Assessments",
    place=15,
    kinds=("Observation",),
    none="None found: no assessment on record.",
    fill=assessments,
)
