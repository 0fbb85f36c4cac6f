"""Suicide risk as charts hold it: the C-SSRS with its level, item 9 of the PHQ-9, safety plans."""

from datetime import timedelta
from enum import IntEnum

from measures.criteria import once
from measures.event import Event
from measures.shapes import Standing
from measures.terminology import LOINC, SNOMED, Code
from measures.time import Period, at_or_before

CSSRS = (
    Code(LOINC, "93374-7", "C-SSRS suicide risk level"),
    Code(LOINC, "93373-9", "C-SSRS screener, recent"),
    Code(LOINC, "93245-9", "C-SSRS"),
)


class RiskLevel(IntEnum):
    NONE = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3

    @property
    def word(self) -> str:
        return "no risk found" if self is RiskLevel.NONE else self.name.lower()


HIGH = Code(LOINC, "LA9193-9", "High")
_BY_CODE = {
    (LOINC, "LA9194-7"): RiskLevel.LOW,
    (LOINC, "LA6751-7"): RiskLevel.MODERATE,
    HIGH.key: RiskLevel.HIGH,
}
_BY_WORD = (  # the gravest first: "moderate to high" is high
    ("high", RiskLevel.HIGH),
    ("imminent", RiskLevel.HIGH),
    ("moderate", RiskLevel.MODERATE),
    ("medium", RiskLevel.MODERATE),
    ("low", RiskLevel.LOW),
    ("no risk", RiskLevel.NONE),
    ("negative", RiskLevel.NONE),
    ("none", RiskLevel.NONE),
)
PHQ9_PANEL = Code(LOINC, "44249-1", "PHQ-9 panel")
ITEM_9 = Code(LOINC, "44260-8", "PHQ-9 item 9: thoughts of being better off dead or of self-harm")
NOT_AT_ALL = (LOINC, "LA6568-5")
OFTENER = frozenset({(LOINC, "LA6569-3"), (LOINC, "LA6570-1"), (LOINC, "LA6571-9")})
SAFETY_PLAN_CODES = (
    Code(SNOMED, "735324008", "Safety plan"),
    Code(SNOMED, "401277000", "Crisis plan"),
    Code(LOINC, "96339-7", "Safety plan"),
)
SAFETY_PLAN = frozenset(code.key for code in SAFETY_PLAN_CODES)
# Many charts file safety plans under words and no code of their own.
PLAN_WORDS = ("safety plan", "crisis plan", "suicide prevention plan")
LATELY = 90  # days: for so long into the next year a finding still asks for an answer


def lately(period):
    """The period and the last days before it."""
    return Period(period.start - timedelta(days=LATELY), period.end)


def risk_level(screen: Event) -> RiskLevel | None:
    """The level a C-SSRS came to, by its code or else its words; None when neither is understood."""
    for code in screen.value_codes:
        if code in _BY_CODE:
            return _BY_CODE[code]
    words = screen.value_text.lower()
    return next((level for word, level in _BY_WORD if word in words), None)


def is_high(screen):
    """Whether a C-SSRS came to a high risk; None when its result is not understood."""
    level = risk_level(screen)
    return None if level is None else level is RiskLevel.HIGH


@once
def risk_screens(patient, _period):
    return patient.observations(*CSSRS).with_value()


@once
def last_high_screen(patient, period):
    return risk_screens(patient, period).starting(lately(period)).where(is_high).latest()


def is_positive(answer: Event) -> bool | None:
    """Whether item 9 was answered with more than "not at all"; None for an answer that is not understood."""
    score = answer.component(ITEM_9) or answer.value
    if ITEM_9.key in answer.codes and not OFTENER.isdisjoint(answer.value_codes):
        return True
    if ITEM_9.key in answer.codes and NOT_AT_ALL in answer.value_codes:
        return False
    return None if score is None else score.above(0)


@once
def item_9_answers(patient, _period):
    """The answers to item 9, by themselves or within the panel."""
    in_panel = patient.observations(PHQ9_PANEL).where(lambda panel: panel.component(ITEM_9) is not None)
    return patient.observations(ITEM_9).with_value() + in_panel


@once
def last_item_9(patient, period):
    return item_9_answers(patient, period).starting(lately(period)).latest()


@once
def safety_plans(patient, _period):
    """Plans that stand, wherever charts keep them: care plans, procedures, documents."""
    filed = patient.every("CarePlan") + patient.every("Procedure") + patient.every("DocumentReference")
    return filed.where(lambda one: one.standing is Standing.DONE and is_safety_plan(one))


def is_safety_plan(event: Event) -> bool:
    if any(code.key in event.codes for code in SAFETY_PLAN_CODES):
        return True
    source = event.source
    said = " ".join((event.display, str(source.get("title", "")), str(source.get("description", ""))))
    return any(words in said.lower() for words in PLAN_WORDS)


def since(finding, events):
    """The events of the day of the finding, or later."""
    return events.related(finding, lambda event, one: at_or_before(one.start.by_day(), event.start.by_day()))
