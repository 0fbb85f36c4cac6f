"""What an EHR's administrator enters, or wants to know, when this app is registered there: one sheet to copy.

Pure: everything comes from the host EHR, the public origin and the tables here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from cds_service.outside.host_ehr import HostEhr
from smart_app.care.queries import CHART_KINDS
from smart_app.scopes import may_read
from smart_app.staff.brands import BRANDS

_WHY_ASKED = {
    "launch": "to be opened in the patient's chart, about that patient",
    "launch/patient": "to let the user choose a patient where no chart is open",
    "openid": "to know who uses the app, for the audit",
    "fhirUser": "to know which practitioner that is",
    "offline_access": "to renew the access token during a session, without asking again",
    "online_access": "to renew the access token while the user is signed in",
    "profile": "to know who uses the app, in the older spelling",
}
WHY_READ = {
    "Appointment": "whether the follow-up after a discharge is booked",
    "CarePlan": "care plans, safety plans",
    "CareTeam": "who cares for the patient",
    "Condition": "problems and diagnoses, for measures and the problem list",
    "DeviceRequest": "orders for devices that measures count",
    "DocumentReference": "safety plans and other documents",
    "Encounter": "visits, emergency and hospital stays, the clock after a discharge",
    "Goal": "goals of care plans",
    "MedicationDispense": "whether medication was collected",
    "MedicationRequest": "medication on the timeline, for measures and cover",
    "Observation": "screening scores, laboratory results, vital signs",
    "Patient": "name, birth date and sex, shown and used by measures",
    "Procedure": "screenings and treatment done",
    "ServiceRequest": "referrals and orders",
}


@dataclass(frozen=True)
class Entry:
    """One thing the EHR's form asks for. `called`: what this brand's form calls it, where that differs."""

    title: str
    value: str
    called: str = ""
    note: str = ""


@dataclass(frozen=True)
class ScopeLine:
    """One scope, why it is asked for, and the resource types that are read with it."""

    scope: str
    reason: str
    resources: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Everything to copy for one host EHR."""

    host_ehr: str
    brand: str
    entries: tuple[Entry, ...]
    scopes: tuple[ScopeLine, ...]
    operation: tuple[Entry, ...]
    notes: tuple[str, ...]

    def text(self) -> str:
        """The sheet as plain text, for a mail or a ticket."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"Throughline: registration at {self.brand} ({self.host_ehr})"
        for heading, entries in (("Enter in the EHR", self.entries), ("Network and data", self.operation)):
            yield from ("", heading)
            for entry in entries:
                yield f"- {entry.title}{f' [{entry.called}]' if entry.called else ''}: {entry.value}"
                if entry.note:
                    yield f"  ({entry.note})"
        yield from ("", "Scopes")
        for line in self.scopes:
            yield f"- {line.scope}: {line.reason}"
            yield from (f"    {kind}: {WHY_READ[kind]}" for kind in line.resources)
        yield from ("", "Notes", *(f"- {note}" for note in self.notes)) if self.notes else ()


def sheet_for(ehr: HostEhr, origin: str) -> Sheet:
    """The sheet of one host EHR; `origin` is this installation's public one."""
    brand = BRANDS.get(ehr.profile, BRANDS["generic"])
    entries = tuple(
        Entry(entry.title, entry.value, brand.words.get(entry.title, ""), entry.note)
        for entry in _entries(ehr, origin, brand.client_ids)
    )
    scopes = tuple(_scope_line(scope) for scope in (ehr.smart.scopes if ehr.smart else ()))
    return Sheet(ehr.name, brand.title, entries, scopes, tuple(_operation(ehr, origin)), brand.notes)


def _entries(ehr: HostEhr, origin: str, client_ids: str) -> Iterator[Entry]:
    yield Entry("Launch URL", f"{origin}/launch")
    yield Entry("Redirect URI", f"{origin}/callback", note="exactly so; there is no other")
    yield Entry(
        "Public keys (JWKS URL)",
        f"{origin}/.well-known/jwks.json",
        note="RS384 and ES384; after a rotation the earlier keys stay published for a week, so the EHR "
        "should ask this URL again and never keep a copy for good",
    )
    kind = {
        "private_key_jwt": "confidential, private_key_jwt (asymmetric)",
        "secret": "confidential, client secret (client_secret_basic)",
        "public": "public; ask for a confidential client where the EHR offers one",
    }
    yield Entry("Client type", kind[ehr.smart.auth] if ehr.smart else "none: no SMART client is registered")
    yield Entry("PKCE", "S256, with every launch")
    yield Entry("SMART App Launch", "2.2 and 1.0; EHR launch and standalone launch")
    yield Entry("Client id", ehr.smart.client_id if ehr.smart else "not entered yet", note=client_ids)
    yield Entry("CDS Hooks discovery", f"{origin}/cds-services", note="open; every call carries a signed JWT")
    for client in ehr.cds_clients:
        keys = client.jku or "keys in the register"
        yield Entry("CDS client", client.iss, note=f"its calls are checked with {keys}")
    framed = ", ".join(ehr.frame_ancestors)
    yield Entry("Frame origins", framed or "none: the app opens in a window of its own")


def _operation(ehr: HostEhr, origin: str) -> Iterator[Entry]:
    called = {ehr.origin, *(ehr.smart.origins if ehr.smart else ())}
    called |= {f"https://{urlsplit(client.jku).netloc}" for client in ehr.cds_clients if client.jku}
    hosts = sorted({urlsplit(each).netloc for each in called})
    yield Entry("Ingress", f"{urlsplit(origin).netloc}, from users' browsers and the EHR's CDS client")
    yield Entry("Egress", ", ".join(hosts), note="nothing else is called for this EHR")
    yield Entry(
        "Data flow",
        f"EHR -> CDS call with prefetch -> cards -> EHR; EHR -> launch -> browser; app -> {ehr.fhir_base}: "
        "reads with the user's token -> page",
        note="no data goes to a third party; front-end files come from this server",
    )
    yield Entry(
        "Retention",
        "resources are not stored; kept are the audit (ids, times), which card was shown and what became "
        "of it, and sealed tokens until the session ends",
    )
    yield Entry("Agreement", "a business associate agreement with whoever runs this server, before real data")
    yield Entry(
        "Uninstall",
        "remove this host EHR here, delete the app record and the CDS service at the EHR, keep or delete the "
        "database by your own rule for audits",
    )


def _scope_line(scope: str) -> ScopeLine:
    read = tuple(kind for kind in sorted(CHART_KINDS) if may_read(kind, (scope,)))
    usual = "to show the chart and to evaluate measures" if read else "not used by this version"
    return ScopeLine(scope, _WHY_ASKED.get(scope, usual), read)
