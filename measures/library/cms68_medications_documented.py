"""CMS68: Documentation of current medications in the medical record. Counts visits.

Specification: CMS68FHIRDocumentationofCurrentMedications 1.0.000 (CMS, QI-Core 6).
"""

from measures.criteria import episode_criterion, once
from measures.measure import Group, Measure
from measures.shared.visits import end_of_visit
from measures.terminology import SNOMED, Code, ValueSet
from measures.time import within

VISIT = ValueSet("2.16.840.1.113883.3.600.1.1834", "Encounter to Document Medications")
DOCUMENTED = Code(SNOMED, "428191000124101", "Documentation of current medications")
ACUTE_CRISIS = Code(SNOMED, "705016005", "Acute health crisis")


@once
def visits(patient, period):
    """ "Qualifying Encounter During Day of Measurement Period" """
    return patient.encounters(VISIT).during(period)


def last_documented(patient, period):
    return patient.procedures(DOCUMENTED).latest()


@episode_criterion("a visit in the period at which medications are to be documented")
def seen(patient, period, visit):
    return visits(patient, period).only(visit)


@episode_criterion(
    "current medications documented during the visit",
    nearest=last_documented,
    why_not=lambda _event, _patient, _period: "not during the visit",
    do="Document the current medications during the visit",
)
def documented(patient, period, visit):
    return patient.procedures(DOCUMENTED).where(lambda done: within(done.end, visit.when))


@episode_criterion(
    "medications not documented because of an acute health crisis",
    chart="In an acute health crisis: record the medications as not documented, with that reason",
)
def acute_crisis(patient, period, visit):
    not_done = patient.procedures_not_done(DOCUMENTED).because(ACUTE_CRISIS)
    return not_done.where(lambda recorded: within(recorded.start, visit.when))


MEASURE = Measure(
    id="CMS68",
    title="Documentation of current medications",
    version="1.0.000",
    steward="CMS",
    episodes=visits,
    groups=(
        Group(
            initial_population=seen,
            numerator=documented,
            exceptions=acute_crisis,
            deadline=end_of_visit,
        ),
    ),
)
