"""An antipsychotic that lengthens QT most, begun without an ECG of the last 12 months.

Chlorpromazine, iloperidone, pimozide, thioridazine and ziprasidone, as the guideline names them; not
haloperidol by mouth. With another medicine that lengthens QT see qt-pair.
"""

from measures.orders.asking import before_today, ordered
from measures.orders.check import CURRENT, Citation, Kind, Need, OrderCheck, Severity, draft_criterion
from measures.orders.doses import ingredient, is_another
from measures.orders.ecg import ecgs
from measures.orders.medicines import PIMOZIDE, QT_ANTIPSYCHOTICS, THIORIDAZINE, ZIPRASIDONE
from measures.orders.problems import ECG

LENGTHENING = (PIMOZIDE, THIORIDAZINE, ZIPRASIDONE, QT_ANTIPSYCHOTICS)
YEAR = 365  # days that an ECG counts


@draft_criterion("haloperidol")
def haloperidol(_patient, _today, draft):
    return ingredient(draft).startswith("haloperidol")


@draft_criterion("ordered before, in whatever strength")
def goes_on(patient, today, draft):
    earlier = patient.medication_requests(*LENGTHENING).starting(before_today(today))
    return earlier.where(lambda order: None if (other := is_another(draft, order)) is None else not other)


@draft_criterion(
    "an ECG of the last 12 months, or ordered now",
    nearest=lambda patient, _today: ecgs(patient).latest(at=lambda one: one.concluded),
)
def has_ecg(patient, today, _draft):
    return ecgs(patient).concluding(today.reaching_back(days=YEAR)) + patient.drafts.service_requests(ECG)


CHECK = OrderCheck(
    id="antipsychotic-ecg",
    title="Antipsychotic that lengthens QT, begun without an ECG",
    version="2",
    citations=(
        Citation("APA, Practice Guideline for the Treatment of Patients With Schizophrenia", "2020"),
        Citation("FDA labels of pimozide and thioridazine, ECG before treatment", CURRENT),
    ),
    severity=Severity.INFO,
    kind=Kind.DUE,
    concerns=ordered(*LENGTHENING),
    when=~goes_on & ~haloperidol,
    needs=(Need("ECG", has_ecg, add="ecg_order", elsewhere="DiagnosticReport", due="before it is begun"),),
    says=("{draft.name} begun: {missing}",),
    detail=(
        "It lengthens QT more than most antipsychotics. Measure potassium and magnesium too, and the ECG "
        "again after a large change of dose."
    ),
)
