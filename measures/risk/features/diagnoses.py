"""Diagnoses: serious mental illness, substance use, chronic disease, pregnancy."""

from __future__ import annotations

from collections.abc import Callable

from measures.risk.as_of import Fact, Known
from measures.risk.concepts import CHRONIC, MENTAL, SMI, SUD
from measures.risk.feature import Answer, feature
from measures.statuses import status_code

Chosen = frozenset[str]

FLAGS: tuple[tuple[str, str, Chosen, int], ...] = (
    ("smi", "serious mental illness", SMI, 1),
    ("psychosis", "schizophrenia or another psychosis", frozenset({"psychosis"}), 1),
    ("bipolar", "bipolar disorder", frozenset({"bipolar"}), 1),
    ("depression", "depression", frozenset({"depression"}), 0),
    ("anxiety_or_ptsd", "anxiety or a stress disorder", frozenset({"anxiety_or_ptsd"}), 0),
    ("personality_disorder", "personality disorder", frozenset({"personality_disorder"}), 0),
    ("sud", "substance use disorder", SUD, 1),
    ("opioid_use_disorder", "opioid use disorder", frozenset({"opioid_use_disorder"}), 1),
    ("alcohol_use_disorder", "alcohol use disorder", frozenset({"alcohol_use_disorder"}), 1),
    ("epilepsy", "epilepsy or seizures", frozenset({"epilepsy"}), 0),
    ("asthma_or_copd", "asthma or COPD", frozenset({"asthma_or_copd"}), 0),
    ("heart_disease", "heart disease", frozenset({"heart_disease"}), 0),
    ("diabetes", "diabetes", frozenset({"diabetes"}), 0),
    ("kidney_disease", "kidney disease", frozenset({"kidney_disease"}), 0),
    ("cancer", "cancer", frozenset({"cancer"}), 0),
    ("dementia", "dementia", frozenset({"dementia"}), 0),
    ("chronic_pain", "chronic pain", frozenset({"chronic_pain"}), 0),
)
PREGNANCY_LASTS = 300  # days
_OVER = frozenset({"resolved", "inactive", "remission"})


def conditions(known: Known) -> list[tuple[Fact, frozenset[str]]]:
    """The conditions on record with what they are; with their end where they had ended."""

    def found() -> list[tuple[Fact, frozenset[str]]]:
        read = known.once("diagnoses", lambda event: known.concepts.of(event.codes), frozenset[str]())
        return [(_ended(known, fact), read(fact.event)) for fact in known.of("Condition")]

    return known.remember("conditions", found)


def _ended(known: Known, fact: Fact) -> Fact:
    """With today as the end of what the record says is over, without a day on which it ended."""
    source = fact.event.source
    if fact.end is not None or "clinicalStatus" not in source or not known.tells_status(fact.event):
        return fact
    return fact._replace(end=known.today) if status_code(source, "clinicalStatus") in _OVER else fact


def current(known: Known, chosen: Chosen) -> list[Fact]:
    """Those of a kind that had no end by the day."""
    return [fact for fact, held in conditions(known) if fact.end is None and not held.isdisjoint(chosen)]


def _flag(chosen: Chosen) -> Callable[[Known], Answer]:
    def present(known: Known) -> Answer:
        found = current(known, chosen)
        return Answer(float(bool(found)), found)

    return present


for _id, _says, _chosen, _worse in FLAGS:
    feature(_id, _says, "yes or no", "Condition", worse=_worse, essential=_id == "smi")(_flag(_chosen))


@feature(
    "smi_and_sud", "serious mental illness together with substance use", "yes or no", "Condition", worse=1
)
def smi_and_sud(known: Known) -> Answer:
    both = current(known, SMI), current(known, SUD)
    return Answer(float(all(both)), [*both[0], *both[1]] if all(both) else ())


@feature("mental_illnesses", "kinds of mental illness", "kinds", "Condition", worse=1)
def mental_illnesses(known: Known) -> Answer:
    return _kinds(known, MENTAL)


@feature("chronic_conditions", "kinds of chronic disease", "kinds", "Condition", worse=1)
def chronic_conditions(known: Known) -> Answer:
    return _kinds(known, CHRONIC)


def _kinds(known: Known, chosen: Chosen) -> Answer:
    found = [(fact, held & chosen) for fact, held in conditions(known) if fact.end is None and held & chosen]
    kinds: frozenset[str] = frozenset().union(*(held for _, held in found))
    return Answer(float(len(kinds)), [fact for fact, _ in found])


@feature("active_conditions", "conditions without an end", "conditions", "Condition", logged=True)
def active_conditions(known: Known) -> Answer:
    found = [fact for fact, _ in conditions(known) if fact.end is None]
    return Answer(float(len(found)), found)


@feature(
    "new_conditions_90d",
    "conditions that began in 90 days",
    "conditions",
    "Condition",
    window=90,
    logged=True,
)
def new_conditions(known: Known) -> Answer:
    found = known.within((fact for fact, _ in conditions(known)), 90)
    return Answer(float(len(found)), found)


@feature("days_pregnant", "days since a pregnancy was recorded", "days", "Condition", window=PREGNANCY_LASTS)
def days_pregnant(known: Known) -> Answer:
    """Of a pregnancy that has not ended; 0 without one."""
    found = known.within(current(known, frozenset({"pregnancy"})), PREGNANCY_LASTS)
    return Answer(float(known.ago(found[-1])), found[-1:]) if found else Answer(0.0)


@feature("pregnant", "pregnant", "yes or no", "Condition", window=PREGNANCY_LASTS)
def pregnant(known: Known) -> Answer:
    found = known.within(current(known, frozenset({"pregnancy"})), PREGNANCY_LASTS)
    return Answer(float(bool(found)), found)
