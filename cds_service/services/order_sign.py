"""order-sign: what the record says against the orders being signed, and the gaps one more order closes."""

from cds_service.service import REQUIREMENTS, Service

SERVICE = Service(
    place=2,
    id="throughline-order-sign",
    hook="order-sign",
    title="Throughline: orders",
    description=(
        "What the record says against the orders being signed, with its source and the order that mends it, "
        "and the quality gaps that one more order would close; silent when there is nothing to say"
    ),
    usage=REQUIREMENTS,
    shows=("order-sign",),
    closes_gaps=True,
    repeats="throughline-order-select",
)
