"""Substance use as a reason for care, and what treats it: visits, services, medicines."""

from measures.criteria import once
from measures.shared.follow_up import follow_up_visits
from measures.terminology import ValueSet

SUBSTANCE_USE_DISORDER = ValueSet("2.16.840.1.113883.3.464.1003.106.12.1001", "Substance Use Disorder")
TREATMENT = ValueSet("2.16.840.1.113883.3.464.1003.106.12.1005", "Substance Use Disorder Treatment")
LONG_ACTING = ValueSet("2.16.840.1.113883.3.464.1003.1149", "Substance Use Disorder Long Acting Medication")
SHORT_ACTING = ValueSet("2.16.840.1.113883.3.464.1003.1150", "Substance Use Disorder Short Acting Medication")
LONG_ACTING_GIVEN = ValueSet(
    "2.16.840.1.113883.3.464.1003.1156", "Substance Use Disorder Long Acting Medication Administration"
)
SHORT_ACTING_GIVEN = ValueSet(
    "2.16.840.1.113883.3.464.1003.1157", "Substance Use Disorder Short Acting Medication Administration"
)
DETOXIFICATION = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1059", "Detoxification Visit")
OVERDOSE = ValueSet("throughline:drug-overdose", "Drug overdose")
SUBSTANCE_USE_VISIT = ValueSet("throughline:substance-use-visit", "Visit that treats substance use")
TREAT_SUBSTANCE_USE = "Hold a visit for the substance use, or dispense a medicine for it"


@once
def substance_use_care(patient, period):
    """Contacts and services that treat substance use, and medicines for it dispensed, ordered or given."""
    kinds = (SUBSTANCE_USE_VISIT, TREATMENT, LONG_ACTING_GIVEN, SHORT_ACTING_GIVEN)
    medicines = (LONG_ACTING, SHORT_ACTING)
    return (
        follow_up_visits(patient, period, kinds, (SUBSTANCE_USE_DISORDER,))
        + patient.medication_requests(*medicines)
        + patient.find("MedicationDispense", medicines)
    )
