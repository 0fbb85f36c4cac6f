"""Writing to a host EHR's FHIR API: one resource at a time, to a deadline, to its registered origin only.

Whatever goes wrong ends in an Answer that says one thing above all: was it written, was it not, or is that
unknown? Nothing is sent twice here. Who wants to try again asks `find` first.
"""

import re
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from cds_service.outside.bounded import BoundedClient, Overlong
from cds_service.outside.origins import is_loopback
from cds_service.outside.registry import HostEhr
from cds_service.outside.telemetry import ehr_writes
from cds_service.protocol import is_proportionate

WRITE_SECONDS = 8.0
LARGEST_ANSWER = 1024 * 1024  # bytes
NEWEST_LOOKED_AT = 50  # of one type, where the EHR cannot search by identifier
_FHIR_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9\-.]{1,64}")  # FHIR R4, datatype "id", but no step in a path
_VERSION = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_ETAG = re.compile(r'(?:W/)?"([^"]{1,64})"')

Resource = dict[str, Any]


class Fate(StrEnum):
    """What became of one write."""

    WRITTEN = "written"
    REFUSED = "refused"  # this EHR, or this token, does not take it: another way may do
    SIGNED_OUT = "signed out"  # the token ended; nothing was written
    CONFLICT = "conflict"  # it was changed in the meantime; nothing was written
    BUSY = "busy"  # not sent, or turned away for now; nothing was written
    UNKNOWN = "unknown"  # sent, and no usable answer: it may have been written


@dataclass(frozen=True)
class Answer:
    """The fate of one write. `id` and `version` are the EHR's, where it is written; `says` explains the rest,
    in words for the clinician: it is shown as text and never logged.
    """

    fate: Fate
    says: str = ""
    id: str = ""
    version: str = ""
    resource: Resource = field(default_factory=dict, repr=False)


class CannotTell(Exception):
    """Whether the EHR holds a resource could not be found out; the message says why."""


class EhrWriter:
    """Creates, updates and finds again what we wrote. One per process; safe for threads."""

    def __init__(self, *, seconds: float = WRITE_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], BoundedClient] = {}

    def create(self, ehr: HostEhr, token: str, resource: Resource) -> Answer:
        """POST one resource, once."""
        kind = resource["resourceType"]
        answer = self._send(ehr, "POST", kind, token, resource)
        ehr_writes.labels(ehr.name, kind, answer.fate.value).inc()
        return answer

    def update(self, ehr: HostEhr, token: str, resource: Resource, version: str) -> Answer:
        """PUT one resource over the version that was read: `If-Match` lets no later change be lost."""
        kind = resource["resourceType"]
        condition = {"If-Match": f'W/"{version}"'}
        answer = self._send(ehr, "PUT", f"{kind}/{resource['id']}", token, resource, condition)
        ehr_writes.labels(ehr.name, kind, answer.fate.value).inc()
        return answer

    def read(self, ehr: HostEhr, token: str, kind: str, id: str) -> Answer:
        """The resource as it is now, with the version to be named when it is changed."""
        if not _FHIR_ID.fullmatch(id):
            raise ValueError(f"{id[:80]!r} is not the id of a resource")
        return self._send(ehr, "GET", f"{kind}/{id}", token)

    def find(self, ehr: HostEhr, token: str, patient_id: str, sought: Resource) -> Answer | None:
        """What an earlier write of `sought` left in the EHR; None when it holds no such thing.

        It is known by our identifier, searched for where the EHR can; else it is looked for among the
        patient's newest of that type. Raises CannotTell: None must mean that it is not there.
        """
        kind, patient = sought["resourceType"], quote(patient_id, safe="")
        system, value = identifier_of(sought)
        exact = f"{kind}?patient={patient}&identifier={quote(f'{system}|{value}', safe='')}"
        newest = f"{kind}?patient={patient}{_narrowed(sought)}&_count={NEWEST_LOOKED_AT}"
        trouble: CannotTell | None = None
        answered = 0
        for search in (exact, newest):
            try:
                held = self._entries(ehr, token, search)
            except CannotTell as problem:
                trouble = problem
                continue
            answered += 1
            for one in held:
                if _is_the_same(one, sought, patient_id):
                    return Answer(Fate.WRITTEN, id=one["id"], version=_version_in(one), resource=one)
        if not answered and trouble:
            raise trouble
        return None

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()

    def _client(self, ehr: HostEhr) -> BoundedClient:
        place = ehr.name, ehr.fhir_base
        with self._lock:
            if place not in self._clients:
                self._clients[place] = BoundedClient(
                    most_bytes=LARGEST_ANSWER,
                    most_seconds=self._seconds,
                    trust_env=not is_loopback(ehr.fhir_base),
                    # A POST on a kept connection that the server has just closed would end as "unknown".
                    limits=httpx.Limits(max_connections=16, max_keepalive_connections=0),
                    headers={"Accept": "application/fhir+json", "Accept-Encoding": "identity"},
                )
            return self._clients[place]

    def _send(
        self,
        ehr: HostEhr,
        method: str,
        path: str,
        token: str,
        resource: Resource | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {"Authorization": f"Bearer {token}"} | (headers or {})
        body = None
        if resource is not None:
            body = orjson.dumps(resource)
            sent |= {"Content-Type": "application/fhir+json", "Prefer": "return=representation"}
        url = f"{ehr.fhir_base}/{path}"
        try:
            response = self._client(ehr).request(method, url, content=body, headers=sent)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            return Answer(Fate.BUSY, "the EHR cannot be reached")
        except (httpx.TimeoutException, Overlong):
            return Answer(Fate.UNKNOWN, "the EHR did not answer in time")
        except httpx.HTTPError:
            return Answer(Fate.UNKNOWN, "the EHR broke off before it answered")
        return _understood(response, path.partition("/")[0])

    def _entries(self, ehr: HostEhr, token: str, search: str) -> list[Resource]:
        answer = self._send(ehr, "GET", search, token)
        tree = answer.resource
        if answer.fate is not Fate.WRITTEN or tree.get("resourceType") != "Bundle":
            raise CannotTell(answer.says or "the EHR's answer to the search is no Bundle")
        entries = tree.get("entry", [])
        held = [entry.get("resource") for entry in entries if isinstance(entry, dict)]
        return [one for one in held if isinstance(one, dict)]


def identifier_of(resource: Resource) -> tuple[str, str]:
    """Our own identifier on a resource, (system, value). A QuestionnaireResponse has one, others a list."""
    held = resource.get("identifier")
    first = held[0] if isinstance(held, list) and held else held
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("system", "")), str(first.get("value", ""))


