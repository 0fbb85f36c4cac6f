"""What a claim proves: the services, diagnoses and fills of an ExplanationOfBenefit or a Claim, as the FHIR a
record is made of.

A claim says what was billed, not what was found. So a diagnosis on it stands for the days of the service and
no longer, and nothing is made of a claim that was cancelled, or only asked what a service would cost. Codes
are passed on as they came; elements are named after the CARIN Blue Button profiles (FHIR R4).

A claim is known weeks after its service. So each fact carries the day from which it was known: when the payer
received the claim, else when the claim was made, else the last day of the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from measures.terminology import ACT_CODE, CONDITION_CATEGORY

Resource = dict[str, Any]

CLAIM_KINDS = frozenset({"ExplanationOfBenefit", "Claim"})

KNOWN_FROM = "urn:throughline:known-from"
"""The extension that says since which day a fact was known; what asks "as of a day" reads it."""

_RECEIVED = "clmrecvddate"  # CARIN: C4BB supporting info type, claim received date

_STANDS = frozenset({"active", "completed"})
_INPATIENT_PLACES = frozenset(
    {"21", "51", "61"}
)  # CMS place of service: hospital, psychiatric, rehabilitation
_ED_PLACE = "23"
_ED_REVENUE = ("045", "0981")  # NUBC revenue centres of emergency rooms
_INPATIENT_BILLS = ("11", "12", "18", "41")  # NUBC type of bill, without its leading zero
_DAY = len("2026-08-22")
_CLASSES = {
    "IMP": "Inpatient stay",
    "EMER": "Emergency department visit",
    "AMB": "Outpatient service",
}


def facts_of_claim(claim: Mapping[str, Any]) -> list[Resource]:
    """The resources a claim proves, each with an id made of the claim's; none when it proves nothing.

    Raises TypeError, AttributeError or ValueError when the claim has not the shape of FHIR.
    """
    if claim.get("status") not in _STANDS or claim.get("use", "claim") != "claim":
        return []
    if claim.get("outcome") == "error":
        return []
    kind = _kind(claim)
    facts = _fills(claim) if kind == "pharmacy" else _services(claim, kind)
    return [_from(claim, number, fact) for number, fact in enumerate(facts, start=1)]


def _from(claim: Mapping[str, Any], number: int, fact: Resource) -> Resource:
    identity = f"{claim.get('id', 'claim')}-{number}"
    labels = {"meta": claim["meta"]} if "meta" in claim else {}  # sensitivity labels go with what they label
    known = _known_from(claim)
    dated = {"extension": [{"url": KNOWN_FROM, "valueDate": known}]} if known else {}
    return {"id": identity, "subject": claim.get("patient")} | labels | dated | fact


def _known_from(claim: Mapping[str, Any]) -> str:
    """The day the claim was received, or made; never before its service had ended. Empty: nothing says it."""
    received = [
        str(part.get("timingDate") or "")
        for part in _parts(claim, "supportingInfo")
        if _RECEIVED in _codes(part.get("category"))
    ]
    told = next(filter(None, received), str(claim.get("created") or ""))
    return max(told[:_DAY], _days(claim)[1][:_DAY])


def _services(claim: Mapping[str, Any], kind: str) -> Iterator[Resource]:
    """The encounter, what was done in it and what for."""
    start, end = _days(claim)
    if not start:
        return
    class_ = _class(claim, kind)
    diagnoses = list(_diagnoses(claim))
    lines = [line["productOrService"] for line in _parts(claim, "item") if "productOrService" in line]
    if class_:
        yield {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"system": ACT_CODE, "code": class_},
            "type": [{"text": _CLASSES[class_]}, *lines],
            "period": {"start": start, "end": end},
            "reasonCode": diagnoses[:1],
            "serviceProvider": claim.get("provider") or {},
        }
    for diagnosis in diagnoses:
        yield {
            "resourceType": "Condition",
            "category": [{"coding": [{"system": CONDITION_CATEGORY, "code": "encounter-diagnosis"}]}],
            "code": diagnosis,
            "recordedDate": start,
            "onsetDateTime": start,
            "abatementDateTime": end,
        }
    for line in _parts(claim, "item"):
        if "productOrService" in line:
            first, last = _days(line, "serviced")
            yield {
                "resourceType": "Procedure",
                "status": "completed",
                "code": line["productOrService"],
                "performedPeriod": {"start": first or start, "end": last or end},
            }


def _fills(claim: Mapping[str, Any]) -> Iterator[Resource]:
    """What a pharmacy handed over, and for how many days it lasts."""
    supply = next((q for name, q in _supporting(claim) if name == "dayssupply" and isinstance(q, dict)), None)
    for line in _parts(claim, "item"):
        day = _days(line, "serviced")[0] or _days(claim)[0]
        if day and "productOrService" in line:
            days = {"daysSupply": {"value": supply["value"], "code": "d"}} if supply else {}
            quantity = {"quantity": line["quantity"]} if "quantity" in line else {}
            yield (
                {
                    "resourceType": "MedicationDispense",
                    "status": "completed",
                    "medicationCodeableConcept": line["productOrService"],
                    "whenHandedOver": day,
                }
                | days
                | quantity
            )


def _class(claim: Mapping[str, Any], kind: str) -> str:
    """HL7 v3 ActCode of the encounter, by type of bill, revenue centre and place of service.

    Empty for what a professional billed for days in hospital: the stay is the hospital's claim.
    """
    items = _parts(claim, "item")
    revenue = {code for line in items for code in _codes(line.get("revenue"))}
    places = {code for line in items for code in _codes(line.get("locationCodeableConcept"))}
    supporting = [(name, held) for name, held in _supporting(claim) if name == "typeofbill"]
    bills = [code.lstrip("0") for _, held in supporting for code in _codes(held)]
    if kind == "professional" and places & _INPATIENT_PLACES:
        return ""
    if "inpatient" in _codes(claim.get("subType")) or any(b.startswith(_INPATIENT_BILLS) for b in bills):
        return "IMP"
    if _ED_PLACE in places or any(code.startswith(_ED_REVENUE) for code in revenue):
        return "EMER"
    return "AMB"


def _diagnoses(claim: Mapping[str, Any]) -> Iterator[Resource]:
    """The concepts of the diagnoses, the principal one first, each once."""
    parts = _parts(claim, "diagnosis")
    parts.sort(key=lambda part: "principal" not in {c for t in part.get("type") or () for c in _codes(t)})
    seen: set[str] = set()
    for part in parts:
        concept = part.get("diagnosisCodeableConcept")
        codes = _codes(concept)
        if isinstance(concept, dict) and codes and codes[0] not in seen:
            seen.add(codes[0])
            yield concept


def _kind(claim: Mapping[str, Any]) -> str:
    """http://terminology.hl7.org/CodeSystem/claim-type: institutional, professional, pharmacy and others."""
    return next(iter(_codes(claim.get("type"))), "professional")


def _days(holder: Mapping[str, Any], stem: str = "billable") -> tuple[str, str]:
    """First and last day, each empty when it is not said."""
    day = holder.get(f"{stem}Date")
    period = holder.get(f"{stem}Period") or ({"start": day, "end": day} if day else {})
    start, end = str(period.get("start") or ""), str(period.get("end") or "")
    return start or end, end or start


def _supporting(claim: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each piece of supporting information: its category, and its quantity or code."""
    for part in _parts(claim, "supportingInfo"):
        for category in _codes(part.get("category")):
            yield category, part.get("valueQuantity") or part.get("code")


def _codes(concept: Any) -> list[str]:
    codings = concept.get("coding") or () if isinstance(concept, Mapping) else ()
    return [str(coding["code"]) for coding in codings if "code" in coding]


def _parts(holder: Mapping[str, Any], element: str) -> list[Mapping[str, Any]]:
    held = holder.get(element) or []
    if not isinstance(held, list):
        raise TypeError(f"{element} is no list")
    return list(held)
