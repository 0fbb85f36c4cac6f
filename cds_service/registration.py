"""The registration sheet: what an EHR administrator enters, and is asked about, to let this app in.

Data, so that the command line prints it and a page can offer each line for copying. Nothing in it is secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cds_service.outside.keys import SHOWN_AFTER_RETIREMENT
from cds_service.outside.origins import origin
from cds_service.outside.registry import HostEhr
from cds_service.outside.settings import Settings
from cds_service.outside.unsaved import KEPT_HOURS
from cds_service.scopes import resource_scope, to_request
from measures.gather import Query

_WHY_SCOPE = {
    "launch": "the patient, and the visit, whose chart is open",
    "launch/patient": "a patient to be picked, when launched outside a chart",
    "openid": "who the user is, for the audit",
    "fhirUser": "which Practitioner the user is, for the audit and for what is written",
    "profile": "who the user is, in servers of SMART 1.0",
    "online_access": "new tokens while the chart is open, so that work is not interrupted",
    "offline_access": "new tokens while the chart is open, so that work is not interrupted",
}
_WHY_KIND = {
    "Appointment": "whether a follow-up is booked",
    "CarePlan": "care plans and safety plans on the page, and as follow-up in the measures",
    "CareTeam": "who takes part in the care",
    "Condition": "diagnoses, by which measures include and exclude",
    "DeviceRequest": "orders of devices, an exclusion of some measures",
    "DocumentReference": "notes and plans that prove a step, or hold a result nobody coded",
    "Encounter": "visits and hospital stays: what the measures count from",
    "Goal": "goals of the care plan",
    "MedicationDispense": "what was dispensed, for medication adherence",
    "MedicationRequest": "medicines prescribed, their start and end",
    "Observation": "assessments, laboratory results and vital signs: measures and timeline",
    "Patient": "age and sex, by which measures include; the name for the banner",
    "Procedure": "screenings and treatments done",
    "QuestionnaireResponse": "assessments filled in here, with their answers",
    "ServiceRequest": "referrals and orders: whether a follow-up was started",
}
_CLIENTS = {
    "public": "public client (no secret); PKCE protects it",
    "secret": "confidential client, symmetric: client id and secret by HTTP Basic",
    "private_key_jwt": "confidential client, asymmetric: private_key_jwt, RS384 or ES384, keys by JWKS URL",
}


@dataclass(frozen=True)
class ScopeLine:
    """One scope, the resource it is about ("" for none), and why the app wants it."""

    scope: str
    resource: str
    reason: str


@dataclass(frozen=True)
class Line:
    """One line to copy or to answer: what it is, and the value."""

    name: str
    value: str


@dataclass(frozen=True)
class Sheet:
    """Everything an administrator is asked for, in the order of most EHRs' forms."""

    host_ehr: str
    profile: str
    entries: tuple[Line, ...]
    scopes: tuple[ScopeLine, ...]
    frame_origins: tuple[str, ...]
    egress: tuple[Line, ...]  # origins this server connects to, and why
    retention: tuple[Line, ...]
    uninstall: tuple[str, ...]
    notes: tuple[str, ...]


def registration_sheet(settings: Settings, ehr: HostEhr, plain: Iterable[Query]) -> Sheet:
    """The sheet of one host EHR; `plain` are the questions the installation asks."""
    kinds = sorted({query.kind for query in plain})
    return Sheet(
        host_ehr=ehr.name,
        profile=ehr.behaves_as.title,
        entries=tuple(_entries(settings, ehr)),
        scopes=tuple(_scope_line(scope) for scope in _scopes(ehr, kinds)),
        frame_origins=ehr.frame_ancestors,
        egress=tuple(_egress(settings, ehr)),
        retention=tuple(_retention(settings)),
        uninstall=(
            "Take the app and the CDS service out of the EHR.",
            f"Delete the database behind {settings.base_url}, or keep it as long as your audit must be kept.",
            "Revoke the client id at the EHR.",
        ),
        notes=ehr.behaves_as.notes,
    )


