"""A referral to somebody outside the preferred network. Silent where a site has named no network.

Only who performs it by a reference counts: a name in words may be anybody.
"""

from measures.criteria import criterion
from measures.orders.asking import every_draft
from measures.orders.check import REMOVE, Citation, Kind, OrderCheck, Severity, draft_criterion


@criterion("the site has named its preferred organisations")
def network_named(patient, _today):
    return bool(patient.site.preferred)


def performers(draft):
    return [one for one in draft.source.get("performer") or () if one.get("reference")]


@draft_criterion("referred to somebody by a reference, and none of these is preferred")
def outside(patient, _today, draft):
    named = {"/".join(str(one["reference"]).split("/")[-2:]) for one in performers(draft)}
    return bool(named) and named.isdisjoint(patient.site.preferred)


def performer(_patient, _today, draft):
    first = performers(draft)[0]
    return str(first.get("display") or first["reference"])


CHECK = OrderCheck(
    id="referral-network",
    title="Referral outside the preferred network",
    version="1",
    citations=(Citation("The organisation's own list of preferred organisations", "as configured"),),
    severity=Severity.INFO,
    kind=Kind.HOUSEKEEPING,
    concerns=every_draft("ServiceRequest"),
    when=network_named & outside,
    says=("{draft.name}: {performer} is outside the preferred network",),
    detail="Reports from within the network come back into this chart.",
    mends=(REMOVE,),
    figures={"performer": performer},
)
