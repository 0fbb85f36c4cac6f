"""An SSRI or SNRI with an anticoagulant by mouth: more bleeding. Either may be the one being ordered.

Often meant, and seldom a reason not to treat a depression, so that this informs.
"""

from measures.orders.asking import counterpart, ordered
from measures.orders.check import CURRENT, REMOVE, Citation, Kind, OrderCheck, Severity
from measures.orders.medicines import ORAL_ANTICOAGULANTS, SNRI, SSRI

other = counterpart(
    "the other of an anticoagulant and an SSRI or SNRI, taken or ordered as well",
    (ORAL_ANTICOAGULANTS,),
    (SSRI, SNRI),
)

CHECK = OrderCheck(
    id="anticoagulant-ssri",
    title="Anticoagulant with an SSRI or SNRI",
    version="1",
    citations=(
        Citation("FDA labels of SSRIs, SNRIs and apixaban, Bleeding (section 5)", CURRENT),
        Citation("AGS Beers Criteria: warfarin with SSRIs", "2023"),
    ),
    severity=Severity.INFO,
    kind=Kind.UNFIT,
    concerns=ordered(ORAL_ANTICOAGULANTS, SSRI, SNRI),
    when=other,
    says=("{draft.name} ordered with {other.name}, {other.since}: more bleeding",),
    detail=(
        "SSRIs and SNRIs hinder platelets; with an anticoagulant bleeding is more frequent, most of all "
        "in the first months and with an NSAID or aspirin as well. Ask for bleeding, measure the INR more "
        "often with warfarin (fluoxetine and fluvoxamine raise it); bupropion and mirtazapine hinder "
        "platelets less."
    ),
    mends=(REMOVE,),
)
