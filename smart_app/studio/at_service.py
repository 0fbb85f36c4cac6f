"""A recorded request as it would come to another service, so that a tester can try each from any call."""

from __future__ import annotations

from typing import Any

import orjson

from cds_service.service import Service

_ORDER = "sandbox-order"
_OF_ORDERS = ("order-sign", "order-select")


def at_service(body: bytes, service: Service) -> bytes:
    """The body with the hook of the service, and with an example of what the hook's context must have and the
    request has not; the body itself where it is no request.
    """
    try:
        tree = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    context = tree.get("context") if isinstance(tree, dict) else None
    if not isinstance(context, dict):
        return body
    return orjson.dumps(tree | {"hook": service.hook, "context": _needed(service.hook, context) | context})


def _needed(hook: str, context: dict[str, Any]) -> dict[str, Any]:
    if hook == "encounter-discharge":
        return {"encounterId": "sandbox-visit"}
    if hook not in _OF_ORDERS:
        return {}
    draft = {
        "resourceType": "MedicationRequest",
        "id": _ORDER,
        "status": "draft",
        "intent": "order",
        "subject": {"reference": f"Patient/{context.get('patientId')}"},
        "medicationCodeableConcept": {"text": "ibuprofen 600 mg tablet"},
        "dosageInstruction": [{"text": "Take 1 tablet by mouth every 6 hours as needed for pain"}],
    }
    orders = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": draft}]}
    return {"draftOrders": orders, "selections": [f"MedicationRequest/{_ORDER}"]}