def as_markdown(sheet: Sheet) -> str:
    """The sheet as text that reads well in a terminal and in a ticket."""
    return "\n".join(_written(sheet))


def _entries(settings: Settings, ehr: HostEhr) -> Iterator[Line]:
    base = settings.origin
    yield Line("FHIR base", ehr.fhir_base)
    if ehr.smart:
        yield Line("Launch URL", f"{base}/launch")
        yield Line("Redirect URI (exactly)", f"{base}/callback")
        yield Line("Client id", ehr.smart.client_id)
        yield Line("Client type", _CLIENTS[ehr.smart.auth])
        yield Line("PKCE", "S256, with every launch")
        if ehr.smart.auth == "private_key_jwt":
            days = SHOWN_AFTER_RETIREMENT.days
            yield Line("JWKS URL", f"{base}/.well-known/jwks.json")
            yield Line("Key rotation", f"any time; a retired key stays in the key set for {days} days")
    yield Line("CDS discovery", f"{base}/cds-services")
    for client in ehr.cds_clients:
        yield Line("CDS client", f"iss {client.iss}, keys {client.jku or 'given as a file'}")


def _scopes(ehr: HostEhr, kinds: list[str]) -> list[str]:
    if ehr.smart is None:
        return []
    return to_request(ehr.smart.scopes, ehr.behaves_as, kinds, standalone=False, v1_only=False).split()


def _scope_line(scope: str) -> ScopeLine:
    resource = resource_scope(scope)
    if resource is None:
        return ScopeLine(scope, "", _WHY_SCOPE.get(scope, "as listed in the host EHR file"))
    if resource.kind == "*":
        return ScopeLine(scope, "every type", "; ".join(f"{kind}: {why}" for kind, why in _WHY_KIND.items()))
    why = _WHY_KIND.get(resource.kind, "as listed in the host EHR file")
    writes = " (and to write them)" if resource.letters & set("cud") else ""
    return ScopeLine(scope, resource.kind, why + writes)


def _egress(settings: Settings, ehr: HostEhr) -> Iterator[Line]:
    yield Line(ehr.origin, "FHIR reads and discovery")
    for each in ehr.smart.origins if ehr.smart else ():
        yield Line(each, "sign-in: tokens and the keys that sign id_tokens")
    for home in sorted({origin(client.jku) for client in ehr.cds_clients if client.jku}):
        yield Line(home, "public keys of the CDS client")
    if settings.vsac_key is not None:
        yield Line(origin(settings.vsac_url), "value sets; no patient data")


def _retention(settings: Settings) -> Iterator[Line]:
    idle = settings.session_idle_minutes
    yield Line("FHIR resources read for a chart or a card", "not stored; in memory while the answer is made")
    yield Line("Tokens of an open chart", f"sealed; until it is closed, or unused for {idle} minutes")
    yield Line(
        "A form that met an ended session", f"sealed; {KEPT_HOURS} hours, for its user and patient only"
    )
    yield Line("Audit: who was shown what, by id", "until you delete it; a chain that shows any change")
    yield Line("Cards shown, and feedback", "until you delete it; comments sealed, the rest by id")
    yield Line("Logs", "ids, counts and times; no names, notes, tokens or resources")


def _written(sheet: Sheet) -> Iterator[str]:
    yield f"# Registration of Throughline at {sheet.host_ehr} ({sheet.profile})"
    yield from _section("Enter", (f"{line.name}: {line.value}" for line in sheet.entries))
    yield from _section("Scopes", (f"{line.scope}: {line.reason}" for line in sheet.scopes))
    yield from _section("Pages that may frame it", sheet.frame_origins or ("none: it opens in a window",))
    yield from _section("This server connects to", (f"{line.name}: {line.value}" for line in sheet.egress))
    yield from _section("Kept", (f"{line.name}: {line.value}" for line in sheet.retention))
    yield from _section(f"To know about {sheet.profile}", sheet.notes)
    yield from _section("To take it out again", sheet.uninstall)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield from (f"- {line}" for line in lines)
