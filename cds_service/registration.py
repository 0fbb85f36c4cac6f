"""The registration sheet: what an EHR's administrator enters, and is asked about, to let this app in.

Data, so that the command line prints it and a page offers each line for copying. Nothing in it is secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cds_service.data_flows import FLOWS, Flow
from cds_service.gathering import prefetch_templates
from cds_service.outside.keys import SHOWN_AFTER_RETIREMENT
from cds_service.outside.origins import origin
from cds_service.outside.registry import HostEhr
from cds_service.outside.settings import Settings
from cds_service.outside.unsaved import KEPT_HOURS
from cds_service.prefetched import KEPT_SECONDS
from cds_service.profiles import Profile
from cds_service.registration_reasons import CLIENT_TYPES, NOT_USED, WHY_ASKED, WHY_READ, WHY_WRITTEN
from cds_service.scopes import ResourceScope, resource_scope, to_request
from cds_service.services import find_services
from measures.gather import QUERIES, Query

_FILL_IN = "to be filled in by you"


@dataclass(frozen=True)
class Entry:
    """One thing to know or, `to_copy`, to enter elsewhere. `called`: what this vendor's form calls it."""

    title: str
    value: str
    note: str = ""
    called: str = ""
    to_copy: bool = False


@dataclass(frozen=True)
class Section:
    """Entries under a heading."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class ScopeLine:
    """One scope, why it is asked for, and each resource type that is read or written with it and why."""

    scope: str
    reason: str
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """Everything an administrator is asked for, in the order of most EHRs' forms."""

    host_ehr: str
    vendor: str
    enter: Section
    scopes: tuple[ScopeLine, ...]
    cards: Section
    prefetch: Section
    flows: tuple[Flow, ...]
    operation: tuple[Section, ...]
    uninstall: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section of entries, in order."""
        return (self.enter, self.cards, self.prefetch, *self.operation)

    @property
    def scope_parameter(self) -> str:
        """All scopes in one line, to paste."""
        return " ".join(line.scope for line in self.scopes)


def registration_sheet(
    settings: Settings, ehr: HostEhr, plain: Iterable[Query], register: Iterable[HostEhr] = ()
) -> Sheet:
    """The sheet of one host EHR; `plain`: the questions the app asks, `register`: every host EHR there is."""
    kinds = sorted({query.kind for query in ehr.queries(plain)})
    words = ehr.behaves_as.form.words
    enter = (
        replace(entry, called=words.get(entry.title, "")) for entry in _enter(settings, ehr, tuple(register))
    )
    templates = prefetch_templates(ehr.queries(QUERIES)).items()
    return Sheet(
        host_ehr=ehr.name,
        vendor=ehr.behaves_as.title,
        enter=Section("Enter in the EHR", tuple(enter)),
        scopes=tuple(_scope_line(scope, kinds, ehr.behaves_as) for scope in _scopes(ehr, kinds)),
        cards=Section("CDS Hooks", tuple(_cards(settings, ehr))),
        prefetch=Section(
            "Prefetch of each service", tuple(_to_copy(key, template) for key, template in templates)
        ),
        flows=FLOWS,
        operation=(
            Section("Network", tuple(_network(settings, ehr))),
            Section("What is kept, and how long", tuple(_kept(settings))),
            Section("Papers", tuple(_papers())),
            Section("Contacts", tuple(_contacts())),
        ),
        uninstall=(
            f"Remove {ehr.name} here: launches and calls are refused at once.",
            "Take the app and the CDS services out of the EHR, and revoke the client id there.",
            f"Delete the database behind {settings.origin}, or keep it as long as your audit must be kept.",
        ),
        notes=ehr.behaves_as.notes,
    )


def _to_copy(title: str, value: str, note: str = "") -> Entry:
    return Entry(title, value, note, to_copy=True)


def _enter(settings: Settings, ehr: HostEhr, register: tuple[HostEhr, ...]) -> Iterator[Entry]:
    base = settings.origin
    yield _to_copy("App name", "Throughline")
    yield _to_copy(
        "What it is for",
        "Shows clinicians behavioral and physical health on one timeline and the quality gaps of this visit "
        "with their evidence, and closes them in the chart.",
    )
    yield _to_copy("FHIR base", ehr.fhir_base, "FHIR R4")
    if ehr.smart is None:
        yield Entry("SMART client", "none: only cards are asked for, no app is launched")
        return
    yield _to_copy("Launch URL", f"{base}/launch", "EHR launch and standalone, SMART App Launch 2.2 and 1.0")
    yield _to_copy("Redirect URI", f"{base}/callback", "exactly so; there is no other")
    yield Entry("Client type", CLIENT_TYPES[ehr.smart.auth])
    if ehr.smart.auth == "private_key_jwt":
        days = SHOWN_AFTER_RETIREMENT.days
        yield _to_copy(
            "Public keys (JWKS URL)",
            f"{base}/.well-known/jwks.json",
            f"keys change any time; a retired one stays published for {days} days, so ask the URL again and "
            "never keep a copy for good",
        )
    yield Entry("PKCE", "S256, with every launch")
    yield from _client_ids(ehr, register)


def _client_ids(ehr: HostEhr, register: tuple[HostEhr, ...]) -> Iterator[Entry]:
    """Both client ids, whichever of the two host EHRs the sheet is of."""
    production: HostEhr | None = ehr
    if ehr.test_of is None:
        test = next((each for each in register if each.test_of == ehr.name), None)
    else:
        production = next((each for each in register if each.name == ehr.test_of), None)
        test = ehr
    missing = ehr.test_of or f"one with `test_of: {ehr.name}`"
    for title, one in (("Client id, production", production), ("Client id, test", test)):
        if one is None:
            yield Entry(title, "not entered yet", f"register {missing} as a host EHR of its own")
        elif one.smart is None:
            yield Entry(title, "not entered yet", f"{one.name} has no SMART client")
        else:
            yield _to_copy(title, one.smart.client_id, f"{one.name}, {one.fhir_base}")
    yield Entry("Environments", ehr.behaves_as.form.client_ids)


def _scopes(ehr: HostEhr, kinds: list[str]) -> list[str]:
    if ehr.smart is None:
        return []
    return to_request(ehr.smart.scopes, ehr.behaves_as, kinds, standalone=False, v1_only=False).split()


def _scope_line(scope: str, kinds: list[str], profile: Profile) -> ScopeLine:
    resource = resource_scope(scope)
    if resource is None:
        return ScopeLine(scope, WHY_ASKED.get(scope, NOT_USED), {})
    read = _covered(resource, "rs", kinds)
    written = _covered(resource, "cu", filter(profile.can_write, WHY_WRITTEN))
    why = {kind: WHY_READ[kind] for kind in read}
    for kind in written:
        why[kind] = "; ".join(filter(None, (why.get(kind), f"written: {WHY_WRITTEN[kind]}")))
    uses = (
        "to show the chart and to evaluate measures" if read else "",
        "to save what a clinician entered" if written else "",
    )
    return ScopeLine(scope, ", and ".join(filter(None, uses)) or NOT_USED, why)


def _covered(scope: ResourceScope, letters: str, kinds: Iterable[str]) -> list[str]:
    return [kind for kind in kinds if any(scope.covers(kind, letter) for letter in letters)]


def _cards(settings: Settings, ehr: HostEhr) -> Iterator[Entry]:
    discovery = f"{settings.origin}/cds-services"
    yield _to_copy("Discovery", discovery, "open; every call carries a JWT signed by a client below")
    for service in find_services().values():
        yield _to_copy(service.hook, f"{discovery}/{service.id}", service.description)
    for client in ehr.cds_clients:
        yield Entry("CDS client (iss)", client.iss, f"its keys: {client.jku or 'in the register'}")
    if not ehr.cds_clients:
        yield Entry("CDS client (iss)", "none registered: every call is refused")


def _network(settings: Settings, ehr: HostEhr) -> Iterator[Entry]:
    yield Entry("Comes in", settings.origin, "from users' browsers and the EHR's CDS client")
    yield Entry("Goes out", ehr.origin, "FHIR reads, discovery, and what clinicians save")
    for each in ehr.smart.origins if ehr.smart else ():
        yield Entry("Goes out", each, "sign-in: tokens, and the keys that sign id_tokens")
    for home in sorted({origin(client.jku) for client in ehr.cds_clients if client.jku}):
        yield Entry("Goes out", home, "public keys of the CDS client")
    issuer = settings.staff_oidc_issuer
    for home in dict.fromkeys((origin(issuer), *settings.staff_oidc_origins) if issuer else ()):
        yield Entry("Goes out", home, "sign-in of staff; no patient data")
    if settings.vsac_key is not None:
        yield Entry("Goes out", origin(settings.vsac_url), "value sets; no patient data")
    framed = ", ".join(ehr.frame_ancestors)
    yield Entry("Frame origins", framed or "none: the app opens in a window of its own")


def _kept(settings: Settings) -> Iterator[Entry]:
    idle = settings.session_idle_minutes
    yield Entry("FHIR resources read for a chart or a card", "not stored; in memory while the answer is made")
    if settings.prefetched_charts_mb:
        yield Entry(
            "The chart a CDS call prefetched", f"not stored; in memory {KEPT_SECONDS // 60} minutes more"
        )
    if settings.record_charts:
        yield Entry(
            "Charts recorded to try card rules on",
            f"sealed; the newest calls of {settings.record_charts} patients, until newer ones come",
            "without names, identifiers, addresses and texts; ids are pseudonyms, years are moved",
        )
    yield Entry("Tokens of an open chart", f"sealed; until it is closed, or unused for {idle} minutes")
    yield Entry("A form that met an ended session", f"sealed; {KEPT_HOURS} hours, for its user and patient")
    yield Entry("What was written to the EHR, by id", f"{settings.write_ledger_days} days")
    yield Entry("Gaps put off, and by whom", "until their day; the row stays until it is changed")
    yield Entry("Risk scores", "by patient id, until you delete them; reasons sealed")
    yield Entry("Claims and documents loaded by you", "sealed; until you load them again or forget them")
    yield Entry("Staff accounts, owners on the worklist", "until you remove them; passwords hashed")
    yield Entry("Audit: who was shown what, by id", "until you delete it; a chain that shows any change")
    yield Entry("Cards shown, and feedback", "until you delete it; comments sealed, the rest by id")
    yield Entry("Logs", "ids, counts and times; no names, notes, tokens or resources")


def _papers() -> Iterator[Entry]:
    yield Entry("Agreement", "a business associate agreement with whoever runs this server, before real data")
    yield Entry(
        "Bill of materials (SBOM)",
        "CycloneDX, of what is installed here: throughline sbom",
        "staff download the same beside this sheet",
    )


def _contacts() -> Iterator[Entry]:
    for who in ("Technical contact", "Security contact, for incidents", "Privacy contact", "Clinical owner"):
        yield Entry(who, _FILL_IN)
