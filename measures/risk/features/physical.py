"""A1c, blood pressure, weight and pain: the last value and the trend over a year."""

from __future__ import annotations

from collections.abc import Callable

from measures.event import DIASTOLIC, SYSTOLIC, Event
from measures.quantity import Quantity
from measures.risk.as_of import Known
from measures.risk.feature import Answer, feature
from measures.risk.results import Result, last, per_year, percent_a1c, results
from measures.terminology import LOINC, Code

LATELY = 730  # days
YEAR = 365  # days

A1C = (Code(LOINC, "4548-4", "Hemoglobin A1c"), Code(LOINC, "17856-6"), Code(LOINC, "4549-2"))
PRESSURE = (Code(LOINC, "85354-9", "Blood pressure"), Code(LOINC, "55284-4"))
BMI = (Code(LOINC, "39156-5", "Body mass index"),)
PAIN = (Code(LOINC, "72514-3", "Pain severity, 0 to 10"),)


def _a1c(known: Known) -> list[Result]:
    return results(known, A1C, least=3, most=20, read=lambda event: percent_a1c(event.value))


def _systolic(known: Known) -> list[Result]:
    return results(known, (*PRESSURE, SYSTOLIC), least=50, most=300, read=_pressure(SYSTOLIC))


def _diastolic(known: Known) -> list[Result]:
    return results(known, (*PRESSURE, DIASTOLIC), least=20, most=200, read=_pressure(DIASTOLIC))


def _pressure(side: Code) -> Callable[[Event], Quantity | None]:
    """Of the panel, or measured by itself."""
    return lambda event: event.component(side) if event.source.get("component") else event.value


@feature("a1c_last", "last A1c", "%", "Observation", window=LATELY)
def a1c_last(known: Known) -> Answer:
    return last(known, _a1c(known), LATELY)


@feature("a1c_trend", "change of the A1c", "% a year", "Observation", window=LATELY)
def a1c_trend(known: Known) -> Answer:
    return per_year(known, _a1c(known), LATELY)


@feature("systolic_last", "last systolic blood pressure", "mm[Hg]", "Observation", window=LATELY)
def systolic_last(known: Known) -> Answer:
    return last(known, _systolic(known), LATELY)


@feature(
    "systolic_trend", "change of the systolic blood pressure", "mm[Hg] a year", "Observation", window=LATELY
)
def systolic_trend(known: Known) -> Answer:
    return per_year(known, _systolic(known), LATELY)


@feature("diastolic_last", "last diastolic blood pressure", "mm[Hg]", "Observation", window=LATELY)
def diastolic_last(known: Known) -> Answer:
    return last(known, _diastolic(known), LATELY)


@feature("bmi_last", "last body mass index", "kg/m2", "Observation", window=LATELY)
def bmi_last(known: Known) -> Answer:
    return last(known, results(known, BMI, least=10, most=90), LATELY)


@feature("pain_last", "last pain rating", "0 to 10", "Observation", window=YEAR, worse=1)
def pain_last(known: Known) -> Answer:
    return last(known, results(known, PAIN, least=0, most=10), YEAR)
