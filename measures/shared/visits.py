"""Outpatient visits of adults (shared library "AdultOutpatientEncounters")."""

from measures.criteria import criterion, once
from measures.terminology import ValueSet

OFFICE = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1001", "Office Visit")
ANNUAL_WELLNESS = ValueSet("2.16.840.1.113883.3.526.3.1240", "Annual Wellness Visit")
PREVENTIVE_ESTABLISHED = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1025", "Preventive Care Services Established Office Visit, 18 and Up"
)
PREVENTIVE_INITIAL = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1023", "Preventive Care Services Initial Office Visit, 18 and Up"
)
HOME = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1016", "Home Healthcare Services")
VIRTUAL = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1089", "Virtual Encounter")
PHONE = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1080", "Telephone Visits")
PREVENTIVE_ESTABLISHED_CHILD = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1024", "Preventive Care, Established Office Visit, 0 to 17"
)
PREVENTIVE_INITIAL_CHILD = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1022", "Preventive Care Services, Initial Office Visit, 0 to 17"
)
CONSULTATION = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1008", "Outpatient Consultation")
COUNSELING = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1026", "Preventive Care Services Individual Counseling"
)
GROUP_COUNSELING = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1027", "Preventive Care Services Group Counseling"
)
EYE_CARE = ValueSet("2.16.840.1.113883.3.526.3.1285", "Ophthalmological Services")
LONG_TERM_CARE = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1014", "Care Services in Long Term Residential Facility"
)
NURSING_FACILITY = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1012", "Nursing Facility Visit")
NURSING_FACILITY_DISCHARGE = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1013", "Discharge Services Nursing Facility"
)
OCCUPATIONAL_THERAPY = ValueSet("2.16.840.1.113883.3.526.3.1011", "Occupational Therapy Evaluation")
PHYSICAL_THERAPY = ValueSet("2.16.840.1.113883.3.526.3.1022", "Physical Therapy Evaluation")
PSYCHIATRIC_EVALUATION = ValueSet("2.16.840.1.113883.3.526.3.1492", "Psych Visit Diagnostic Evaluation")
PSYCHOTHERAPY = ValueSet("2.16.840.1.113883.3.526.3.1496", "Psych Visit Psychotherapy")


def in_person(encounter):
    """Whether the encounter is of another class than virtual (v3-ActCode VR); one without a class is."""
    kind = encounter.source.get("class")
    return not (isinstance(kind, dict) and kind.get("code") == "VR")


def end_of_visit(found):
    """The deadline of what must be done at the visit that is the episode."""
    return found.episode.end_day if found.episode else None


@once
def outpatient_visits(patient, period):
    """Finished outpatient visits wholly within the period."""
    return patient.encounters(
        OFFICE, ANNUAL_WELLNESS, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, HOME, VIRTUAL, PHONE
    ).during(period)


@criterion("had an outpatient visit in the period")
def had_outpatient_visit(patient, period):
    return outpatient_visits(patient, period)
