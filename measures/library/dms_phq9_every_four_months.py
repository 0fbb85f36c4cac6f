"""DMS: PHQ-9 in every four-month period with a visit, in depression. Three rates, one a period.

Our own rendering of the public definition (HEDIS DMS-E, measurement year 2026): age 12 and older with major
depression or dysthymia; a PHQ-9 score in each of the periods January to April, May to August and September
to December in which the patient was seen. A contact while the depression is on record counts, whatever it
was for.
"""

from datetime import timedelta

from measures.criteria import Criterion, criterion
from measures.measure import Group, Measure
from measures.shared.depression import depression_in, other_disorder, scores
from measures.shared.hospice import in_hospice
from measures.shared.own_rendering import STEWARD, VERSION
from measures.shared.settings_of_care import outpatient_contacts
from measures.time import Period, add_months

PERIODS = ("January to April", "May to August", "September to December")


def four_months(period, number):
    """The first, second or third period of the year."""
    end = add_months(period.start, 4 * number) - timedelta(days=1)
    return Period(add_months(period.start, 4 * number - 4), end)


@criterion("12 or older at the start of the period")
def old_enough(patient, period):
    return patient.age_on(period.start) >= 12


def depressed_in(number):
    def test(patient, period):
        return depression_in(patient, four_months(period, number))

    return Criterion(f"depressed_{number}", f"depression from {PERIODS[number - 1]}", test)


def seen_in(number):
    def test(patient, period):
        return outpatient_contacts(patient, period).during(four_months(period, number))

    return Criterion(f"seen_{number}", f"seen from {PERIODS[number - 1]}", test)


def scored_in(number):
    def test(patient, period):
        return scores(patient).starting(four_months(period, number))

    def not_then(phq, _patient, period):
        then = four_months(period, number)
        if phq.day is None:
            return ""
        return f"before {then.start}" if phq.day < then.start else f"after {then.end}"

    return Criterion(
        f"scored_{number}",
        f"a PHQ-9 score from {PERIODS[number - 1]}",
        test,
        nearest=lambda patient, _period: scores(patient).latest(),
        why_not=not_then,
        do="Ask the PHQ-9 and record its score",
    )


def group(number):
    depressed = depressed_in(number)
    return Group(
        id=f"Group_{number}",
        title=PERIODS[number - 1],
        initial_population=old_enough & depressed & seen_in(number),
        expected=old_enough & depressed,
        exclusions=other_disorder | in_hospice,
        numerator=scored_in(number),
        deadline=lambda found: four_months(found.period, number).end,
    )


MEASURE = Measure(
    id="DMS",
    title="PHQ-9 in every four-month period, in depression",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=(group(1), group(2), group(3)),
)
