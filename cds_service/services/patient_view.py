"""patient-view: cards for the chart that is being opened."""

from cds_service.service import REQUIREMENTS, Service

SERVICE = Service(
    place=1,
    id="throughline-patient-view",
    hook="patient-view",
    title="Throughline",
    description=(
        "Quality gaps that can be closed in this visit: at most three, each with its date and the resources "
        "behind it"
    ),
    usage=REQUIREMENTS,
    shows=("patient-view",),
)
