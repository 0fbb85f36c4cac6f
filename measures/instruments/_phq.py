"""What the PHQ-9, its form for adolescents and the PHQ-2 share. The GAD takes its licence from here too."""

from __future__ import annotations

from measures.instrument import Band, Finding, Flag, FollowOn, Form, Item
from measures.instruments._choices import HOW_DIFFICULT, HOW_OFTEN_BOTHERED
from measures.library.cms2_depression_screening import ADOLESCENT_SCREEN, ADULT_SCREEN, NEGATIVE, POSITIVE
from measures.scoring import Alarm
from measures.shared.suicide_risk import ITEM_9
from measures.terminology import LOINC, Code

LICENCE = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an "
    "educational grant from Pfizer Inc. No permission required to reproduce, translate, display or "
    "distribute."
)
RECALL = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
DEPRESSION_BANDS = (  # Kroenke 2001
    Band(0, "none or minimal"),
    Band(5, "mild"),
    Band(10, "moderate", "watch"),
    Band(15, "moderately severe", "high"),
    Band(20, "severe", "high"),
)
MISSING_RULE = (
    "With one or two items missing, these count as the mean of the others; with more there is no score "
    "(Kroenke 2010, General Hospital Psychiatry 32:345-359)."
)
MOST_MISSING = 2
ITEM_9_LOINC = ITEM_9.value
SELF_HARM = Flag("item-9", "Item 9: thoughts of being better off dead or of self-harm")
TO_CSSRS = FollowOn("c-ssrs-screener", "item-9", "Item 9 above 0: ask about suicide risk today")

# CMS2 reads the finding, not the score; at 17 either code is right.
SCREENING_FINDINGS = (
    Finding(ADOLESCENT_SCREEN, POSITIVE, NEGATIVE, (12, 17)),
    Finding(ADULT_SCREEN, POSITIVE, NEGATIVE, (18, 150)),
)


def asked(link_id: str, loinc: str, text: str, form: Form = Form.ANSWER) -> Item:
    """An item with the answers "not at all" to "nearly every day"."""
    code = Code(LOINC, loinc, text) if loinc else None
    return Item(link_id, text, choices=HOW_OFTEN_BOTHERED, code=code, form=form)


def difficulty(text: str = "") -> Item:
    """How hard the problems have made things: asked at the end, and not part of the score."""
    return Item(
        "difficulty",
        text
        or "If you checked off any problems, how difficult have these problems made it for you to do your "
        "work, take care of things at home, or get along with other people?",
        choices=HOW_DIFFICULT,
        code=Code(LOINC, "69722-7", "Difficulty at work, at home or with other people"),
        required=False,
        scored=False,
    )


def self_harm_alarm(item: str) -> Alarm:
    return Alarm(item, SELF_HARM)


INTEREST = asked("1", "44250-9", "Little interest or pleasure in doing things")
DOWN = asked("2", "44255-8", "Feeling down, depressed, or hopeless")
