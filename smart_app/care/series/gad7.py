"""GAD-7, 0 to 21: anxiety. Cut-offs of Spitzer 2006."""

from measures.terminology import LOINC, Code
from smart_app.care.lanes import Band, Side
from smart_app.care.measured import Measured, Severity
from smart_app.care.scale import Height
from smart_app.care.scores import SCORE

SERIES = Measured(
    key="gad7",
    label="GAD-7",
    about="anxiety",
    side=Side.MIND,
    place=20,
    codes=(Code(LOINC, "70274-6", "GAD-7 total score"),),
    unit="",
    units=SCORE,
    height=Height(0, 21, 54),
    severity=(
        Severity(0, "minimal"),
        Severity(5, "mild"),
        Severity(10, "moderate", "watch"),
        Severity(15, "severe", "high"),
    ),
    bands=(Band(10, 15, 1), Band(15, 21, 3)),
)
