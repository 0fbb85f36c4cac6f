"""Depression: who has it, who is left out of its measures, and the PHQ-9."""

from measures.criteria import criterion
from measures.statuses import clinical_status
from measures.terminology import ValueSet
from measures.time import at_or_before, overlap

PHQ_9 = ValueSet("2.16.840.1.113883.3.67.1.101.1.263", "PHQ 9 and PHQ 9M Tools")
MAJOR_DEPRESSION = ValueSet("2.16.840.113883.3.67.1.101.3.2444", "Major Depression Including Remission")
DYSTHYMIA = ValueSet("2.16.840.1.113883.3.67.1.101.1.254", "Dysthymia")
BIPOLAR = ValueSet("2.16.840.1.113883.3.67.1.101.1.128", "Bipolar Disorder")
PERSONALITY = ValueSet("2.16.840.1.113883.3.67.1.101.1.246", "Personality Disorder Emotionally Labile")
PSYCHOTIC = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1104", "Schizophrenia or Psychotic Disorder")
DEVELOPMENTAL = ValueSet("2.16.840.1.113883.3.464.1003.105.12.1152", "Pervasive Developmental Disorder")


def depression(patient):
    return patient.conditions(MAJOR_DEPRESSION, DYSTHYMIA)


def depression_in(patient, period):
    """Depression in the period; in remission it stays on record, whether or not an end is given."""

    def then(condition):
        overlapping = overlap(condition.when, period.interval)
        if overlapping or clinical_status(condition.source) != "remission":
            return overlapping
        return at_or_before(condition.start, period.interval.end)

    return depression(patient).where(then)


def scores(patient):
    """PHQ-9 totals with a score."""
    return patient.observations(PHQ_9).with_value()


@criterion(
    "bipolar, personality, psychotic or pervasive developmental disorder",
    chart="If the patient has a bipolar, personality, psychotic or developmental disorder: record it",
)
def other_disorder(patient, period):
    return patient.conditions(BIPOLAR, PERSONALITY, PSYCHOTIC, DEVELOPMENTAL).overlapping(period)
