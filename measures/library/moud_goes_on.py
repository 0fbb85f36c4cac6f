"""MOUD: Medicine for opioid use disorder goes on.

Our own, for care, beside POD: no steward has such a measure. Whoever was supplied with medicine for opioid
use disorder in the year is supplied to the end of it. While the last supply lasts it is prospective; from
the day after it ran out it is a gap, which a refill closes at any time.
"""

from datetime import timedelta

from measures.criteria import criterion
from measures.events import RecordCannotSay
from measures.measure import Group, Measure
from measures.shared.hospice import in_hospice
from measures.shared.opioid_treatment import OPIOID_USE_DISORDER, evidence, treatments
from measures.shared.own_rendering import STEWARD, VERSION


def last_treatment(patient, period):
    begun = [one for one in treatments(patient, period) if one.start <= period.end]
    return begun[-1] if begun and begun[-1].end >= period.start else None


@criterion("supplied with medicine for opioid use disorder in the year")
def treated(patient, period):
    return evidence(last_treatment(patient, period))


@criterion("opioid use disorder")
def has_disorder(patient, period):
    return patient.conditions(OPIOID_USE_DISORDER).overlapping(period)


@criterion(
    "supplied to the end of the year",
    nearest=lambda patient, period: evidence(last_treatment(patient, period)),
    why_not=lambda _supply, patient, period: f"its supply ended {last_treatment(patient, period).end}",
    do="Have the medicine refilled today, and ask what stood in the way",
)
def supplied_to_the_end(patient, period):
    treatment = last_treatment(patient, period)
    return evidence(treatment) if treatment and treatment.end >= period.end else False


def out_of_supply(found):
    try:
        treatment = last_treatment(found.record, found.period)
    except RecordCannotSay:
        return None
    return treatment.end + timedelta(days=1) if treatment else None


MEASURE = Measure(
    id="MOUD",
    title="Medicine for opioid use disorder goes on",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    groups=(
        Group(
            initial_population=treated & has_disorder,
            exclusions=in_hospice,
            numerator=supplied_to_the_end,
            due_from=out_of_supply,
        ),
    ),
)
