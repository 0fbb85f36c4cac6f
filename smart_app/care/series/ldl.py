"""LDL cholesterol in mg/dL."""

from measures.terminology import LOINC, Code
from smart_app.care.lanes import Side
from smart_app.care.measured import Measured, Severity
from smart_app.care.scale import Height

_MG_PER_MMOL = 38.67  # molar mass of cholesterol, per dL

SERIES = Measured(
    key="ldl",
    label="LDL",
    about="cholesterol",
    side=Side.BODY,
    place=140,
    codes=(
        Code(LOINC, "13457-7", "LDL cholesterol, calculated"),
        Code(LOINC, "18262-6", "LDL cholesterol, direct"),
        Code(LOINC, "2089-1", "LDL cholesterol"),
    ),
    unit="mg/dL",
    units={"mg/dL": 1, "mmol/L": _MG_PER_MMOL},
    height=Height(60, 190, 46),
    severity=(
        Severity(0, "optimal"),
        Severity(100, "near optimal"),
        Severity(130, "borderline high", "watch"),
        Severity(160, "high", "high"),
        Severity(190, "very high", "high"),
    ),
    fit="stretch",
)
