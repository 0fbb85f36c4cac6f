"""CMS50: Closing the referral loop: receipt of the specialist's report.

Specification: CMS50FHIRCRLReceiptofSpecialistReport 1.0.000 (CMS, QI-Core 6). Only the first referral of the
period counts.
"""

from datetime import date

from measures.criteria import criterion, once
from measures.measure import proportion
from measures.shared.visits import (
    OFFICE,
    PREVENTIVE_ESTABLISHED,
    PREVENTIVE_ESTABLISHED_CHILD,
    PREVENTIVE_INITIAL,
    PREVENTIVE_INITIAL_CHILD,
)
from measures.terminology import CPT, Code, ValueSet
from measures.time import Period, before

EYE_VISIT = ValueSet("2.16.840.1.113883.3.526.3.1285", "Ophthalmological Services")
NEUROPSYCHOLOGY = ValueSet("2.16.840.1.113883.3.526.3.1023", "Behavioral/Neuropsych Assessment")
PSYCHIATRIC_EVALUATION = ValueSet("2.16.840.1.113883.3.526.3.1492", "Psych Visit Diagnostic Evaluation")
# Crisis psychotherapy, developmental, psychological and health-behavior assessment.
ASSESSMENTS = tuple(Code(CPT, code) for code in ("90839", "96112", "96136", "96138", "96156"))
REFERRAL = ValueSet("2.16.840.1.113883.3.464.1003.101.12.1046", "Referral")
REPORT = ValueSet("2.16.840.1.113883.3.464.1003.121.12.1006", "Consultant Report")


@once
def first_referral(patient, period):
    """ "First Referral during First 10 Months of Measurement Period": all that none is earlier than."""
    made = patient.service_requests(REFERRAL).starting(Period(period.start, date(period.start.year, 10, 31)))
    return made.unrelated(
        made, lambda one, other: one.start != other.start and before(other.start, one.start)
    )


def answers(report, referral):
    """Whether the report's task rests on the referral."""
    named = (basis.get("reference", "") for basis in report.source.get("basedOn") or ())
    return any(reference.rpartition("/")[2] == referral.id for reference in named)


def reports(patient, period):
    return patient.find("Task", (REPORT,)).latest()


@criterion("a visit or a psychological assessment in the period")
def seen(patient, period):
    children = (PREVENTIVE_ESTABLISHED_CHILD, PREVENTIVE_INITIAL_CHILD)
    visits = patient.encounters(OFFICE, EYE_VISIT, PREVENTIVE_ESTABLISHED, PREVENTIVE_INITIAL, *children)
    assessments = patient.procedures(NEUROPSYCHOLOGY, PSYCHIATRIC_EVALUATION, *ASSESSMENTS)
    return visits.during(period) + assessments.during(period)


@criterion("a referral from 1 January to 31 October")
def referred(patient, period):
    return first_referral(patient, period)


@criterion(
    "the consultant's report on the first referral received in the period",
    nearest=reports,
    why_not=lambda _report, _patient, _period: "not an answer to the first referral",
    do="Obtain the consultant's report on the first referral and record its receipt",
)
def report_received(patient, period):
    def closes(report, referral):
        return answers(report, referral) and before(referral.start, report.end)

    received = patient.find("Task", (REPORT,)).where(
        lambda report: True if "executionPeriod" in report.source else None
    )
    return received.ending(period).related(first_referral(patient, period), closes)


MEASURE = proportion(
    id="CMS50",
    title="Closing the referral loop: receipt of specialist report",
    version="1.0.000",
    steward="CMS",
    initial_population=seen & referred,
    expected=referred,
    numerator=report_received,
)
