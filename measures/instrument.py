"""Instruments: an assessment as data. Its items, what their answers are worth, and what a score means.

An instrument is one file in `measures/instruments/`. What it is (items, choices, codes, cut-offs, follow-ons)
is data; how its answers become a score is a `Scorer`, in `measures/scoring.py` or the instrument's own file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from measures.respondent import NOBODY_KNOWN, Person, Sex
from measures.terminology import Code

Answer = str | bool | int | float | date | tuple[str, ...]
"""One answer: the `value` of a choice (a tuple of them where an item repeats), or a plain value."""

LONGEST_TEXT = 10_000


class Kind(StrEnum):
    """What an item asks for. A group and a display ask for nothing."""

    CHOICE = "choice"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    STRING = "string"
    TEXT = "text"
    DATE = "date"
    GROUP = "group"
    DISPLAY = "display"

    @property
    def asks(self) -> bool:
        return self not in (Kind.GROUP, Kind.DISPLAY)


class Wording(StrEnum):
    """Whether the items carry the instrument's own words, or labels of ours because its licence asks so."""

    OFFICIAL = "official"
    OWN_LABELS = "own labels"


class Mode(StrEnum):
    """How an assessment was held."""

    IN_PERSON = "in person"
    TELEHEALTH = "telehealth"
    REMOTE = "remote"


class Form(StrEnum):
    """How a value is written into an Observation."""

    ANSWER = "answer"  # valueCodeableConcept: the choice, with its LOINC answer code where there is one
    POINTS = "points"  # valueQuantity in {score}
    PERCENT = "percent"  # valueQuantity in %
    LEVEL = "level"  # valueCodeableConcept: the severity word, with its code where there is one


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen. `value` is its name within the item and never changes."""

    value: str
    text: str
    points: float | None = None
    code: Code | None = None


@dataclass(frozen=True)
class When:
    """An item is asked only while another answer compares so (FHIR R4 Questionnaire.item.enableWhen)."""

    question: str
    operator: str  # exists, =, !=, >, <, >=, <=
    answer: Answer


@dataclass(frozen=True)
class Item:
    """One line of the form, or a group of lines. Times, units and help belong into the text.

    `scored` items count towards "missing"; `form` says how the answer is written when the item has a `code`.
    """

    link_id: str
    text: str
    kind: Kind = Kind.CHOICE
    choices: tuple[Choice, ...] = ()
    code: Code | None = None
    required: bool = True
    scored: bool = True
    repeats: bool = False
    when: tuple[When, ...] = ()
    any_of: bool = False  # one of `when` is enough (enableBehavior "any")
    items: tuple[Item, ...] = ()
    form: Form = Form.ANSWER
    at_least: float | None = None  # of a number
    at_most: float | None = None
    longest: int = LONGEST_TEXT  # characters of a text

    def choice(self, value: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)

    @property
    def most(self) -> float:
        """The most points an answer can bring."""
        return sum(self._points) if self.repeats else max(self._points)

    @property
    def least(self) -> float:
        """The fewest points an answer can bring."""
        return min(self._points)

    @property
    def _points(self) -> list[float]:
        return [choice.points for choice in self.choices if choice.points is not None] or [0]

    def walk(self) -> Iterator[Item]:
        """The item and all below it, in the order of the form."""
        yield self
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True)
class Band:
    """From so many points on, the score is called so. `tone` is "", "watch" or "high"."""

    at: float
    word: str
    tone: str = ""
    code: Code | None = None


@dataclass(frozen=True)
class CutOff:
    """From where a score is positive: at `at` or above, or below it for a score of which low is bad."""

    at: float
    by_sex: Mapping[Sex, float] | None = None
    below: bool = False

    def limits(self, person: Person) -> tuple[float, ...]:
        """The limit that holds for the person, or every one that may when the sex is not known."""
        if self.by_sex is None:
            return (self.at,)
        if person.sex is None:
            return tuple(sorted({self.at, *self.by_sex.values()}))
        return (self.by_sex.get(person.sex, self.at),)

    def reached(self, low: float, high: float, person: Person) -> bool | None:
        """Whether a score between low and high is positive; None when it may be either."""
        limits = self.limits(person)
        verdicts = {(s < limit) if self.below else (s >= limit) for s in (low, high) for limit in limits}
        return verdicts.pop() if len(verdicts) == 1 else None


@dataclass(frozen=True)
class Flag:
    """Something in the answers that a clinician must see whatever the total."""

    name: str
    says: str
    tone: str = "high"


@dataclass(frozen=True)
class Part:
    """A subscale or a domain: its value, and whether it is positive; None where the answers cannot say."""

    name: str
    value: float | None = None
    positive: bool | None = None
    code: Code | None = None  # the Observation code of this part, where it is written
    means: Code | None = None  # what is written as its value instead of the number


@dataclass(frozen=True)
class Score:
    """What the answers came to. Without a value, `why_none` says why; `positive` is None when not known.

    `value` None never means zero. `prorated` says that missing items were filled with the mean of the others.
    """

    value: float | None = None
    word: str = ""
    tone: str = ""
    positive: bool | None = None
    missing: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    parts: tuple[Part, ...] = ()
    why_none: str = ""
    prorated: bool = False
    note: str = ""
    level: Code | None = None  # the code of the severity word

    def raises(self, name: str) -> bool:
        """Whether the score calls for the follow-ons on `name`: a flag, or POSITIVE."""
        return self.positive is True if name == POSITIVE else any(flag.name == name for flag in self.flags)


POSITIVE = "positive"


@dataclass(frozen=True)
class FollowOn:
    """What is filled in next: the instrument's id, and the flag (or POSITIVE) that leads to it."""

    to: str
    on: str
    why: str


