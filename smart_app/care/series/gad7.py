"""GAD-7, 0 to 21: anxiety. Words and cut-offs are the instrument's."""

from measures.terminology import LOINC, Code
from smart_app.care.instruments import scale
from smart_app.care.lanes import Band, Side
from smart_app.care.measured import Measured
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
    severity=scale("gad-7").severity,
    bands=(Band(10, 15, 1), Band(15, 21, 3)),
)
