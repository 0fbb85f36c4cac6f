"""Where care took place, told by an encounter's class or its type: in hospital, in an emergency department,
or neither; and what it was for.
"""

from measures.criteria import once
from measures.shapes import Standing
from measures.shared.diagnoses import diagnosed_with
from measures.shared.hospice import INPATIENT
from measures.terminology import ValueSet

EMERGENCY = ValueSet(
    "2.16.840.1.113883.3.464.1003.101.12.1010", "Emergency Department Evaluation and Management Visit"
)
EMERGENCY_VISIT = ValueSet("2.16.840.1.113883.3.117.1.7.1.292", "Emergency Department Visit")
# v3-ActCode, as Encounter.class
IN_HOSPITAL = frozenset({"IMP", "ACUTE", "NONAC"})
IN_EMERGENCY = frozenset({"EMER"})
NO_VISIT = frozenset({"OBSENC", "SS", "PRENC"})


def class_of(encounter):
    kind = encounter.source.get("class")
    return kind.get("code") if isinstance(kind, dict) else None


def of_class(patient, classes):
    """Finished encounters of one of the classes."""
    return patient.every("Encounter").where(lambda e: e.standing is Standing.DONE and class_of(e) in classes)


@once
def hospital_stays(patient, _period):
    return patient.encounters(INPATIENT) + of_class(patient, IN_HOSPITAL)


@once
def emergency_visits(patient, _period):
    return patient.encounters(EMERGENCY, EMERGENCY_VISIT) + of_class(patient, IN_EMERGENCY)


@once
def outpatient_contacts(patient, period):
    """Finished encounters of any other kind: at the clinic, at home, by telephone or video."""
    elsewhere = {*hospital_stays(patient, period).sure, *emergency_visits(patient, period).sure}
    finished = patient.every("Encounter").where(lambda e: e.standing is Standing.DONE)
    return finished.where(lambda e: e not in elsewhere and class_of(e) not in NO_VISIT)


def mainly_for(patient, encounters, *disorders):
    """Those whose reason or principal diagnosis is one of the disorders.

    The principal diagnosis has rank 1; where none is ranked, each counts.
    """

    def test(encounter):
        ranked = [d.get("rank") for d in encounter.source.get("diagnosis") or ()]
        return diagnosed_with(patient, *disorders, principal=1 in ranked)(encounter)

    return encounters.because(*disorders) + encounters.where(test)


def for_any(patient, encounters, *disorders):
    """Those with one of the disorders as a reason or as a diagnosis of any rank."""
    return encounters.because(*disorders) + encounters.where(diagnosed_with(patient, *disorders))


def says_not_what_for(encounter):
    """Whether the encounter gives neither a reason nor a diagnosis."""
    named = encounter.source.get("diagnosis") or encounter.source.get("reasonReference")
    return not named and not encounter.reasons
