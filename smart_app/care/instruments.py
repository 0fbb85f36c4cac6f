"""Assessments a chart may hold as a total score: how each is called, and what its scores are called.

Where the timeline draws a lane of an instrument, the words are the lane's own. Cut-offs are as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from measures.terminology import LOINC, Code
from smart_app.care.measured import Measured, Severity
from smart_app.care.series.audit_c import SERIES as AUDIT_C
from smart_app.care.series.gad7 import SERIES as GAD7
from smart_app.care.series.phq9 import SERIES as PHQ9


@dataclass(frozen=True, kw_only=True)
class Scale:
    """An instrument with a total. `severity_by_gender` replaces `severity` where the cut-offs differ."""

    name: str
    about: str
    codes: tuple[Code, ...]
    severity: tuple[Severity, ...]
    severity_by_gender: Mapping[str, tuple[Severity, ...]] = field(default_factory=dict)

    def grades(self, gender: str) -> tuple[Severity, ...]:
        return self.severity_by_gender.get(gender, self.severity)


def _of(lane: Measured) -> Scale:
    return Scale(
        name=lane.label,
        about=lane.about,
        codes=lane.codes,
        severity=lane.severity,
        severity_by_gender=lane.severity_by_gender,
    )


def _cut(at: float, below: str, above: str, tone: str = "watch") -> tuple[Severity, ...]:
    return (Severity(0, below), Severity(at, above, tone))


AUDIT = Scale(
    name="AUDIT",
    about="alcohol",
    codes=(Code(LOINC, "75624-7", "AUDIT total score"),),
    severity=(  # Babor 2001, zones I to IV
        Severity(0, "low risk"),
        Severity(8, "hazardous", "watch"),
        Severity(16, "harmful", "high"),
        Severity(20, "possible dependence", "high"),
    ),
)
DAST10 = Scale(
    name="DAST-10",
    about="drugs",
    codes=(Code(LOINC, "82667-7", "DAST-10 total score"),),
    severity=(  # Skinner 1982
        Severity(0, "no problem reported"),
        Severity(1, "low"),
        Severity(3, "moderate", "watch"),
        Severity(6, "substantial", "high"),
        Severity(9, "severe", "high"),
    ),
)

SCALES = (
    _of(PHQ9),
    Scale(
        name="PHQ-2",
        about="depression, first questions",
        codes=(Code(LOINC, "55758-7", "PHQ-2 total score"),),
        severity=_cut(3, "negative", "positive"),  # Kroenke 2003
    ),
    _of(GAD7),
    Scale(
        name="GAD-2",
        about="anxiety, first questions",
        codes=(Code(LOINC, "70273-8", "GAD-2 total score"),),
        severity=_cut(3, "negative", "positive"),  # Kroenke 2007
    ),
    _of(AUDIT_C),
    AUDIT,
    DAST10,
    Scale(
        name="EPDS",
        about="depression around birth",
        codes=(Code(LOINC, "99046-5", "EPDS total score"), Code(LOINC, "71354-5", "EPDS")),
        severity=(  # Cox 1987
            Severity(0, "unlikely"),
            Severity(10, "possible", "watch"),
            Severity(13, "probable", "high"),
        ),
    ),
    Scale(
        name="MMSE",
        about="cognition",
        codes=(Code(LOINC, "72106-8", "Mini-Mental State Examination total score"),),
        severity=(  # Folstein 1975; high is good
            Severity(0, "severe impairment", "high"),
            Severity(10, "moderate impairment", "watch"),
            Severity(20, "mild impairment", "watch"),
            Severity(24, "normal"),
        ),
    ),
)
