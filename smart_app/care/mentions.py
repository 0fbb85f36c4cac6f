"""Results that stand only in the text of a note: shown under the gap they do not close, to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from measures.date_words import say_full_day
from measures.instrument import Form, Instrument, Score
from measures.notes import Mention, note_text, offered, scan
from measures.record import PatientRecord
from measures.respondent import Person
from measures.scoring import rated
from smart_app.care.facts import FHIR_ID
from smart_app.fhir_resources import Resource

LOOKED_AT = 20  # of the newest notes
OLDEST = timedelta(days=365)
LONGEST = 300  # characters of a sentence that are shown
_NO_NOTE = ("entered-in-error", "superseded")


@dataclass(frozen=True)
class NoteMention:
    """One current result in one note. `total` is set where the note gives it as a number."""

    note_id: str
    instrument_id: str
    sentence: str
    day: date
    total: int | None

    @property
    def when(self) -> str:
        return say_full_day(self.day)


def mentions(
    resources: Iterable[Resource], record: PatientRecord, instruments: Iterable[Instrument], today: date
) -> tuple[NoteMention, ...]:
    """Of the newest notes, the latest first; without those whose result is on record in its own right."""
    dated = [(day, one) for one in resources if _is_note(one) and (day := _day_of(one)) is not None]
    lately = [(day, one) for day, one in dated if today - OLDEST <= day <= today]
    lately.sort(key=lambda each: each[0], reverse=True)
    known = {instrument.id: instrument for instrument in instruments}
    return tuple(
        mention
        for _, note in lately[:LOOKED_AT]
        for mention in in_note(note)
        if mention.instrument_id in known and not _is_recorded(mention, known[mention.instrument_id], record)
    )


def in_note(note: Resource) -> Iterator[NoteMention]:
    """What a clinician is asked about in one note; nothing where it has no day, or no text of its own."""
    day, text = _day_of(note), note_text(note).text
    if day is None or not text or not FHIR_ID.fullmatch(str(note.get("id"))):
        return
    for one in offered(scan(text, day)):
        yield NoteMention(note["id"], one.instrument, _short(one), day, one.value)


def score_of(mention: NoteMention, instrument: Instrument, person: Person) -> Score | None:
    """The score a confirmed total stands for. A level of risk is not taken from a note: it is to be asked."""
    total, highest = mention.total, instrument.highest
    if (
        total is None
        or highest is None
        or instrument.total_form is not Form.POINTS
        or instrument.total is None
    ):
        return None
    return rated(instrument, total, person) if 0 <= total <= highest else None


def _is_recorded(mention: NoteMention, instrument: Instrument, record: PatientRecord) -> bool:
    """Whether the record has a result of that day, or the next: then it is not only in the note."""
    if instrument.total is None:
        return False
    results = record.find("Observation", (instrument.total,)).sure
    return any(one.day and 0 <= (one.day - mention.day).days <= 1 for one in results)


def _is_note(resource: Resource) -> bool:
    return resource.get("resourceType") == "DocumentReference" and resource.get("status") not in _NO_NOTE


def _day_of(note: Resource) -> date | None:
    context = note.get("context")
    period = context.get("period") if isinstance(context, Mapping) else None
    start = period.get("start") if isinstance(period, Mapping) else None
    for written in (start, note.get("date")):
        try:
            return date.fromisoformat(str(written)[:10])
        except ValueError:
            continue
    return None


def _short(mention: Mention) -> str:
    sentence = " ".join(mention.sentence.split())
    return sentence if len(sentence) <= LONGEST else f"{sentence[: LONGEST - 1].rstrip()}…"
