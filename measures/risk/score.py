"""A score as it is handed on: the number or the abstention, its label, its reasons and what was not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from measures.risk.feature import Answer, Feature

HORIZONS = (30, 60, 90)  # days
POPULATION = (
    "patients with a record here; discrimination in behavioral health is unproven until validated locally"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """What one feature adds to the score (points, or log-odds), and the resources it was read from."""

    feature: str
    says: str
    value: float | None
    adds: float
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What a model says of one patient on one day; `abstained` says why it does not, and then nothing else.

    `points` is 0 to 100 and `at` gives the probability by days of horizon: points have none. `base` and the
    reasons sum to `sum`, in the unit `reasons_in` names.
    """

    patient: str
    as_of: date
    model: str
    version: str
    label: str
    population: str
    outcome: str
    points: float | None
    at: Mapping[int, float]
    base: float
    sum: float
    reasons_in: str
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    abstained: str = ""


def missing_inputs(features: Sequence[Feature], known: Mapping[str, Answer]) -> tuple[str, ...]:
    """What the model looks at and the record does not know, in words."""
    answered = ((one.says, known[one.id]) for one in features)
    return tuple(says for says, answer in answered if answer.number is None and answer.applies)


def why_to_abstain(features: Sequence[Feature], known: Mapping[str, Answer]) -> str:
    """What is too little to say anything, in words; empty when there is enough."""
    lacking = [one for one in features if one.essential and known[one.id].number is None]
    if not lacking:
        return ""
    sources = dict.fromkeys(
        "a full birth date" if source == "Patient" else source for one in lacking for source in one.sources
    )
    return "too little is known: " + ", ".join(sources) + " was not gathered or is missing"


def resources_of(answer: Answer, most: int = 5) -> tuple[str, ...]:
    """The latest resources an answer was read from, such as "Encounter/e1"."""
    return tuple(dict.fromkeys(fact.event.reference for fact in answer.facts[-most:][::-1]))