def _is_the_same(one: Resource, sought: Resource, patient_id: str) -> bool:
    """Ours by its identifier; where the EHR drops identifiers, by what it says of which second."""
    theirs = one.get("resourceType") == sought["resourceType"] and _patient_of(one) == f"Patient/{patient_id}"
    if not theirs or one.get("status") == "entered-in-error" or not _FHIR_ID.fullmatch(str(one.get("id"))):
        return False
    held = one.get("identifier")
    several = held if isinstance(held, list) else [held]
    if identifier_of(sought) in [identifier_of({"identifier": each}) for each in several]:
        return True
    telling = ("effectiveDateTime", "authored", "authoredOn", "date")
    same_moment = any(
        one.get(name) == sought[name] != sought[name][:10] for name in telling if name in sought
    )
    values = ("code", "valueInteger", "valueQuantity", "valueCodeableConcept", "questionnaire")
    return same_moment and all(one.get(name) == sought[name] for name in values if name in sought)


def _narrowed(sought: Resource) -> str:
    """Some EHRs let Observations be searched only with a code."""
    codings = sought.get("code", {}).get("coding") or [{}]
    if sought["resourceType"] != "Observation" or "code" not in codings[0]:
        return ""
    return f"&code={quote('{system}|{code}'.format(**codings[0]), safe='')}&_sort=-date"


def _patient_of(resource: Resource) -> str:
    pointer = resource.get("subject")
    reference = pointer.get("reference") if isinstance(pointer, dict) else ""
    return "/".join(reference.rsplit("/", 2)[-2:]) if isinstance(reference, str) else ""


def _understood(response: httpx.Response, kind: str) -> Answer:
    status = response.status_code
    tree = _tree(response)
    if status < 300:
        return _written(response, tree, kind)
    said = f"the EHR answered {status}{_diagnosis(tree)}"
    if status == 401:
        return Answer(Fate.SIGNED_OUT, said)
    if status in (409, 412):
        return Answer(Fate.CONFLICT, said)
    if status in (408, 425, 429, 503):
        return Answer(Fate.BUSY, said)
    if status < 500 or status == 501:
        moved = "; redirects are not followed" if status < 400 else ""
        return Answer(Fate.REFUSED, said + moved)
    return Answer(Fate.UNKNOWN, said)


def _written(response: httpx.Response, tree: Resource, kind: str) -> Answer:
    """A success, if the answer names what it made: a sign-in page is HTTP 200 as well."""
    method = response.request.method
    if method == "GET":
        return Answer(Fate.WRITTEN, version=_version(response, tree), resource=tree)
    made = tree if tree.get("resourceType") == kind else {}
    located = re.search(rf"/{kind}/([A-Za-z0-9\-.]{{1,64}})(?:/|$)", response.headers.get("Location", ""))
    id = str(made.get("id") or (located[1] if located else ""))
    if not id and method == "PUT" and not response.content:
        id = response.request.url.path.rpartition("/")[2]
    if not _FHIR_ID.fullmatch(id):
        what = response.headers.get("Content-Type", "empty").partition(";")[0][:40]
        return Answer(Fate.UNKNOWN, f"the EHR's answer ({what}) does not say what was written")
    return Answer(Fate.WRITTEN, id=id, version=_version(response, made), resource=made)


def _tree(response: httpx.Response) -> Resource:
    try:
        tree = orjson.loads(response.content) if is_proportionate(response.content) else {}
    except orjson.JSONDecodeError:
        return {}
    return tree if isinstance(tree, dict) else {}


def _version(response: httpx.Response, resource: Resource) -> str:
    tagged = _ETAG.fullmatch(response.headers.get("ETag", "").strip())
    return tagged[1] if tagged and _VERSION.fullmatch(tagged[1]) else _version_in(resource)


def _version_in(resource: Resource) -> str:
    meta = resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return version if isinstance(version, str) and _VERSION.fullmatch(version) else ""


def _diagnosis(tree: Resource) -> str:
    """The EHR's own words on what is wrong, shortened."""
    issues = tree.get("issue")
    first = issues[0] if isinstance(issues, list) and issues and isinstance(issues[0], dict) else {}
    details = first.get("details")
    said = first.get("diagnostics") or (details.get("text") if isinstance(details, dict) else "")
    return f": {' '.join(said.split())[:200]}" if isinstance(said, str) and said else ""
