"""What is kept and shown of one patient's risk: the score of a day, what it was a month before, and where the
patient stands.

The score of the month before is made from the same record as it stood on that day, by the same model: a
change is then a change of the patient, never of the model or of how much is on record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from measures.malformed import answered
from measures.record import PatientRecord, RecordCannotSay
from measures.risk.as_of import Fact, Known
from measures.risk.care import Setting, visits
from measures.risk.in_place import in_place
from measures.risk.score import Reason, Score
from measures.risk.seen import as_text, facts_in
from measures.terminology import HCPCS, SNOMED

TREND_DAYS = 30
CLOCK_DAYS = 30  # after leaving hospital
ADULT = 18  # years
HOSPICE_DAYS = 60  # a later benefit period; 42 CFR 418.21

DIED, HOSPICE, MINOR, IN_HOSPITAL = "died", "hospice", "minor", "in_hospital"
MARKS = (DIED, HOSPICE, MINOR, IN_HOSPITAL)
"""What may keep a patient off the worklist, as the quality team's file writes it."""

_IN_HOSPICE = frozenset(
    {
        (SNOMED, "385763009"),  # Hospice care
        (SNOMED, "305336008"),  # Admission to hospice
        (HCPCS, "T2042"),  # Hospice routine home care
    }
)

Scores = Callable[[PatientRecord, date], Score]
"""A model, or the expert points."""


@dataclass(frozen=True)
class Clock:
    """Day 0 is the day the patient left hospital."""

    left: date
    psychiatric: bool


@dataclass(frozen=True)
class Outlook:
    """`before` is the score's `value` of `before_on`, None where it could not be made, and `before_at` what
    its `at` was; `in_place` is what `measures/risk/in_place.py` found. Of one that is kept `seen` are the
    facts it was made of, as `measures/risk/seen.py` marks them.
    """

    score: Score
    before: float | None = None
    before_on: date | None = None
    name: str = ""
    born: str = ""
    clock: Clock | None = None
    marks: tuple[str, ...] = ()
    seen: str = ""
    before_at: Mapping[int, float] = field(default_factory=dict)
    in_place: Mapping[str, date] = field(default_factory=dict)

    def at(self, horizon: int) -> tuple[float | None, float | None]:
        """Now, and a month before: the probabilities for so many days, or the points, which have no days."""
        if not self.score.at:
            return self.score.points, self.before
        kept = self.before if horizon == min(self.score.at) else None
        return self.score.at.get(horizon), self.before_at.get(horizon, kept)

    def change(self, horizon: int) -> float:
        """0 where there is nothing to compare with."""
        now, before = self.at(horizon)
        return 0.0 if now is None or before is None else now - before

    def as_json(self) -> dict[str, Any]:
        """Everything; `from_json` reads it back."""
        said = asdict(self)
        said["score"]["at"] = _by_text(self.score.at)
        said["before_at"] = _by_text(self.before_at)
        return said

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Outlook:
        """What `as_json` gave, after its way through JSON."""
        score = dict(said["score"])
        score["as_of"] = date.fromisoformat(score["as_of"])
        score["at"] = _by_days(score["at"])
        score["reasons"] = tuple(
            Reason(**{**one, "resources": tuple(one["resources"])}) for one in score["reasons"]
        )
        score["missing"] = tuple(score["missing"])
        before_on, clock = said["before_on"], said["clock"]
        return cls(
            Score(**score),
            said["before"],
            date.fromisoformat(before_on) if before_on else None,
            said["name"],
            said["born"],
            Clock(date.fromisoformat(clock["left"]), clock["psychiatric"]) if clock else None,
            tuple(said["marks"]),
            # What follows is not there in what an earlier version kept.
            said.get("seen", ""),
            _by_days(said.get("before_at", {})),
            {name: date.fromisoformat(day) for name, day in said.get("in_place", {}).items()},
        )


def _by_text(at: Mapping[int, float]) -> dict[str, float]:
    return {str(days): chance for days, chance in at.items()}


