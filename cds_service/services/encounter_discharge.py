"""encounter-discharge: what should be arranged before the patient leaves."""

from cds_service.service import REQUIREMENTS, Service

SERVICE = Service(
    place=4,
    id="throughline-encounter-discharge",
    hook="encounter-discharge",
    title="Throughline: discharge",
    description=(
        "What is still open before the patient leaves: a follow-up visit, a safety plan, naloxone, medicines "
        "not reconciled"
    ),
    usage=REQUIREMENTS,
    shows=("encounter-discharge",),
)
