"""An order whose reason is an unspecified diagnosis, while the record holds what would specify it.

Depression: a PHQ-9 with a score in the last 90 days. Substance use: a specified disorder of the same patient.
The diagnosis stays the clinician's: a score is never turned into a code.
"""

from measures.orders.asking import active_problems, every_draft
from measures.orders.check import Citation, Kind, Mend, OrderCheck, Severity, draft_criterion
from measures.orders.problems import OPIOID_USE_DISORDER, UNSPECIFIED_DEPRESSION, UNSPECIFIED_SUBSTANCE_USE
from measures.shared.depression import scores
from measures.terminology import ValueSet

ALCOHOL_USE_DISORDER = ValueSet("throughline:alcohol-use-disorder", "Alcohol use disorder")
DAYS = 90  # that a PHQ-9 says something of today


def reasons(patient, draft):
    """The draft's own reasons, and the conditions of the record that it refers to."""
    references = draft.source.get("reasonReference") or ()
    held = (patient.by_reference(str(one.get("reference", ""))) for one in references)
    return {*draft.reasons, *(code for condition in held if condition for code in condition.codes)}


def has_reason(patient, draft, value_set):
    return any(patient.vocabulary.holds(value_set, code) for code in reasons(patient, draft))


@draft_criterion("ordered for an unspecified depression, with a PHQ-9 of the last 90 days on record")
def depression(patient, today, draft):
    if not has_reason(patient, draft, UNSPECIFIED_DEPRESSION):
        return False
    return scores(patient).concluding(today.reaching_back(days=DAYS)).latest()


@draft_criterion("ordered for an unspecified substance use, with a specified disorder on record")
def substance_use(patient, today, draft):
    if not has_reason(patient, draft, UNSPECIFIED_SUBSTANCE_USE):
        return False
    return active_problems(patient, today, OPIOID_USE_DISORDER, ALCOHOL_USE_DISORDER)


CHECK = OrderCheck(
    id="unspecified-diagnosis",
    title="Unspecified diagnosis as the reason of an order",
    version="2",
    citations=(Citation("ICD-10-CM Official Guidelines for Coding and Reporting, section I.B.18", "2026"),),
    severity=Severity.INFO,
    kind=Kind.HOUSEKEEPING,
    concerns=every_draft("MedicationRequest", "ServiceRequest"),
    when=depression | substance_use,
    says=(
        "{draft.name}: depression, unspecified, as its reason; PHQ-9 {depression.value} on {depression.date}",
        "{draft.name}: an unspecified diagnosis as its reason; a specified one is on record",
    ),
    detail="If it is clinically true, document episode and severity; a score by itself is no diagnosis.",
    mends=(Mend("Open the PHQ-9", instrument="phq-9"),),
)
