"""A signing in a few words: draft orders as a host EHR sends them, and what the checks find in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from cds_service.drafts import load_drafts
from measures.library.cms122_glycemic_status import DIABETES
from measures.measure import Measure
from measures.orders.check import OrderCheck
from measures.orders.closing import Closing, closings
from measures.orders.drafts import SigningRecord, read_drafts
from measures.orders.finding import OrderFinding
from measures.record import PatientRecord
from measures.shared.visits import OFFICE
from measures.terminology import RXNORM, ValueSet, Vocabulary
from measures.time import Period
from measures.vocabulary import starter_vocabulary
from tests.clinic import Named, Resource, concept, diagnosed, event, visit

TODAY = date(2026, 11, 24)
DIABETIC = (visit(OFFICE, "2026-03-10"), diagnosed(DIABETES, "2019", category="encounter-diagnosis"))
"""Somebody whom CMS122 asks for an A1c."""


def draft_for(name: Named, display: str = "", *, rxnorm: str = "", **more: Any) -> Resource:
    """A draft for a medicine, not yet signed; with `rxnorm` also for that product."""
    medication = concept(name) | ({"text": display} if display else {})
    if rxnorm:
        medication["coding"].append({"system": RXNORM, "code": rxnorm})
    elements = {"status": "draft", "intent": "order", "medicationCodeableConcept": medication}
    return event("MedicationRequest", **elements | more)


def draft_test(name: Named, **more: Any) -> Resource:
    """A draft for a laboratory test or a referral."""
    return event("ServiceRequest", **{"status": "draft", "intent": "order", "code": concept(name)} | more)


def taken(name: Named, day: str | None, display: str = "", **more: Any) -> Resource:
    """An active order of the record, without a stated length unless one is given."""
    return draft_for(name, display, status="active", authoredOn=day, **more)


def coded_chart(*events: Resource) -> PatientRecord:
    """The record of pat-1 with the starter vocabulary, each concept as a code of it: for drafts of ours."""
    vocabulary = starter_vocabulary()
    patient = {"resourceType": "Patient", "id": "pat-1", "birthDate": "1980-05-01"}
    return PatientRecord(patient, [_coded(one, vocabulary) for one in events], vocabulary)


def _coded(held: Any, vocabulary: Vocabulary) -> Any:
    if isinstance(held, list):
        return [_coded(one, vocabulary) for one in held]
    if not isinstance(held, dict):
        return held
    if held.get("system") == "urn:test":
        system, code = min(vocabulary.codes_in[held["code"]])
        return {"system": system, "code": code}
    return {name: _coded(value, vocabulary) for name, value in held.items()}


def order_for(words: str) -> Resource:
    """A draft for a medicine by its words alone, as `coded_chart` goes with."""
    medicine = {"text": words}
    return event("MedicationRequest", status="draft", intent="order", medicationCodeableConcept=medicine)


def signed(*events: Resource) -> SigningRecord:
    """What checks ask: a record with the starter vocabulary, and nothing being ordered."""
    record = coded_chart(*events)
    return SigningRecord(record, read_drafts([], record, TODAY))


def has(named: ValueSet, *events: Resource) -> bool | None:
    """Whether a check finds such a result."""
    return signed(*events).observations(named).truth


def bundle(*drafts: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in drafts]}


def judged(
    check: OrderCheck, record: PatientRecord, *drafts: Resource, as_of: date = TODAY
) -> tuple[OrderFinding, ...]:
    return check.judge(record, read_drafts(bundle(*drafts), record, as_of), as_of)


def told(check: OrderCheck, record: PatientRecord, *drafts: Resource, as_of: date = TODAY) -> list[str]:
    """The sentences of what is due."""
    return [f.says() for f in judged(check, record, *drafts, as_of=as_of) if f.due]


def is_due(check: OrderCheck, record: PatientRecord, *drafts: Resource, as_of: date = TODAY) -> bool | None:
    """Whether anything is due: True, False, or None when only the record cannot say."""
    findings = judged(check, record, *drafts, as_of=as_of)
    if any(f.due for f in findings):
        return True
    return None if findings else False


def closing(measure: Measure, record: PatientRecord, *drafts: Resource) -> tuple[Closing, ...]:
    """What would close the open gaps of a measure, with these drafts about to be signed."""
    result = measure.evaluate(record, Period.year(TODAY.year), TODAY)
    templates = {name: draft.template for name, draft in load_drafts().items()}
    return closings([result], record, read_drafts(bundle(*drafts), record, TODAY), templates, TODAY)


def dosage(value: Any, unit: str, times: int = 1, period: float = 1, per: str = "d") -> list[Resource]:
    """So much, so many times a period."""
    repeat = {"frequency": times, "period": period, "periodUnit": per}
    return [{"doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}], "timing": {"repeat": repeat}}]
