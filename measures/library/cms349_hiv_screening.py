"""CMS349: HIV screening.

Specification: CMS349FHIRHIVScreening 1.0.000 (CDC, QI-Core 6). One test between 15 and 65, at any time up to
the end of the period, is enough.
"""

from measures.criteria import criterion
from measures.events import RecordCannotSay
from measures.measure import proportion
from measures.shared.screening import NO_RESULT, ever_observed, resulted
from measures.shared.visits import (
    OFFICE,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_ESTABLISHED_CHILD,
    PREVENTIVE_INITIAL,
    PREVENTIVE_INITIAL_CHILD,
)
from measures.terminology import LOINC, Code, ValueSet
from measures.time import at_or_before, before, both

HIV = ValueSet("2.16.840.1.113883.3.464.1003.120.12.1003", "HIV")
HIV_TEST = ValueSet("2.16.840.1.113762.1.4.1056.50", "HIV Lab Tests")
HIV_1_AND_2 = Code(LOINC, "75622-1", "HIV 1 and 2 tests")


def at_15_to_65(patient, test):
    return both(at_or_before(patient.turns(15), test.start), before(test.start, patient.turns(66)))


def not_counted(test, patient, _period):
    if at_15_to_65(patient, test) is False:
        return "taken before the age of 15, or after 65"
    return "" if test.has_value else NO_RESULT


@criterion("15 to 65 at the start of the period")
def of_age(patient, period):
    return 15 <= patient.age_on(period.start) <= 65


@criterion("an office or preventive visit in the period")
def seen(patient, period):
    kinds = (OFFICE, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL)
    children = (PREVENTIVE_ESTABLISHED_CHILD, PREVENTIVE_INITIAL_CHILD)
    return patient.encounters(*kinds, *children).during(period)


@criterion(
    "HIV infection known before the period",
    chart="If the patient is known to have HIV: record it on the problem list, with the date of diagnosis",
)
def known_hiv(patient, period):
    first_day = period.interval.start.by_day()
    return patient.conditions(HIV).where(lambda c: before(c.start.by_day(), first_day))


@criterion(
    "an HIV test with a result between the ages of 15 and 65",
    nearest=ever_observed(HIV_TEST, HIV_1_AND_2),
    why_not=not_counted,
    do="Order an HIV test, or record the result of one taken elsewhere",
    order="hiv_test_order",
)
def screened(patient, period):
    so_far = resulted(patient, HIV_TEST, HIV_1_AND_2).starting_by(period.interval.end)
    return so_far.where(lambda test: at_15_to_65(patient, test))


@criterion("died by the end of the period")
def died(patient, period):
    dead_by_then = patient.died is not None and at_or_before(patient.died, period.interval.end)
    if dead_by_then is None:
        raise RecordCannotSay("the record does not give the day of death")
    return dead_by_then


MEASURE = proportion(
    id="CMS349",
    title="HIV screening",
    version="1.0.000",
    steward="CDC",
    initial_population=of_age & seen,
    expected=of_age,
    exclusions=known_hiv,
    exceptions=died,
    numerator=screened,
)
