"""Pimozide, thioridazine or ziprasidone with another medicine that lengthens QT, whatever an ECG says.

Their labels contraindicate it. Pimozide may meet no SSRI, and thioridazine none that slows its breakdown
(CYP2D6). Other pairs that lengthen QT can be given with an ECG: see qt-pair.
"""

from measures.events import Events
from measures.orders.asking import ordered, with_drafts
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion
from measures.orders.doses import is_another
from measures.orders.medicines import (
    BUPROPION,
    FLUOXETINE,
    FLUVOXAMINE,
    PAROXETINE,
    PIMOZIDE,
    QT_ANTIPSYCHOTICS,
    QT_OTHERS,
    SSRI,
    THIORIDAZINE,
    ZIPRASIDONE,
)

STRICT = (PIMOZIDE, THIORIDAZINE, ZIPRASIDONE)
PAIRS = (
    (STRICT, (QT_ANTIPSYCHOTICS, QT_OTHERS)),
    ((PIMOZIDE,), (SSRI,)),
    ((THIORIDAZINE,), (FLUOXETINE, FLUVOXAMINE, PAROXETINE, BUPROPION)),
)


@draft_criterion("another medicine that it must not meet, taken or ordered as well")
def other(patient, today, draft):
    requests = patient.drafts.medication_requests
    found = Events()
    if draft in requests(*STRICT).sure:
        found = with_drafts(patient, today, draft, *STRICT).where(lambda order: is_another(draft, order))
    for ones, others in PAIRS:
        if draft in requests(*ones).sure:
            found += with_drafts(patient, today, draft, *others)
        elif draft in requests(*others).sure:
            found += with_drafts(patient, today, draft, *ones)
    return found


CHECK = OrderCheck(
    id="qt-contraindicated",
    title="Pimozide, thioridazine or ziprasidone with what it must not meet",
    version="1",
    citations=(
        Citation("FDA labels of pimozide, thioridazine and ziprasidone, Contraindications", CURRENT),
        Citation("FDA labels of SSRIs, Contraindications (section 4): pimozide, thioridazine", CURRENT),
    ),
    severity=Severity.WARNING,
    kind=Kind.DANGER,
    concerns=ordered(*(name for pair in PAIRS for names in pair for name in names)),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: contraindicated, QT",),
    detail=(
        "Torsades de pointes and sudden death. Pimozide, thioridazine and ziprasidone are contraindicated "
        "with other medicines that lengthen QT, at any QTc; SSRIs raise the level of pimozide; "
        "fluoxetine, fluvoxamine, paroxetine and bupropion that of thioridazine. Choose another for one "
        "of the two."
    ),
    mends=(REMOVE,),
)
