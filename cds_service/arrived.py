"""A request as it arrives: parsed whole, or without its prefetch where that brings a chart that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cds_service.hooks import Context, parse_request
from cds_service.outside.registry import HostEhr
from cds_service.prefetch_text import patient_named, without
from cds_service.prefetched import Brought, PrefetchedChart, PrefetchedCharts
from cds_service.protocol import CdsRequest, Json, parse_json


@dataclass(frozen=True)
class Arrived:
    """A request, and the chart that came again with it; then `tree`, its JSON, is without the prefetch."""

    tree: Json
    request: CdsRequest
    context: Context
    brought: Brought
    lent: PrefetchedChart | None = None


def arrived(body: bytes, hook: str, ehr: HostEhr, today: date, charts: PrefetchedCharts) -> Arrived:
    """The request of this body, parsed no further than needed; refuses (400) what is none.

    Of a chart that has changed the old one goes before the new one is read: what is freed is used again at
    once.
    """
    patient = patient_named(body)
    text = charts.text_kept(ehr.name, patient)
    around = without(body, text) if text else None
    if text and around:
        request, context = parse_request(around, hook)
        brought = Brought(ehr, request.fhirServer, context.patientId, today, text)
        lent = charts.lend(brought)
        if lent is not None:
            return Arrived(around, request, context, brought, lent)
    charts.forget(ehr.name, patient)
    tree = parse_json(body)
    request, context = parse_request(tree, hook)
    return Arrived(tree, request, context, Brought(ehr, request.fhirServer, context.patientId, today, b""))
