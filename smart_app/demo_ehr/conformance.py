"""What this server says about itself: its CapabilityStatement, and where and how to be authorized."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from smart_app.demo_ehr.parameters import KINDS
from smart_app.demo_ehr.scopes import LAUNCH_SCOPES

OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
CAPABILITIES = [
    "launch-ehr",
    "launch-standalone",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-banner",
    "context-ehr-patient",
    "context-ehr-encounter",
    "context-standalone-patient",
    "permission-offline",
    "permission-online",
    "permission-patient",
    "permission-user",
    "permission-v1",
    "permission-v2",
]


def endpoints(origin: str) -> dict[str, str]:
    return {
        "authorize": f"{origin}/oauth/authorize",
        "token": f"{origin}/oauth/token",
        "revoke": f"{origin}/oauth/revoke",
        "jwks": f"{origin}/.well-known/jwks.json",
    }


def smart_configuration(origin: str) -> dict[str, Any]:
    """`.well-known/smart-configuration`. (SMART App Launch 2.2, conformance)"""
    at = endpoints(origin)
    return {
        "issuer": origin,  # not the FHIR base: some real servers differ here as well
        "jwks_uri": at["jwks"],
        "authorization_endpoint": at["authorize"],
        "token_endpoint": at["token"],
        "revocation_endpoint": at["revoke"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "response_types_supported": ["code"],
        "scopes_supported": [*sorted(LAUNCH_SCOPES), "patient/*.cruds", "user/*.cruds"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "capabilities": CAPABILITIES,
    }


def openid_configuration(origin: str) -> dict[str, Any]:
    """`.well-known/openid-configuration`, for who looks the issuer up."""
    return {
        **{key: value for key, value in smart_configuration(origin).items() if key != "capabilities"},
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "fhirUser", "profile", "name"],
    }


def capability_statement(origin: str, writable: Collection[str]) -> dict[str, Any]:
    at = endpoints(origin)
    uris = [{"url": name, "valueUri": at[name]} for name in ("authorize", "token", "revoke")]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-01",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "software": {"name": "Throughline demo EHR"},
        "implementation": {"description": "Invented people on this computer", "url": f"{origin}/fhir"},
        "rest": [
            {
                "mode": "server",
                "security": {
                    "service": [
                        {
                            "coding": [
                                {
                                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                                    "code": "SMART-on-FHIR",
                                }
                            ]
                        }
                    ],
                    "extension": [{"url": OAUTH_URIS, "extension": uris}],
                },
                "resource": [_kind(kind, writable) for kind in sorted(KINDS)],
            }
        ],
    }


def _kind(kind: str, writable: Collection[str]) -> dict[str, Any]:
    interactions = ["read", "search-type", *(["create", "update"] if kind in writable else [])]
    return {
        "type": kind,
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned-update" if kind in writable else "no-version",
        "searchParam": [{"name": name, "type": one.type.value} for name, one in sorted(KINDS[kind].items())],
    }
