"""A stimulant for an adult whose last blood pressure, of the last 6 months, is 140/90 or above.

Below 18 the bounds go by age, sex and height, which no chart holds in a form to be read: left alone.
"""

from measures.criteria import criterion
from measures.event import DIASTOLIC, SYSTOLIC
from measures.orders.asking import ordered, results
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import STIMULANTS
from measures.shared.blood_pressure import BLOOD_PRESSURE, pressure
from measures.time import either

HALF_A_YEAR = 183  # days: older readings say nothing of today
HIGH_SYSTOLIC, HIGH_DIASTOLIC = 140, 90  # mm[Hg]


@criterion("18 or older")
def adult(patient, today):
    return patient.age_on(today.end) >= 18


def reaches(reading, side, bound):
    value = pressure(reading, side)
    return None if value is None else value >= bound


def is_high(reading):
    return either(reaches(reading, SYSTOLIC, HIGH_SYSTOLIC), reaches(reading, DIASTOLIC, HIGH_DIASTOLIC))


@criterion("the last blood pressure of the last 183 days is 140/90 or above")
def high_pressure(patient, today):
    return results(patient, today, HALF_A_YEAR, BLOOD_PRESSURE).latest().where(is_high)


CHECK = OrderCheck(
    id="stimulant-blood-pressure",
    title="Stimulant with uncontrolled blood pressure",
    version="1",
    citations=(
        Citation("FDA labels of methylphenidate and amphetamine, Blood pressure increases", "2023"),
        Citation("ACC/AHA guideline on high blood pressure in adults", "2017"),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(STIMULANTS),
    when=adult & high_pressure,
    says=("{draft.name} ordered; last blood pressure {high_pressure.value} on {high_pressure.date}",),
    detail="Stimulants raise blood pressure by 2 to 4 mm[Hg] on average, in some by far more.",
    mends=(REMOVE,),
)
