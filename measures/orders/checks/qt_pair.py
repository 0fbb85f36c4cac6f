"""Two medicines that lengthen QT, without an ECG: of 30 days for a new one, else of 12 months.

The list is of our own value sets, by the known-risk lists in common use: antipsychotics, citalopram,
escitalopram, methadone and donepezil, and medicines outside psychiatry. What may meet no other, with an ECG
or without, is told by qt-contraindicated.
"""

from measures.events import Events
from measures.orders.asking import before_today, ordered, with_drafts
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, Need, OrderCheck, Severity, draft_criterion
from measures.orders.doses import is_another
from measures.orders.ecg import ecgs
from measures.orders.medicines import QT_ANTIPSYCHOTICS, QT_OTHERS
from measures.orders.problems import ECG

LENGTHENING = (QT_ANTIPSYCHOTICS, QT_OTHERS)
NEW, OLD = 30, 365  # days that an ECG counts


@draft_criterion("another medicine that lengthens QT, taken or ordered as well")
def other(patient, today, draft):
    return with_drafts(patient, today, draft, *LENGTHENING).where(lambda order: is_another(draft, order))


def is_new(patient, today, draft):
    """Whether the medicine was not ordered before: the ECG must be of its own time."""
    earlier = patient.medication_requests(*LENGTHENING).starting(before_today(today))
    same = earlier.where(lambda order: None if (is_new := is_another(draft, order)) is None else not is_new)
    return same.truth is not True


@draft_criterion(
    "an ECG of the last 30 days (of 365, of a medicine that goes on), or ordered now",
    nearest=lambda patient, _today: ecgs(patient).latest(at=lambda one: one.concluded),
)
def has_ecg(patient, today, draft):
    days = NEW if is_new(patient, today, draft) else OLD
    known = ecgs(patient).concluding(today.reaching_back(days=days))
    return known + patient.drafts.service_requests(ECG) if known.truth is not True else Events(known.sure)


CHECK = OrderCheck(
    id="qt-pair",
    title="Two medicines that lengthen QT",
    version="3",
    citations=(
        Citation("FDA labels of citalopram, haloperidol, methadone and others, QT prolongation", CURRENT),
        Citation("APA, resource document on QTc prolongation and psychotropic medications", "2018"),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(*LENGTHENING),
    when=other,
    needs=(Need("ECG", has_ecg, add="ecg_order", elsewhere="DiagnosticReport"),),
    says=("{draft.name} ordered with {other.name}, {other.since}: both lengthen QT; {missing}",),
    detail=(
        "The risk of torsades de pointes adds up, more so at an older age, in women, with heart disease "
        "or a low potassium or magnesium. At a QTc of 500 ms or more one of them is stopped."
    ),
    mends=(REMOVE,),
)
