"""Calls to a demo's CDS service from elsewhere, and what its sandbox has of them."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask

from cds_service.outside.recent_calls import HeardCall, RecentCall
from cds_service.outside.sandbox_client import Signing
from smart_app.demo_ehr.loading import load_people
from tests.cds_service.calls import SERVICE, TODAY, Json, bundle, prefetch, view
from tests.staff.browsing import StaffBrowser

PAGE = "/staff/sandbox/"
BODY = orjson.dumps(
    {
        "hook": "patient-view",
        "fhirAuthorization": {"access_token": "hush-hush"},
        "prefetch": {
            "Patient": {"resourceType": "Patient"},
            "Condition": None,
            "Encounter": {"resourceType": "OperationOutcome"},
        },
    }
)


def heard(**more: object) -> HeardCall:
    return HeardCall(**{"method": "POST", "path": "x", "status": 200, "ms": 1.0} | more)  # type: ignore[arg-type]


def browser_of(demo: Flask, name: str) -> StaffBrowser:
    browser = StaffBrowser(demo)
    assert browser.sign_in(name).status_code == 303
    return browser


def request_of(patient_id: str = "bram") -> Json:
    """A patient-view call about somebody of the demo, everything prefetched."""
    people = load_people(None, TODAY)
    found = [one for one in people.resources(patient_id) if one["resourceType"] != "Patient"]
    who = next(one for one in people.resources(patient_id) if one["resourceType"] == "Patient")
    body = view(prefetch(*found, who=who))
    return body | {"context": body["context"] | {"patientId": patient_id}}


def ordering(who: str, hook: str, *names: str, **context: Any) -> Json:
    """Medicines in words, being signed or chosen for somebody of the demo."""
    body = request_of(who)
    orders = [
        {
            "resourceType": "MedicationRequest",
            "id": f"draft-{number}",
            "status": "draft",
            "intent": "order",
            "subject": {"reference": f"Patient/{who}"},
            "medicationCodeableConcept": {"text": name},
        }
        for number, name in enumerate(names)
    ]
    told = body["context"] | {"draftOrders": bundle(*orders)} | context
    return body | {"hook": hook, "context": told}


def call(demo: Flask, body: Json | bytes, how: Signing = Signing.SIGNED, path: str = SERVICE) -> int:
    """A call from elsewhere, signed as asked; its number in the sandbox."""
    parts = demo.extensions["throughline"]
    signed = parts.sandbox_client.authorization(path, how)
    demo.test_client().post(
        path,
        base_url=parts.settings.base_url,
        data=body if isinstance(body, bytes) else orjson.dumps(body),
        content_type="application/json",
        headers={"Authorization": signed} if signed else {},
        buffered=True,
    )
    return int(parts.recent_calls.all()[0].number)


def newest(demo: Flask) -> RecentCall:
    found: RecentCall = demo.extensions["throughline"].recent_calls.all()[0]
    return found


def page_of(browser: StaffBrowser, number: int) -> str:
    return browser.get(f"{PAGE}?call={number}").text


def ended(demo: Flask, rule_id: str) -> str:
    """A built-in rule, for nobody any more; without its test patients, who would say so."""
    text: str = demo.extensions["throughline"].rules_in_use.base[rule_id].path.read_text()
    return text[: text.index("tests:")].replace("hook:", "effective: {until: 2020-01-01}\nhook:")
