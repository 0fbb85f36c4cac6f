"""AUDIT-C, 0 to 12: alcohol. Positive from 3 for women and from 4 for men (Bush 1998, Bradley 2007)."""

from measures.terminology import LOINC, Code
from smart_app.care.lanes import Band, Side
from smart_app.care.measured import Measured, Severity
from smart_app.care.scale import Height
from smart_app.care.scores import SCORE


def _grades(positive_from: int) -> tuple[Severity, ...]:
    return (
        Severity(0, "negative"),
        Severity(positive_from, "positive", "watch"),
        Severity(8, "high", "high"),
    )


SERIES = Measured(
    key="audit_c",
    label="AUDIT-C",
    about="alcohol",
    side=Side.MIND,
    place=40,
    codes=(Code(LOINC, "75626-2", "AUDIT-C total score"),),
    unit="",
    units=SCORE,
    height=Height(0, 12, 46),
    severity=_grades(3),  # gender not recorded: the lower cut-off misses nobody
    severity_by_gender={"male": _grades(4), "female": _grades(3)},
    bands=(Band(4, 8, 1), Band(8, 12, 3)),
)
