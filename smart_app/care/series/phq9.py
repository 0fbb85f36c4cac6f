"""PHQ-9, 0 to 27: depression, in the instrument's own words; the adolescent form (PHQ-9M) scores alike."""

from measures.terminology import LOINC, Code
from smart_app.care.instruments import scale
from smart_app.care.lanes import Band, Side
from smart_app.care.measured import Measured
from smart_app.care.scale import Height
from smart_app.care.scores import SCORE

SERIES = Measured(
    key="phq9",
    label="PHQ-9",
    about="depression",
    side=Side.MIND,
    place=10,
    codes=(
        Code(LOINC, "44261-6", "PHQ-9 total score"),
        Code(LOINC, "89204-2", "PHQ-9 modified for teens, total score"),
    ),
    unit="",
    units=SCORE,
    height=Height(0, 27, 78),
    severity=scale("phq-9").severity,
    bands=(Band(10, 15, 1), Band(15, 20, 2), Band(20, 27, 3)),
)
