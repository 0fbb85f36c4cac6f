"""What a code means to the features: the diagnoses and medicines of `concepts.yaml`, each looked up once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from measures.event import Event
from measures.orders.named_medicines import told_by_text
from measures.terminology import CPT, HCPCS, ICD9CM, ICD10CM, SNOMED, CodeKey, Vocabulary
from measures.vocabulary import own_products

FILE = Path(__file__).with_name("concepts.yaml")

_BY_PREFIX = {"icd10": ICD10CM, "icd9": ICD9CM}
_WHOLE = {"snomed": SNOMED, "hcpcs": HCPCS, "cpt": CPT}
_WORDS = re.compile(r"[a-z]+")
_INTENT = 5  # the place of the intent in a code of T36 to T65, counted from 0, without the dot
_MOST_KEPT = 10_000  # codes, and names of medicines: what records say is without end

SMI = frozenset({"psychosis", "bipolar"})
"""Serious mental illness by diagnosis alone."""
SUD = frozenset({"alcohol_use_disorder", "opioid_use_disorder", "other_substance_use_disorder"})
MENTAL = frozenset(
    {"psychosis", "bipolar", "depression", "anxiety_or_ptsd", "personality_disorder", "other_mental_illness"}
)
SELF_HARM = frozenset({"self_harm"})
SUICIDAL_THOUGHTS = frozenset({"suicidal_thoughts"})
PSYCHIATRIC = MENTAL | SELF_HARM | SUICIDAL_THOUGHTS
CRISIS = frozenset({"self_harm", "suicidal_thoughts", "overdose", "crisis_care"})
CHRONIC = frozenset(
    {
        "diabetes", "hypertension", "heart_disease", "stroke", "asthma_or_copd", "kidney_disease",
        "liver_disease", "cancer", "epilepsy", "dementia",
    }
)  # fmt: skip
SOCIAL = frozenset({"housing", "food", "transport", "violence", "isolation"})


class Concepts:
    """The concepts a code or an order stands for, under one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        tables = _tables()
        self._vocabulary = vocabulary
        self._diagnoses: Mapping[str, Any] = tables["diagnoses"]
        self._medicines: Mapping[str, Any] = tables["medicines"]
        self._names = {name: held for held, said in self._medicines.items() for name in said["names"]}
        self._of_code = lru_cache(_MOST_KEPT)(self._look_up)
        self._of_words = lru_cache(_MOST_KEPT)(self._spelled)

    def of(self, codes: Iterable[CodeKey]) -> frozenset[str]:
        """The diagnoses, kinds of care and medicines that one of the codes stands for."""
        found: frozenset[str] = frozenset()
        for code in codes:
            found |= self._of_code(code)
        return found

    def of_medicine(self, order: Event) -> frozenset[str]:
        """The medicines of an order, by its codes or by the ingredients its words name, also as brands."""
        return self._of_words(order.display) | self.of(order.codes)

    def _spelled(self, words: str) -> frozenset[str]:
        told = told_by_text(words)
        spelled = {*_WORDS.findall(words.lower()), *(own_products()[code].split()[0] for code in told)}
        by_name = frozenset(self._names[word] for word in spelled if word in self._names)
        return by_name | (self.of(told) & self._medicines.keys())

    def _look_up(self, code: CodeKey) -> frozenset[str]:
        oids = self._vocabulary.oids_by_code.get(code, ())
        return frozenset(
            concept
            for table in (self._diagnoses, self._medicines)
            for concept, said in table.items()
            if not _is_excepted(said, code)
            and (_holds(said, code) or not set(oids).isdisjoint(said.get("value_sets", ())))
        )


def _holds(said: Mapping[str, Any], code: CodeKey) -> bool:
    system, value = code
    poisonings = tuple(said.get("icd10_poisoning", ()))
    if system == ICD10CM and value.startswith(poisonings) and _is_poisoning(value):
        return True
    for name, prefixed in _BY_PREFIX.items():
        if system == prefixed and value.startswith(tuple(said.get(name, ()))):
            return True
    return any(system == whole and value in said.get(name, ()) for name, whole in _WHOLE.items())


def _is_excepted(said: Mapping[str, Any], code: CodeKey) -> bool:
    system, value = code
    return system == ICD10CM and value.startswith(tuple(said.get("icd10_except", ())))


def _is_poisoning(icd10: str) -> bool:
    """By the intent, which a code that is not written out does not tell: accident, self-harm, assault,
    undetermined; else it is an adverse effect or underdosing.
    """
    characters = icd10.replace(".", "")
    return len(characters) <= _INTENT or characters[_INTENT] in "1234"


@cache
def _tables() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=8)
def concepts_in(vocabulary: Vocabulary) -> Concepts:
    """The concepts under a vocabulary, made once."""
    return Concepts(vocabulary)
