"""Answers that several instruments share, with their LOINC answer codes and points."""

from __future__ import annotations

from measures.instrument import Choice
from measures.terminology import LOINC, Code

YES_CODE = Code(LOINC, "LA33-6", "Yes")
NO_CODE = Code(LOINC, "LA32-8", "No")


def yes_no(yes: float | None = 1, no: float | None = 0) -> tuple[Choice, ...]:
    """Yes and No with their points; `yes=0, no=1` for a reversed item."""
    return (Choice("yes", "Yes", yes, YES_CODE), Choice("no", "No", no, NO_CODE))


HOW_OFTEN_BOTHERED = (  # of the PHQ and the GAD
    Choice("0", "Not at all", 0, Code(LOINC, "LA6568-5", "Not at all")),
    Choice("1", "Several days", 1, Code(LOINC, "LA6569-3", "Several days")),
    Choice("2", "More than half the days", 2, Code(LOINC, "LA6570-1", "More than half the days")),
    Choice("3", "Nearly every day", 3, Code(LOINC, "LA6571-9", "Nearly every day")),
)

HOW_DIFFICULT = (  # of the PHQ and the GAD; not part of the score
    Choice("0", "Not difficult at all", None, Code(LOINC, "LA6572-7", "Not difficult at all")),
    Choice("1", "Somewhat difficult", None, Code(LOINC, "LA6573-5", "Somewhat difficult")),
    Choice("2", "Very difficult", None, Code(LOINC, "LA6575-0", "Very difficult")),
    Choice("3", "Extremely difficult", None, Code(LOINC, "LA6574-3", "Extremely difficult")),
)
