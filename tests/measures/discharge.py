"""A stay, what was prescribed on leaving it and what a pharmacy gave out since, in one line each."""

from __future__ import annotations

from typing import Any

from measures.shared.hospice import INPATIENT
from measures.terminology import RXNORM
from tests.clinic import Resource, event, visit

SERTRALINE = ("312941", "sertraline 50 MG Oral Tablet")
ZOLOFT = ("208161", "sertraline 50 MG Oral Tablet [Zoloft]")
METFORMIN = ("861007", "metformin hydrochloride 500 MG Oral Tablet")
CITALOPRAM = ("200371", "citalopram 20 MG Oral Tablet")
BY_BRAND = ("208161", "Zoloft")
BUPRENORPHINE = ("351266", "buprenorphine 8 MG / naloxone 2 MG Sublingual Tablet")

Product = tuple[str, str]


def medicine(product: Product) -> Resource:
    code, name = product
    return {"coding": [{"system": RXNORM, "code": code, "display": name}], "text": name}


def stay(left: str, *, since: str = "2026-10-01") -> Resource:
    return visit(INPATIENT, since, left)


def for_home(
    day: str, product: Product = SERTRALINE, category: str | None = "discharge", **more: Any
) -> Resource:
    named = [{"coding": [{"code": category}]}] if category else None
    elements = {"status": "active", "intent": "order", "authoredOn": day, "category": named}
    return event("MedicationRequest", medicationCodeableConcept=medicine(product), **elements | more)


def fill(day: str | None, product: Product = SERTRALINE, days: int = 30, **more: Any) -> Resource:
    supply = {"status": "completed", "whenHandedOver": day, "daysSupply": {"value": days, "code": "d"}}
    return event("MedicationDispense", medicationCodeableConcept=medicine(product), **supply | more)
