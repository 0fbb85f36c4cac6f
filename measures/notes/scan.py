"""A note's text searched for results of instruments. Pure: text in, mentions out; nothing is recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from measures.notes.mention import Kind, Mention
from measures.notes.patterns import Patterns, read_patterns
from measures.notes.results import Found, Name, Results
from measures.notes.sentences import DateSaid, Sentence, sentences

ORDER = (Kind.TEMPLATE, Kind.SOMEONE_ELSES, Kind.NEGATED, Kind.PLANNED, Kind.HISTORICAL)
MOST_SENTENCES = 100
"""Sentences of one note that name an instrument; beyond them it is no note that somebody wrote."""
WITHOUT_RESULT = (Kind.TEMPLATE, Kind.NEGATED, Kind.PLANNED)
"""Kinds worth a mention though the note gives no result; another name without one is only a name."""

_PATIENT = re.compile(r"\b(?:patient|pt|client)(?:['’]s)?\b", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:today|now|currently)\b", re.IGNORECASE)


def offered(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Those a clinician is asked about: the patient's current results, the same result once."""
    current = (m for m in mentions if m.kind is Kind.CURRENT and m.has_result)
    return tuple({(m.instrument, m.value, m.positive, m.level): m for m in current}.values())


def scan(text: str, written: date | None = None) -> tuple[Mention, ...]:
    """Every mention of an instrument's result, in the order of the note.

    `written` is the day of the note: a result dated otherwise is historical, and without it any dated one is.
    """
    patterns = read_patterns()
    naming = (one for one in sentences(text) if patterns.name.search(one.text))
    return tuple(m for one in islice(naming, MOST_SENTENCES) for m in _in_sentence(patterns, one, written))


def _in_sentence(patterns: Patterns, sentence: Sentence, written: date | None) -> Iterator[Mention]:
    results = Results(patterns, sentence.text)
    for name in results.names:
        for found in results.of(name) or [Found(name.end, name.limit)]:
            said = _date_of(results, name, found)
            kind = found.kind or _kind(patterns, sentence, results, name, found)
            if kind is Kind.CURRENT and said and not (written and said.may_be(written)):
                kind = Kind.HISTORICAL
            if found.has_result or kind in WITHOUT_RESULT:
                yield Mention(
                    instrument=name.instrument,
                    kind=kind,
                    sentence=sentence.text.strip(),
                    start=sentence.start + name.start,
                    end=sentence.start + max(found.end, name.end),
                    value=found.value,
                    positive=found.positive,
                    level=found.level,
                    date_text=said.text if said else "",
                )


def _kind(patterns: Patterns, sentence: Sentence, results: Results, name: Name, found: Found) -> Kind:
    """The first kind one of whose cues stands in its place."""
    text, end = sentence.text, max(found.end, name.end)
    near = text[name.reach : name.start]
    places = {
        "section": sentence.heading,
        "around": text,
        "between": text[name.end : end],
        "after": text[end : found.heard],
    }
    if not found.has_result:
        chain = results.chain(name)
        places["before_nothing"] = text[chain[0].reach : chain[0].start]
        places["after_nothing"] = text[chain[-1].end : chain[-1].limit]
    for kind in ORDER[: -1 if found.newer else None]:
        # Whose a result is holds until the patient is named again; other cues stand right before the name.
        before = _PATIENT.split(text[: name.start])[-1] if kind is Kind.SOMEONE_ELSES else near
        looked_at = places | {"before": before}
        if any(
            place in looked_at and cue.search(looked_at[place]) for place, cue in patterns.cues[kind].items()
        ):
            return kind
    return Kind.CURRENT


def _date_of(results: Results, name: Name, found: Found) -> DateSaid | None:
    """The date beside the result, or the one that begins the sentence; none where "today" stands between."""
    near = [d for d in results.dates if name.reach <= d.start < found.heard and not results.is_score(d, name)]
    if found.newer:  # what stands before it dates the older half
        return next((d for d in near if d.start >= found.end), None)
    said = next(iter(near), None) or next((d for d in results.dates if d.start < 3), None)
    if said and said.end < found.end and _TODAY.search(results.text[said.end : found.end]):
        return None
    return said
