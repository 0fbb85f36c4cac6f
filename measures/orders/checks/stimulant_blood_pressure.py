"""A stimulant for an adult whose last blood pressure, of the last 6 months, is 140/90 or above.

A reading is a panel, or a systolic and a diastolic pressure filed by themselves; of the last day on which
there was one, each side counts by its last measurement. Below 18 the bounds go by age, sex and height, which
no chart holds in a form to be read: left alone.
"""

from operator import is_

from measures.criteria import criterion
from measures.event import DIASTOLIC, SYSTOLIC
from measures.events import Events
from measures.orders.asking import ordered, results
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import STIMULANTS
from measures.shared.blood_pressure import BLOOD_PRESSURE, MM_HG
from measures.terminology import LOINC, Code

HALF_A_YEAR = 183  # days: older readings say nothing of today
PANELS = (BLOOD_PRESSURE, Code(LOINC, "55284-4", "Blood pressure systolic and diastolic"))
BOUNDS = {SYSTOLIC: 140, DIASTOLIC: 90}  # mm[Hg]


@criterion("18 or older")
def adult(patient, today):
    return patient.age_on(today.end) >= 18


def side_of(reading, side):
    """The systolic or diastolic pressure of a reading, of whatever form; None for one without that side."""
    return reading.value if side.key in reading.codes else reading.component(side)


def last_readings(patient, today):
    """By side the last reading of the last day on which there was one."""
    known = results(patient, today, HALF_A_YEAR, *PANELS, SYSTOLIC, DIASTOLIC)
    last = {side: known.where(lambda one, side=side: bool(side_of(one, side))).latest() for side in BOUNDS}
    of_the_day = (last[SYSTOLIC] + last[DIASTOLIC]).on_last_day()
    return {side: readings.related(of_the_day, is_) for side, readings in last.items()}


def is_high(reading, side):
    found = side_of(reading, side)
    return found.at_least(BOUNDS[side]) if found.unit in MM_HG else None


@criterion("the last blood pressure of the last 183 days is 140/90 or above")
def high_pressure(patient, today):
    last = last_readings(patient, today)
    high = [readings.where(lambda one, side=side: is_high(one, side)) for side, readings in last.items()]
    return sum(high, Events())


def reading(patient, today, _draft):
    """Such as "152/94"; of a side by itself "systolic 152"."""
    last = last_readings(patient, today)
    systolic, diastolic = (
        [side_of(one, side).without_unit(0) for one in last[side].sure] for side in (SYSTOLIC, DIASTOLIC)
    )
    if systolic and diastolic:
        return "/".join(systolic + diastolic)
    return f"systolic {systolic[0]}" if systolic else f"diastolic {diastolic[0]}" if diastolic else ""


CHECK = OrderCheck(
    id="stimulant-blood-pressure",
    title="Stimulant with uncontrolled blood pressure",
    version="4",
    citations=(
        Citation("FDA labels of methylphenidate and amphetamine, Blood pressure increases", CURRENT),
        Citation("AHA/ACC guideline on high blood pressure in adults", "2025-08"),
    ),
    severity=Severity.WARNING,
    kind=Kind.UNFIT,
    concerns=ordered(STIMULANTS),
    when=adult & high_pressure,
    says=("{draft.name} ordered; last blood pressure {reading} on {high_pressure.date}",),
    detail="Stimulants raise blood pressure by 2 to 4 mm[Hg] on average, in some by far more.",
    mends=(REMOVE,),
    figures={"reading": reading},
)
