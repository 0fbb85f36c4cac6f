"""NALOX: Naloxone for people at risk of an opioid overdose.

Our own, after the CDC's guideline of 2022: whoever has an opioid use disorder, or had an opioid overdose in
the year or the year before, has naloxone ordered or dispensed in the year or the year before.
"""

from measures.criteria import criterion
from measures.measure import proportion
from measures.shared.hospice import in_hospice
from measures.shared.opioid_treatment import OPIOID_USE_DISORDER
from measures.shared.own_rendering import STEWARD, VERSION
from measures.terminology import ValueSet

OVERDOSE = ValueSet("throughline:opioid-overdose", "Opioid overdose")
NALOXONE = ValueSet("throughline:naloxone", "Naloxone or nalmefene to reverse an overdose")


def naloxone(patient):
    return patient.medication_requests(NALOXONE) + patient.find("MedicationDispense", (NALOXONE,))


@criterion("opioid use disorder in the period")
def has_disorder(patient, period):
    return patient.conditions(OPIOID_USE_DISORDER).overlapping(period)


@criterion("an opioid overdose in the period or the year before")
def overdosed(patient, period):
    two_years = period.reaching_back(years=1)
    encounters = patient.every("Encounter").starting(two_years).because(OVERDOSE)
    return patient.conditions(OVERDOSE).starting(two_years) + encounters


@criterion(
    "naloxone ordered or dispensed in the period or the year before",
    nearest=lambda patient, _period: naloxone(patient).latest(),
    why_not=lambda one, _patient, period: (
        f"before {period.start.replace(year=period.start.year - 1)}"
        if one.day and one.day < period.start
        else ""
    ),
    do="Order naloxone, and show the patient and those at home how to use it",
    order="naloxone_order",
)
def has_naloxone(patient, period):
    return naloxone(patient).starting(period.reaching_back(years=1))


MEASURE = proportion(
    id="NALOX",
    title="Naloxone with a risk of opioid overdose",
    version=VERSION,
    steward=STEWARD,
    behavioral=True,
    initial_population=has_disorder | overdosed,
    exclusions=in_hospice,
    numerator=has_naloxone,
)
