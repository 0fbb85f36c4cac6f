"""Reading a host EHR's FHIR API: in parallel, to a deadline, from its registered origin and nowhere else.

Each host EHR has its own connections and its own threads, so one that hangs takes none from another.
Whatever goes wrong ends in a State and a note, never in an exception: the caller decides what can be said
without.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import orjson

from cds_service.outside import clock
from cds_service.outside.fhir_page import BadAnswer, Reading, Retry, fetch, next_page
from cds_service.outside.origins import is_loopback
from cds_service.outside.registry import HostEhr
from cds_service.outside.telemetry import ehr_reads
from cds_service.protocol import is_proportionate
from cds_service.searchset import (
    NotASearchset,
    Page,
    Resource,
    newest_of_each,
    read_resource,
    read_searchset,
    shortfall,
)
from measures.gather import Query, State

MOST_PAGES = 20
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes, all pages of one query
READS_AT_ONCE = 16  # for each host EHR
_TROUBLES = 30  # failed reads in a row, after which an EHR is left alone for a while
_SILENCES = 3  # calls in a row that got no answer at all in their time, likewise
_REST_SECONDS = 5.0

# Their info lines hold whole URLs, and they the patient's id.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Gathering:
    """What became of the questions: resources (each once), a state a type, notes without patient data."""

    resources: tuple[Resource, ...]
    states: Mapping[str, State]
    notes: tuple[str, ...]
    found_at: datetime
    foreign: int = 0  # resources of another patient: dropped


@dataclass(frozen=True)
class _Answer:
    query: Query
    state: State
    resources: tuple[Resource, ...] = ()
    notes: tuple[str, ...] = ()
    foreign: int = 0


class _Door:
    """The one way to a host EHR: its connections, its threads, and how it has been answering."""

    def __init__(self, ehr: HostEhr, monotonic: Callable[[], float]) -> None:
        self.threads = ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix=f"ehr-{ehr.name}")
        self.client = httpx.Client(
            follow_redirects=False,
            trust_env=not is_loopback(ehr.fhir_base),  # a proxy from the environment is for the world outside
            limits=httpx.Limits(max_connections=READS_AT_ONCE, max_keepalive_connections=READS_AT_ONCE),
            headers={"Accept": "application/fhir+json", "Accept-Encoding": "gzip"},
            # A cookie set for one user's read would be sent with the next user's.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=())),
        )
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._troubles = 0
        self._silences = 0
        self._shut_until = float("-inf")

    @property
    def shut(self) -> bool:
        """True while an EHR that kept failing is left alone."""
        return self._monotonic() < self._shut_until

    def answered(self, well: bool, at_all: bool = True) -> None:
        with self._lock:
            self._troubles = 0 if well else self._troubles + 1
            self._silences = 0 if at_all else self._silences
            if self._troubles >= _TROUBLES:
                self._shut()

    def was_silent(self) -> None:
        """A call got no answer in its time. After a rest one more such call is enough for the next."""
        with self._lock:
            self._silences = min(self._silences + 1, _SILENCES)
            if self._silences == _SILENCES:
                self._shut()

    def _shut(self) -> None:
        self._shut_until = self._monotonic() + _REST_SECONDS
        self._troubles = 0

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.client.close()


class EhrReader:
    """Reads what a card or a page needs. One per process; safe for threads."""

    def __init__(
        self, now: Callable[[], datetime] = clock.now, monotonic: Callable[[], float] = clock.monotonic
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._doors: dict[tuple[str, str], _Door] = {}

    def gather(
        self, ehr: HostEhr, token: str | None, patient_id: str, queries: Iterable[Query], *, deadline_ms: int
    ) -> Gathering:
        """Ask every query at once; what has not answered after `deadline_ms` milliseconds has FAILED."""
        return self.ask(ehr, token, patient_id, queries, deadline_ms=deadline_ms).within(deadline_ms / 1000)

    def ask(
        self, ehr: HostEhr, token: str | None, patient_id: str, queries: Iterable[Query], *, deadline_ms: int
    ) -> "Asked":
        """Ask every query at once and come back at once, for a page that shows what is there already."""
        deadline = self._monotonic() + deadline_ms / 1000
        reading = Reading(ehr.fhir_base, token, patient_id, deadline, self._monotonic)
        door = self._door(ehr)
        asked = Asked(ehr.name, tuple(queries), deadline, self._now, self._monotonic, door.was_silent)
        for query in asked.queries:
            if door.shut:
                asked.settle(_Answer(query, State.FAILED, notes=(f"{query.kind}: {_SHUT}",)))
            else:
                asked.pending[door.threads.submit(_read, door, query, reading)] = query
        return asked

    def close(self) -> None:
        """Close every connection."""
        for door in self._doors.values():
            door.close()

    def _door(self, ehr: HostEhr) -> _Door:
        place = ehr.name, ehr.fhir_base
        with self._lock:
            if place not in self._doors:
                self._doors[place] = _Door(ehr, self._monotonic)
            return self._doors[place]


@dataclass
class Asked:
    """Questions put to one host EHR, some of them not answered yet. For one thread at a time."""

    ehr_name: str
    queries: tuple[Query, ...]
    deadline: float  # monotonic seconds
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    was_silent: Callable[[], None]  # nothing was answered in time
    pending: dict[Future[_Answer], Query] = field(default_factory=dict)
    answers: dict[str, _Answer] = field(default_factory=dict)  # by the query's key

    def within(self, seconds: float) -> Gathering:
        """What is known after so many seconds, or as soon as all is: the rest is AWAITED, past the deadline
        FAILED.
        """
        left = max(0.0, self.deadline - self.monotonic())
        waited = bool(self.pending)
        done, _ = wait(self.pending, timeout=min(seconds, left))
        for future in done:
            del self.pending[future]
            self.settle(future.result())
        if seconds >= left:
            for future, query in self.pending.items():
                future.cancel()
                self.settle(_late(query))
            self.pending.clear()
        if waited and not self.pending and {a.state for a in self.answers.values()} == {State.FAILED}:
            self.was_silent()
        return self._together()

    def settle(self, answer: _Answer) -> None:
        self.answers[answer.query.key] = answer
        ehr_reads.labels(self.ehr_name, answer.query.kind, answer.state.value).inc()

    def _together(self) -> Gathering:
        answers = [self.answers.get(query.key) or _Answer(query, State.AWAITED) for query in self.queries]
        return Gathering(
            resources=tuple(newest_of_each(r for answer in answers for r in answer.resources)),
            states=states_of((answer.query.kind, answer.state) for answer in answers),
            notes=tuple(note for answer in answers for note in answer.notes),
            found_at=self.now(),
            foreign=sum(answer.foreign for answer in answers),
        )


_SHUT = "not asked, the server has been failing"
_WORST_FIRST = (State.AWAITED, State.FAILED, State.NOT_FETCHED, State.NOT_PERMITTED, State.GATHERED)


def states_of(answered: Iterable[tuple[str, State]]) -> dict[str, State]:
    """The state of each type: gathered only when every question to it was answered in full."""
    states: dict[str, State] = {}
    for kind, state in answered:
        states[kind] = min(state, states.get(kind, state), key=_WORST_FIRST.index)
    return states


def _late(query: Query) -> _Answer:
    return _Answer(query, State.FAILED, notes=(f"{query.kind}: no complete answer within the deadline",))


def _read(door: _Door, query: Query, reading: Reading) -> _Answer:
    """One query with all its pages. Everything that can go wrong outside becomes a state here."""
    pages: list[Page] = []
    state, trouble = State.FAILED, None
    try:
        for page in _pages(door, query, reading):
            pages.append(page)  # noqa: PERF402  what came before the trouble counts
        trouble = shortfall(pages, query.kind)
        if trouble is None and all(page.complete for page in pages):
            state = State.GATHERED
    except BadAnswer as bad:
        state = State.NOT_PERMITTED if bad.status in (401, 403) else State.FAILED
        trouble = f"{query.kind}: {bad}"
    except NotASearchset as bad:
        trouble = f"{query.kind}: the answer {bad}"
    notes = [note for page in pages for note in page.notes]
    return _Answer(
        query,
        state,
        tuple(resource for page in pages for resource in page.resources),
        tuple(notes if trouble is None else [*notes, trouble]),
        sum(page.foreign for page in pages),
    )


def _pages(door: _Door, query: Query, reading: Reading) -> Iterator[Page]:
    """Page after page; BadAnswer when there is no end of them."""
    url: httpx.URL | None = reading.url(query.search)
    visited: set[str] = set()
    size = 0
    while url is not None:
        if len(visited) == MOST_PAGES:
            raise BadAnswer(f"more than {MOST_PAGES} pages; the rest was not read")
        visited.add(str(url))
        body = _fetch(door, url, reading)
        size += len(body)
        if size > LARGEST_ANSWER:
            raise BadAnswer(f"larger than {LARGEST_ANSWER // 2**20} MB; the rest was not read")
        page = _page(body, query, reading)
        yield page
        url = next_page(page.next_url, url, reading, visited)


def _fetch(door: _Door, url: httpx.URL, reading: Reading) -> bytes:
    """One page; asked a second time when the server says when to come back, or closed a kept connection."""
    try:
        return _counted(door, url, reading)
    except Retry as again:
        if not again.wait(reading):
            raise BadAnswer(again.says, again.status) from None
        try:
            return _counted(door, url, reading)
        except Retry as still:
            raise BadAnswer(still.says, still.status) from None


def _counted(door: _Door, url: httpx.URL, reading: Reading) -> bytes:
    try:
        body = fetch(door.client, url, reading)
    except BadAnswer as bad:
        door.answered(well=bad.status is not None and bad.status < 500, at_all=bad.status is not None)
        raise
    door.answered(well=True)
    return body


def _page(body: bytes, query: Query, reading: Reading) -> Page:
    if not is_proportionate(body):
        raise BadAnswer("the answer holds more objects than any chart")
    try:
        tree = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadAnswer("the answer is not JSON") from None
    read = read_searchset if "?" in query.search else read_resource
    page = read(tree, query.kind, reading.patient_id, reading.fhir_base)
    if read is read_resource and not page.resources:
        raise BadAnswer("the answer is another patient's")
    return page
