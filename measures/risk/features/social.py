"""Housing, food, transport, violence, isolation, recorded or answered so; and dual eligibility."""

from __future__ import annotations

from collections.abc import Callable

from measures.risk.as_of import Fact, Known
from measures.risk.concepts import SOCIAL
from measures.risk.feature import Answer, feature
from measures.risk.features.diagnoses import conditions
from measures.terminology import LOINC, SOURCE_OF_PAYMENT, Code

LATELY = 365  # days

NEEDS = (
    ("housing", "housing lost or at risk"),
    ("food", "food insecurity"),
    ("transport", "no transport to care"),
    ("violence", "violence at home"),
    ("isolation", "social isolation"),
)
# The questions of PRAPARE and the AHC screen; what counts as a need is in our own value sets.
ASKED = {
    "housing": (Code(LOINC, "71802-3", "Housing status"), Code(LOINC, "93033-9", "Worried about losing it")),
    "food": (
        Code(LOINC, "88122-7", "Food worry"),
        Code(LOINC, "88123-5", "Food did not last"),
        Code(LOINC, "88124-3", "Food insecurity risk"),
        Code(LOINC, "93031-3", "Unable to get what was needed"),
    ),
    "transport": (Code(LOINC, "93030-5", "Lack of transport"), Code(LOINC, "101351-5")),
}
ANSWERED = {
    "housing": "throughline:housing-need",
    "food": "throughline:food-insecure",
    "transport": "throughline:transport-need",
}
# Source of Payment Typology: 1 Medicare, 2 Medicaid, 14 dual eligibility.
DUAL = ("14",)


def _need(need: str) -> Callable[[Known], Answer]:
    def told(known: Known) -> Answer:
        found = _told(known, need)
        return Answer(float(bool(found)), found)

    return told


def _told(known: Known, need: str) -> list[Fact]:
    """Problems of the last year that had not ended, and answers of the last year."""

    def told() -> list[Fact]:
        found = [fact for fact, held in conditions(known) if need in held and fact.end is None]
        codes = known.record.vocabulary.codes_in.get(ANSWERED.get(need, ""), frozenset())
        answers = known.observed(*ASKED[need]) if need in ASKED else ()
        said = known.once("answers", lambda event: event.value_codes, ())
        found += [fact for fact in answers if not codes.isdisjoint(said(fact.event))]
        return known.within(found, LATELY)

    return known.remember(f"need of {need}", told)


for _id, _says in NEEDS:
    feature(_id, _says, "yes or no", "Condition", "Observation", window=LATELY, worse=1)(_need(_id))


@feature("social_needs", "kinds of social need", "kinds", "Condition", "Observation", window=LATELY, worse=1)
def social_needs(known: Known) -> Answer:
    found = {need: _told(known, need) for need in sorted(SOCIAL)}
    return Answer(float(sum(map(bool, found.values()))), [fact for held in found.values() for fact in held])


@feature("dual_eligible", "Medicare and Medicaid together", "yes or no", "Coverage", worse=1)
def dual_eligible(known: Known) -> Answer:
    """One coverage that says so, or one of each that had not ended; not known without any coverage."""
    held = [fact for fact in known.of("Coverage") if fact.end is None]
    if not held:
        return Answer(None)
    paid = {fact: _payment(fact) for fact in held}
    dual = [fact for fact, code in paid.items() if code.startswith(DUAL)]
    medicare = [fact for fact, code in paid.items() if code.startswith("1") and fact not in dual]
    medicaid = [fact for fact, code in paid.items() if code.startswith("2")]
    found = dual or ([*medicare, *medicaid] if medicare and medicaid else [])
    return Answer(float(bool(found)), found)


def _payment(fact: Fact) -> str:
    return next((code for system, code in fact.event.codes if system == SOURCE_OF_PAYMENT), "")
