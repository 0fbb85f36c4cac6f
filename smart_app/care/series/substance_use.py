"""Substance use on one lane: AUDIT and DAST-10 totals, urine drug screens and what was said of use, each at
the level it tells. What consent does not allow was left out before anything here looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from measures.event import Event
from measures.record import PatientRecord
from measures.shapes import Standing
from measures.terminology import LOINC, SNOMED, Code
from smart_app.care.facts import plain, say_value, source_path
from smart_app.care.instruments import Scale, scale
from smart_app.care.lanes import Band, Lane, Latest, Reading, Shape, Side
from smart_app.care.measured import STALE_AFTER_DAYS, grade_of, say_latest_day
from smart_app.care.scale import Height
from smart_app.care.scores import SCORE
from smart_app.care.states import absence
from smart_app.care.wording import say_amount, say_when

_HEIGHT = Height(0, 3, 46, margin=8)
_LEVELS = {"": 1.0, "watch": 2.0, "high": 3.0}
_SHAPES = {"": Shape.DOT, "watch": Shape.TRIANGLE, "high": Shape.DIAMOND}

# By words as well as by code: laboratories name a urine drug screen in hundreds of ways. Words decide where a
# result is shown, never whether a measure is met.
_DRUGS = re.compile(
    r"amphetamine|benzodiazepine|barbiturate|buprenorphine|cannabi|cocaine|benzoylecgonine|fentanyl|methadone|"
    r"morphine|opiate|oxycodone|phencyclidine|tetrahydrocannabinol|drugs? of abuse|drug screen|toxicology",
    re.IGNORECASE,
)
_IN_URINE = re.compile(r"urine|\buds\b|\budt\b", re.IGNORECASE)
_USE = (
    Code(LOINC, "11331-6", "History of alcohol use"),
    Code(LOINC, "11343-1", "History of other nonmedical drug use"),
    Code(LOINC, "74205-6", "Alcohol use in last 12 months"),
)
_PRESENT = {(LOINC, "LA6576-8"), (SNOMED, "10828004"), (SNOMED, "260373001")}
_ABSENT = {(LOINC, "LA6577-6"), (SNOMED, "260385009"), (SNOMED, "260415000")}
_POSITIVE_WORDS = re.compile(r"\b(positive|detected|present|abnormal)\b", re.IGNORECASE)
_NEGATIVE_WORDS = re.compile(r"\b(negative|not detected|none detected|absent|not present)\b", re.IGNORECASE)


@dataclass(frozen=True)
class SubstanceUse:
    place: int = 45

    def lane(self, record: PatientRecord, today: date) -> Lane:
        readings = tuple(sorted(_readings(record, today), key=lambda r: (r.day or date.min, r.source)))
        return Lane(
            key="substance_use",
            label="Substance use",
            about="totals, screens, history",
            side=Side.MIND,
            height=_HEIGHT,
            readings=readings,
            bands=(Band(1.5, 2.5, 1), Band(2.5, 3.5, 3)),
            joined=False,
            latest=_latest(readings[-1], today) if readings else None,
            absence=None if readings else absence(record.gathered, ("Observation",), "no value on record"),
        )


def _readings(record: PatientRecord, today: date) -> Iterator[Reading]:
    for told in (scale("audit"), scale("dast-10")):
        for event in record.find("Observation", told.codes).sure:
            if event.has_value:
                yield _total(told, event, today)
    said = set(record.find("Observation", _USE).sure)
    for event in record.every("Observation").sure:
        if event.standing is Standing.DONE and event.has_value and (event in said or _is_drug_screen(event)):
            yield _result(event, today)


def _is_drug_screen(event: Event) -> bool:
    words = " ".join([event.display, *_displays(event)])
    return bool(_DRUGS.search(words) and _IN_URINE.search(words))


def _displays(event: Event) -> list[str]:
    concept = event.source.get("code") or {}
    return [str(coding.get("display") or "") for coding in concept.get("coding") or ()]


def _total(told: Scale, event: Event, today: date) -> Reading:
    score = event.value
    if score is None or score.unit not in SCORE:
        return _plain(event, f"{told.name} {say_value(event)}", today)
    grade, said = grade_of(score, told.severity), f"{told.name} {say_amount(score)}"
    if not grade.word:
        return _plain(event, said, today)
    return _placed(event, said, grade.word, grade.tone, today)


def _result(event: Event, today: date) -> Reading:
    """A screen or an answer. Whether it was positive is told by its code, or by its words; else it is only
    listed.
    """
    says = f"{plain(event.display)}: {say_value(event)}"
    codes, words = set(event.value_codes), say_value(event)
    if codes & _ABSENT or _NEGATIVE_WORDS.search(words):
        return _placed(event, says, "negative", "", today)
    if codes & _PRESENT or _POSITIVE_WORDS.search(words):
        return _placed(event, says, "positive", "watch", today)
    return _plain(event, says, today)


def _placed(event: Event, says: str, meaning: str, tone: str, today: date) -> Reading:
    if event.day and event.day > today:
        return _plain(event, says, today)
    return Reading(
        event.day,
        say_when(event, today),
        says,
        source_path(event),
        meaning=meaning,
        value=_LEVELS[tone] if meaning not in ("negative", "no problem reported") else 0.5,
        shape=_SHAPES[tone],
        tone=tone,
    )


def _plain(event: Event, says: str, today: date) -> Reading:
    """In the table only."""
    return Reading(event.day, say_when(event, today), says, source_path(event))


def _latest(last: Reading, today: date) -> Latest:
    name, _, result = last.says.partition(": ")
    stale = last.day is not None and (today - last.day).days > STALE_AFTER_DAYS
    said = say_latest_day(last.day, today) if last.day else last.when
    value, beside = (last.meaning or result, name) if result else (last.says, "")
    word = beside if result else last.meaning
    return Latest(value, word=_short(word), when=said, tone=last.tone, stale=stale)


def _short(name: str) -> str:
    """What a laboratory calls its test, without the bracketed rest: "Cocaine"."""
    return name.partition(" [")[0].partition(" in ")[0]


SERIES = SubstanceUse()