def _by_days(said: Mapping[str, float]) -> dict[int, float]:
    return {int(days): chance for days, chance in said.items()}


def compared(scores: Scores, record: PatientRecord, day: date) -> Outlook:
    """The score as of the end of a day and a month before, without where the patient stands: all that a card
    tells. Where the model abstains there is no trend either.
    """
    now = scores(record, day)
    before_on = day - timedelta(TREND_DAYS)
    then = None if now.abstained else scores(record, before_on)
    before = None if then is None else value(then)
    return Outlook(
        score=now,
        before=before,
        before_on=None if before is None else before_on,
        before_at={} if then is None else then.at,
    )


def outlook(scores: Scores, record: PatientRecord, day: date) -> Outlook:
    """The same, and where the patient stands on that day: what lists and charts tell beside it."""
    known = Known(record, day)
    return replace(
        compared(scores, record, day),
        name=_name(record),
        born=str(record.patient.get("birthDate", "")),
        clock=clock_on(known),
        marks=tuple(_marks(known)),
        in_place=in_place(known),
    )


Makes = Callable[[Scores, PatientRecord, date], Outlook]
"""`outlook`, or `compared` where no more is asked."""


def readable(
    scores: Scores, record: PatientRecord, day: date, makes: Makes = outlook
) -> tuple[PatientRecord, Outlook] | None:
    """The outlook, and the record it was made of: without what cannot be read, which is named in the record's
    problems. None where that is the Patient.
    """
    return answered(record, lambda held: makes(scores, held, day))


def to_keep(made: Outlook, record: PatientRecord) -> Outlook:
    """With the facts of the record it was made of, so that one that holds a new fact is known."""
    return replace(made, seen=as_text(facts_in(record)))


def value(score: Score) -> float | None:
    """The number that tells most: the probability for the nearest horizon, else the points."""
    return score.at[min(score.at)] if score.at else score.points


def clock_on(known: Known) -> Clock | None:
    """Since when a patient who left hospital lately is at home; None of everybody else."""
    stays = [v for v in visits(known) if v.setting is Setting.HOSPITAL and v.fact.end is not None]
    left = max(stays, key=lambda stay: stay.fact.end or 0, default=None)
    if left is None or left.fact.end is None or known.today - left.fact.end > CLOCK_DAYS:
        return None
    day = known.day - timedelta(known.today - left.fact.end)
    return Clock(day, left.psychiatric_from <= known.today)


def _marks(known: Known) -> list[str]:
    record, found = known.record, []
    if record.has_died_by(known.day):
        found.append(DIED)
    if any(_IN_HOSPICE.intersection(fact.event.codes) for fact in _going_on(known)):
        found.append(HOSPICE)
    if _is_minor(known):
        found.append(MINOR)
    if any(v.setting is Setting.HOSPITAL and v.fact.end is None for v in visits(known)[-1:]):
        found.append(IN_HOSPITAL)
    return found


def _going_on(known: Known) -> Iterator[Fact]:
    """What had not ended by the day, and what was done within the days that hospice care is paid by."""
    for kind in ("Condition", "Encounter"):
        yield from (fact for fact in known.of(kind) if fact.end is None)
    for fact in known.of("Procedure"):
        if (fact.end or fact.day) > known.today - HOSPICE_DAYS:
            yield fact


def _is_minor(known: Known) -> bool:
    try:
        return known.record.age_on(known.day) < ADULT
    except RecordCannotSay:
        return False


def _name(record: PatientRecord) -> str:
    """As the record writes it: the official or first name."""
    held = record.patient.get("name")
    names = [one for one in held if isinstance(one, Mapping)] if isinstance(held, list) else []
    for one in sorted(names, key=lambda name: name.get("use") != "official"):
        text, given = one.get("text"), one.get("given")
        parts = [*(given if isinstance(given, list) else ()), one.get("family")]
        said = text if isinstance(text, str) and text else " ".join(p for p in parts if isinstance(p, str))
        if said:
            return said
    return ""
