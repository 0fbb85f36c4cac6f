"""The preflight of a host EHR: what must be right at both sides before a first launch or call works.

Each file of `preflight_*.py` looks at one subject; this one puts them in the order in which a launch or a
call would meet them. Only registered addresses are called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cds_service.outside.host_ehr import CdsClient, HostEhr, check_public_keys
from cds_service.outside.preflight_abilities import search_steps, write_steps
from cds_service.outside.preflight_ourselves import our_own_steps
from cds_service.outside.preflight_sign_in import sign_in_steps
from cds_service.outside.probing import Outcome, Step, Unusable, document_at, failed, ok, skipped
from measures.gather import QUERIES, Query

__all__ = ["Outcome", "Step", "preflight"]


def preflight(
    ehr: HostEhr, *, base_url: str | None = None, plain: Iterable[Query] = QUERIES
) -> Iterator[Step]:
    """Every step. `plain` are the questions the installation asks; `base_url` is its own public address,
    without which it is not looked at from outside.
    """
    questions = tuple(plain)
    base, statement = _fhir_base(ehr)
    yield base
    yield from sign_in_steps(ehr, {query.kind for query in questions})
    yield from search_steps(ehr, statement, questions)
    yield from write_steps(ehr, statement)
    yield from our_own_steps(ehr, base_url)
    if not ehr.cds_clients:
        yield skipped("CDS client keys", "no `cds_clients:` in the host EHR file")
    for client in ehr.cds_clients:
        yield _client_keys(client)


def _fhir_base(ehr: HostEhr) -> tuple[Step, dict[str, Any] | None]:
    """The step, and the CapabilityStatement when there is one of FHIR R4."""
    title = "FHIR base"
    try:
        document = document_at(f"{ehr.fhir_base}/metadata", "application/fhir+json")
    except Unusable as trouble:
        return failed(title, trouble.found, f"{trouble.mend}; check `fhir_base`"), None
    version = document.get("fhirVersion")
    if document.get("resourceType") != "CapabilityStatement":
        return failed(title, "answers, but not as a FHIR server", "check the path in `fhir_base`"), None
    if not str(version).startswith("4."):
        return failed(title, f"speaks FHIR {version}", "ask the EHR for its FHIR R4 base URL"), None
    return ok(title, f"{ehr.fhir_base} speaks FHIR {version}"), document


def _client_keys(client: CdsClient) -> Step:
    title = f"Keys of {client.iss}"
    if client.jwks is not None:
        return ok(title, f"{len(client.jwks['keys'])} in the register")
    address = client.jku or ""
    try:
        document = document_at(address)
        check_public_keys(document)
    except Unusable as trouble:
        return failed(title, f"{address}: {trouble.found}", f"{trouble.mend}; check `jku`")
    except ValueError as trouble:
        mend = "ask the EHR for the address of its public key set; check `jku`"
        return failed(title, f"{address}: {trouble}", mend)
    return ok(title, f"{len(document['keys'])} at {address}")