@dataclass(frozen=True)
class Finding:
    """A screening result a clinician may record beside the score, as CMS2 reads it: positive or negative."""

    code: Code
    positive: Code
    negative: Code
    ages: tuple[int, int] = (0, 150)  # years, both included


@dataclass(frozen=True)
class Response:
    """Answers by link id. Only what was answered is in it."""

    answers: Mapping[str, Answer]
    mode: Mode | None = None
    authored: date | None = None
    source: str = ""  # the resource it was read from, e.g. QuestionnaireResponse/17


Scorer = Callable[["Instrument", Response, Person], Score]


@dataclass(frozen=True)
class Instrument:
    """One assessment. `panel` codes the whole form, `total` its result; both LOINC where LOINC has them."""

    id: str
    title: str
    version: str
    items: tuple[Item, ...]
    scorer: Scorer
    licence: str
    about: str = ""  # one or two words: "depression"
    language: str = "en"
    wording: Wording = Wording.OFFICIAL
    panel: Code | None = None
    total: Code | None = None
    total_form: Form = Form.POINTS
    bands: tuple[Band, ...] = ()
    bands_by_sex: Mapping[Sex, tuple[Band, ...]] = field(default_factory=dict)
    cut_off: CutOff | None = None
    when_sex_unknown: str = ""  # what is said of a score that is positive for one sex only
    highest: float | None = None  # the most the total can be
    ages: tuple[int, int] = (18, 150)  # years, both included
    audience: str = ""
    filled_by: tuple[str, ...] = ("patient", "clinician")
    recall: str = ""  # "Over the last 2 weeks", ...
    missing_rule: str = "Every item has to be answered."
    sources: tuple[str, ...] = ()
    follow_ons: tuple[FollowOn, ...] = ()
    findings: tuple[Finding, ...] = ()
    filed_as: Code | None = None  # of a form that is a document, not a score
    url: str = ""  # of a Questionnaire imported by file: what its responses name

    def __iter__(self) -> Iterator[Item]:
        """Every item, groups too, in the order of the form."""
        for item in self.items:
            yield from item.walk()

    @property
    def questions(self) -> tuple[Item, ...]:
        """The items that ask for an answer."""
        return tuple(item for item in self if item.kind.asks)

    def item(self, link_id: str) -> Item:
        """Raises KeyError for a link id the form does not have."""
        return {item.link_id: item for item in self}[link_id]

    def score(self, response: Response, person: Person = NOBODY_KNOWN) -> Score:
        """What the answers come to; call `measures.answers.fit` first on answers from outside."""
        return self.scorer(self, response, person)

    def next_forms(self, score: Score) -> tuple[FollowOn, ...]:
        """What the score leads to, each form once."""
        return tuple({f.to: f for f in reversed(self.follow_ons) if score.raises(f.on)}.values())[::-1]

    def finding(self, person: Person) -> Finding | None:
        """The screening result to offer for a person of this age; None when the age is not known."""
        age = -1 if person.age is None else person.age
        return next((f for f in self.findings if f.ages[0] <= age <= f.ages[1]), None)
