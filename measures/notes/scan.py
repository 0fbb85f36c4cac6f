"""A note's text searched for results of instruments. Pure: text in, mentions out; nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from measures.notes.mention import Kind, Mention
from measures.notes.patterns import Patterns, read_patterns
from measures.notes.results import Found, Name, Results
from measures.notes.sentences import DateSaid, Sentence, sentences

ORDER = (Kind.TEMPLATE, Kind.SOMEONE_ELSES, Kind.NEGATED, Kind.PLANNED, Kind.HISTORICAL)
WITHOUT_RESULT = (Kind.TEMPLATE, Kind.NEGATED, Kind.PLANNED)
"""Kinds worth a mention though the note gives no result; another name without one is only a name."""


def offered(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Those a clinician is asked about: the patient's current results, the same result once."""
    current = (m for m in mentions if m.kind is Kind.CURRENT and m.has_result)
    return tuple({(m.instrument, m.value, m.positive, m.level): m for m in current}.values())


def scan(text: str, written: date | None = None) -> tuple[Mention, ...]:
    """Every mention of an instrument's result, in the order of the note.

    `written` is the day of the note: a result dated otherwise is historical, and without it any dated one is.
    """
    patterns = read_patterns()
    return tuple(m for one in sentences(text) for m in _in_sentence(patterns, one, written))


def _in_sentence(patterns: Patterns, sentence: Sentence, written: date | None) -> Iterator[Mention]:
    results = Results(patterns, sentence.text)
    for name in results.names:
        for found in results.of(name) or [Found(name.end, name.limit)]:
            said = _date_of(results, name, found)
            kind = found.kind or _kind(patterns, sentence, name, found)
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


def _kind(patterns: Patterns, sentence: Sentence, name: Name, found: Found) -> Kind:
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
        places |= {"before_nothing": near, "after_nothing": text[name.end : name.limit]}
    for kind in ORDER:
        # Whose a result is holds to the end of the sentence; the other cues stand right before the name.
        before = text[: name.start] if kind is Kind.SOMEONE_ELSES else near
        looked_at = places | {"before": before}
        if any(
            place in looked_at and cue.search(looked_at[place]) for place, cue in patterns.cues[kind].items()
        ):
            return kind
    return Kind.CURRENT


def _date_of(results: Results, name: Name, found: Found) -> DateSaid | None:
    """The date beside the result, or the one that begins the sentence."""
    near = [d for d in results.dates if name.reach <= d.start < found.heard and not results.is_score(d, name)]
    if near:
        return near[0]
    return next((d for d in results.dates if d.start < 3), None)
