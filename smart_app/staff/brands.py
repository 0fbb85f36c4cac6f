"""The kinds of host EHR one may register, and how each one's registration form calls what we ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Brand:
    """One vendor's words; check them against its present form, vendors change them."""

    title: str
    client_ids: str  # where production and test ids come from
    words: Mapping[str, str]  # our name for a thing: the form's
    notes: tuple[str, ...] = ()


BRANDS: Mapping[str, Brand] = {
    "generic": Brand(
        "other SMART on FHIR EHR",
        "The EHR gives one client id for each of its environments.",
        {},
    ),
    "epic": Brand(
        "Epic",
        "Epic gives a production and a non-production client id; register one host EHR for each.",
        {
            "Launch URL": "Launch URL (set by each customer in its own build)",
            "Redirect URI": "Endpoint URI",
            "Public keys (JWKS URL)": "JWK Set URL, production and non-production",
            "Client type": "Can Register Dynamic Clients: no; Is Confidential Client: yes",
        },
        (
            "Wildcard scopes are not accepted: name each resource type.",
            "An app record cannot be edited once it is marked ready; keep this sheet beside it until then.",
        ),
    ),
    "athena": Brand(
        "athenahealth",
        "Preview and production have client ids of their own; register one host EHR for each.",
        {"Redirect URI": "Redirect URI (Sign-in)", "Public keys (JWKS URL)": "JWKS URL"},
        (
            "One FHIR base serves every practice: the practice is a search parameter.",
            "The certified API only reads; what is written falls back to text to copy.",
            "Sign-in is on an origin of its own: list it under the sign-in origins.",
        ),
    ),
    "oracle": Brand(
        "Oracle Health",
        "The tenant is part of the FHIR base; sandbox and production are two tenants.",
        {"Launch URL": "SMART Launch URI", "Redirect URI": "Redirect URI", "Client type": "Confidential"},
        ("A wrong tenant in the FHIR base is answered with 403.",),
    ),
}
