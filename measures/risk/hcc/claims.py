"""A claim as risk adjustment reads it: which of its codes count, and why none does.

The filter of CMS (encounter data filtering logic) is hccinfhir's, and that reads an ExplanationOfBenefit in
the words of Medicare's Blue Button. Claims of other payers use those of HL7, CARIN and the AMA: they are told
in Blue Button's before they are read, and nothing else of them is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from hccinfhir import apply_filter, extract_sld
from hccinfhir.datamodels import ServiceLevelData

from measures.terminology import CPT, HCPCS

Resource = dict[str, Any]

_BLUE_BUTTON = "https://bluebutton.cms.gov/resources/"
_SERVICE = f"{_BLUE_BUTTON}codesystem/hcpcs"
_FACILITY = f"{_BLUE_BUTTON}variables/clm_fac_type_cd"
_CLASS = f"{_BLUE_BUTTON}variables/clm_srvc_clsfctn_type_cd"
# The addresses of CPT and of HCPCS Level II that payers write, beside FHIR's own.
_SERVICES = frozenset(
    {
        CPT,
        HCPCS,
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "https://www.ama-assn.org/go/cpt",
        "urn:oid:2.16.840.1.113883.6.12",  # CPT-4
        "urn:oid:2.16.840.1.113883.6.285",  # HCPCS Level II
    }
)
_BILLS = "typeofbill"  # CARIN C4BBSupportingInfoType
# C4BBInstitutionalClaimSubType, and of the type of bill what stands for it: hospital inpatient, outpatient
_BILL_OF = {"inpatient": "11", "outpatient": "13"}
_NOT_COUNTED = frozenset({"pharmacy", "oral", "vision"})  # HL7 claim-type


class Fate(StrEnum):
    """What became of a claim."""

    COUNTED = "counted"
    WITHDRAWN = "cancelled, draft or entered in error"
    UNREADABLE = "cannot be read as a claim"
    OTHER = "of a pharmacy, a dentist or an optician"
    NO_CODE = "without an ICD-10-CM diagnosis"
    NO_SERVICE = "without a service in CPT or HCPCS"
    NOT_ELIGIBLE = "without a service that counts for risk adjustment"


def services_of(claim: Resource) -> tuple[Fate, tuple[ServiceLevelData, ...]]:
    """The services that make a claim count, each with the claim's codes; none, and why. Raises ValueError,
    TypeError, KeyError or AttributeError for one that cannot be read.
    """
    if claim.get("status") in ("cancelled", "draft", "entered-in-error"):
        return Fate.WITHDRAWN, ()
    if _NOT_COUNTED & set(_codes(claim.get("type"))):
        return Fate.OTHER, ()
    services: list[ServiceLevelData] = extract_sld(_in_medicares_words(claim), "fhir")
    counted = tuple(apply_filter(services))
    if not any(one.claim_diagnosis_codes for one in services):
        return Fate.NO_CODE, ()
    if counted:
        return Fate.COUNTED, counted
    coded = any(one.procedure_code for one in services)
    return Fate.NOT_ELIGIBLE if coded else Fate.NO_SERVICE, ()


def _in_medicares_words(claim: Resource) -> Resource:
    told = {**claim, "item": [_item(one) for one in claim.get("item") or ()]}
    bill = _type_of_bill(claim)
    if bill and "facility" not in claim:
        kind = claim.get("type") or {}
        told["facility"] = {"extension": [{"url": _FACILITY, "valueCoding": {"code": bill[0]}}]}
        told["type"] = {"coding": [*(kind.get("coding") or ()), {"system": _CLASS, "code": bill[1]}]}
    return told


def _item(item: Resource) -> Resource:
    told = dict(item)
    service = item.get("productOrService") or {}
    known = [one for one in service.get("coding") or () if one.get("system") in _SERVICES]
    if known:
        codings = [*service["coding"], {"system": _SERVICE, "code": known[0].get("code")}]
        told["productOrService"] = {**service, "coding": codings}
    if "servicedPeriod" not in item and item.get("servicedDate"):
        told["servicedPeriod"] = {"start": item["servicedDate"], "end": item["servicedDate"]}
    return told


def _type_of_bill(claim: Resource) -> str:
    """Its first two digits, facility and class; empty where the claim gives none."""
    for info in claim.get("supportingInfo") or ():
        if _BILLS in _codes(info.get("category")):
            for code in _codes(info.get("code")):
                digits = code.lstrip("0")
                if len(digits) >= 2 and digits[:2].isdigit():
                    return digits[:2]
    return next((_BILL_OF[code] for code in _codes(claim.get("subType")) if code in _BILL_OF), "")


def _codes(concept: object) -> Iterator[str]:
    if isinstance(concept, Mapping):
        held: Iterable[Any] = concept.get("coding") or ()
        yield from (str(coding.get("code", "")) for coding in held)


def what_became(fates: Mapping[Fate, int]) -> Sequence[str]:
    """ "12 claims read, 9 counted", and a line for each reason why others were not."""
    read = sum(fates.values())
    first = f"{read:,} claims read, {fates.get(Fate.COUNTED, 0):,} counted"
    return [first, *(f"  {n:,} {fate}" for fate, n in fates.items() if n and fate is not Fate.COUNTED)]
