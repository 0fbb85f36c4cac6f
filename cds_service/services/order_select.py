"""order-select: the same about the orders just chosen, early enough to choose others."""

from cds_service.service import REQUIREMENTS, Service

SERVICE = Service(
    place=3,
    id="throughline-order-select",
    hook="order-select",
    title="Throughline: order selection",
    description="What the record says against the orders just chosen, with its source and what mends it",
    usage=REQUIREMENTS,
    shows=("order-select", "order-sign"),
)
