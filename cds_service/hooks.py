"""The hooks we answer, and what the context of each must hold (CDS Hooks 2.0 and 3.0-ballot, hook library).

The clinical content of a context, such as `draftOrders`, is kept raw: drafts seen in the wild are not valid
FHIR, and one bad draft must not cost the word on the others.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from cds_service.protocol import (
    CdsRequest,
    Envelope,
    FhirId,
    Json,
    Text,
    a_json,
    checked,
    refuse,
    shown,
)

_MOST_ORDERS = 500  # in one context; a discharge order set has some dozens
_MOST_SELECTIONS = 500


def _absent(value: object) -> object:
    """An empty id is none: clients without a visit send it so."""
    return None if value == "" else value


def _a_bundle(tree: Json) -> Json:
    entries = tree.get("entry")
    if entries is not None and not isinstance(entries, list):
        raise ValueError(f"entry should be a list, and is {a_json(entries)}")
    if entries and len(entries) > _MOST_ORDERS:
        raise ValueError(f"holds more than {_MOST_ORDERS} orders; send those being signed")
    return tree if entries is None else tree | {"entry": list(map(_with_an_id_or_none, entries))}


def _with_an_id_or_none(entry: Any) -> Any:
    """An id that is no text is no id: nothing could be found by it, and the order is still an order."""
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(resource, dict) or isinstance(resource.get("id"), str | None):
        return entry
    return entry | {"resource": {name: value for name, value in resource.items() if name != "id"}}


Orders = Annotated[Json, AfterValidator(_a_bundle)]


class Context(Envelope):
    """What every hook here tells: who looks at whom, and in which visit."""

    userId: Text
    patientId: FhirId
    encounterId: Annotated[FhirId | None, BeforeValidator(_absent)] = None

    @property
    def drafts(self) -> Json | None:
        """The Bundle of orders being written, for the hooks that are about orders."""
        return None

    @property
    def chosen(self) -> frozenset[str] | None:
        """The orders the call is about, as `Type/id`; None for all of them."""
        return None


class PatientViewContext(Context):
    """patient-view: a chart is opened."""


class OrderSignContext(Context):
    """order-sign: every order about to be signed, and those signed again."""

    draftOrders: Orders

    @property
    def drafts(self) -> Json | None:
        return self.draftOrders


class OrderSelectContext(OrderSignContext):
    """order-select: all unsigned orders, and which of them were just chosen."""

    selections: Annotated[tuple[Text, ...], Field(max_length=_MOST_SELECTIONS, strict=False)]

    @property
    def chosen(self) -> frozenset[str] | None:
        return frozenset(self.selections)


class EncounterDischargeContext(Context):
    """encounter-discharge: a stay is ending; here the visit is required."""

    encounterId: FhirId


CONTEXTS: Mapping[str, type[Context]] = {
    "patient-view": PatientViewContext,
    "order-sign": OrderSignContext,
    "order-select": OrderSelectContext,
    "encounter-discharge": EncounterDischargeContext,
}


def parse_request(tree: Json, hook: str) -> tuple[CdsRequest, Context]:
    """The envelope and its context. Refuses (400) naming every member that is wrong, never its value."""
    request = checked(CdsRequest, tree)
    if request.hook != hook:
        refuse(
            400,
            f"this service answers {hook}, not {shown(request.hook)}; GET /cds-services lists the services",
            "hook",
        )
    if request.fhirAuthorization and not request.fhirServer:
        refuse(
            400,
            "required with fhirAuthorization: send the FHIR base URL the token is for",
            "fhirServer",
            "required",
        )
    context = checked(CONTEXTS[hook], request.context, "context")
    token = request.fhirAuthorization
    if token and token.patient and token.patient != context.patientId:
        refuse(400, "the token is for another patient than context.patientId; send this patient's token",
               "fhirAuthorization.patient", "conflict")  # fmt: skip
    return request, context
