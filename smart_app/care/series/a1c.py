"""Hemoglobin A1c in percent; the dashed line is the usual goal of 7 %, the measure's own limit is 9 %."""

from measures.terminology import LOINC, Code
from smart_app.care.lanes import Side
from smart_app.care.measured import Measured, Severity
from smart_app.care.scale import Height

SERIES = Measured(
    key="a1c",
    label="HbA1c",
    about="goal below 7.0 %",
    side=Side.BODY,
    place=110,
    codes=(
        Code(LOINC, "4548-4", "Hemoglobin A1c"),
        Code(LOINC, "17856-6", "Hemoglobin A1c by HPLC"),
        Code(LOINC, "4549-2", "Hemoglobin A1c by electrophoresis"),
    ),
    unit="%",
    units={"%": 1},
    height=Height(5, 11, 54),
    decimals=1,
    severity=(
        Severity(0, "at goal"),
        Severity(7, "above goal", "watch"),
        Severity(9.05, "above 9 %", "high"),
    ),
    goal=7,
    fit="stretch",
)
