"""AUDIT-C, 0 to 12: alcohol. Words and cut-offs, which differ by sex, are the instrument's."""

from measures.terminology import LOINC, Code
from smart_app.care.instruments import scale
from smart_app.care.lanes import Band, Side
from smart_app.care.measured import Measured
from smart_app.care.scale import Height
from smart_app.care.scores import SCORE

_SCALE = scale("audit-c")

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
    severity=_SCALE.severity,
    severity_by_gender=_SCALE.severity_by_gender,
    bands=(Band(4, 8, 1), Band(8, 12, 3)),
)
