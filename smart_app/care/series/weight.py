"""Body weight in kilograms: what counts is the change over a year."""

from measures.terminology import LOINC, Code
from smart_app.care.lanes import Side
from smart_app.care.measured import Measured
from smart_app.care.scale import Height

SERIES = Measured(
    key="weight",
    label="Weight",
    about="kg",
    side=Side.BODY,
    place=130,
    codes=(Code(LOINC, "29463-7", "Body weight"), Code(LOINC, "3141-9", "Body weight, measured")),
    unit="kg",
    units={"kg": 1, "[lb_av]": 0.45359237, "lb": 0.45359237, "g": 0.001},
    height=Height(0, 0, 50),
    decimals=0,
    least_span=12,
    fit="free",
    trend_over="year",
)
