"""Claims as Blue Button exports them, as far as risk adjustment looks."""

from __future__ import annotations

from typing import Any

from measures.terminology import ICD10CM

HCPCS_OF_CLAIMS = "https://bluebutton.cms.gov/resources/codesystem/hcpcs"


def claim(
    identity: str, codes: list[str], service: str, day: str = "2026-03-01", of: str = "pat-1"
) -> dict[str, Any]:
    return {
        "resourceType": "ExplanationOfBenefit",
        "id": identity,
        "status": "active",
        "patient": {"reference": f"Patient/{of}"},
        "billablePeriod": {"start": day, "end": day},
        "diagnosis": [
            {"sequence": n, "diagnosisCodeableConcept": {"coding": [{"system": ICD10CM, "code": code}]}}
            for n, code in enumerate(codes, start=1)
        ],
        "item": [
            {
                "sequence": 1,
                "productOrService": {"coding": [{"system": HCPCS_OF_CLAIMS, "code": service}]},
                "servicedPeriod": {"start": day, "end": day},
            }
        ],
    }
