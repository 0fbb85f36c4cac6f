"""Which problems are behavioral, which physical, and which are social needs."""

from __future__ import annotations

from enum import StrEnum

from measures.event import Event
from measures.terminology import ICD10CM


class ProblemKind(StrEnum):
    BEHAVIORAL = "behavioral"
    PHYSICAL = "physical"
    SOCIAL = "social"


# ICD-10-CM: chapter 5 (F) is mental and behavioral; R45.851 suicidal ideation, T14.91 suicide attempt and
# Z91.5 self-harm belong with it; Z55-Z65 are social and economic circumstances. G30/G31 (dementias) stay with
# the physical diseases.
_BEHAVIORAL_CODES = ("F", "R45", "T14.91", "Z91.5")
_SOCIAL_CODES = tuple(f"Z{number}" for number in range(55, 66))

_BEHAVIORAL_WORDS = (
    "depress", "anxi", "bipolar", "mania", "manic", "schizo", "psychosis", "psychotic",
    "posttraumatic", "post-traumatic", "panic", "obsessive", "phobia", "attention deficit", "autis",
    "eating disorder", "anorexia nervosa", "bulimia", "alcohol", "opioid", "cocaine", "cannabis",
    "drug abuse", "drug dependence", "substance", "misuses drugs", "suicid", "self-harm",
    "insomnia", "dysthymi", "personality disorder", "smokes", "tobacco", "nicotine",
)  # fmt: skip
_SOCIAL_WORDS = (
    "employment", "unemployed", "labor force", "homeless", "housing", "educated", "education",
    "received certificate", "food insecurity", "transport", "social isolation", "social contact",
    "abuse of partner", "intimate partner", "criminal record", "refugee", "stress (finding)",
    "limited social", "risk activity involvement", "income", "poverty", "medication review due",
    "only received primary school", "serving in military", "armed forces",
)  # fmt: skip


def problem_kind(condition: Event) -> ProblemKind:
    """By ICD-10-CM where the condition has such a code; else by US Core's category "sdoh"; else by its
    words.
    """
    icd10 = [code for system, code in condition.codes if system == ICD10CM]
    if icd10:
        if any(code.startswith(_SOCIAL_CODES) for code in icd10):
            return ProblemKind.SOCIAL
        behavioral = any(code.startswith(_BEHAVIORAL_CODES) for code in icd10)
        return ProblemKind.BEHAVIORAL if behavioral else ProblemKind.PHYSICAL
    words = condition.display.lower()
    if "sdoh" in _categories(condition) or any(word in words for word in _SOCIAL_WORDS):
        return ProblemKind.SOCIAL
    return ProblemKind.BEHAVIORAL if any(w in words for w in _BEHAVIORAL_WORDS) else ProblemKind.PHYSICAL


def _categories(event: Event) -> set[str]:
    concepts = event.source.get("category")
    return {
        str(coding.get("code"))
        for concept in (concepts if isinstance(concepts, list) else ())
        if isinstance(concept, dict)
        for coding in concept.get("coding") or ()
        if isinstance(coding, dict)
    }
