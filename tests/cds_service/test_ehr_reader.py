"""Reading a host EHR that is slow, broken, hostile, or all of these: states and notes, never an exception."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from werkzeug import Request, Response

from cds_service.outside import clock
from cds_service.outside.ehr import EhrReader
from cds_service.outside.registry import HostEhr
from measures.gather import Query, State
from tests.cds_service.calls import bundle, patient
from tests.cds_service.fhir_server import CONDITIONS, LONG, PATIENT, FhirServer, condition, fhir, ids, read


def test_every_type_is_asked_with_the_token_and_the_answers_are_put_together(
    reader: EhrReader, server: FhirServer
):
    server.answers("Patient/pat-1", fhir(patient()))
    server.answers("Condition", fhir(bundle(condition(1), condition(2))))

    found = reader.gather(server.host_ehr(), "t-1", "pat-1", [PATIENT, CONDITIONS], deadline_ms=LONG)

    assert ids(found) == ["pat-1", "c1", "c2"]
    assert found.states == {"Patient": State.GATHERED, "Condition": State.GATHERED}
    assert found.notes == ()
    assert server.paths() == ["Condition?patient=pat-1", "Patient/pat-1"]
    assert {request.headers["Authorization"] for request in server.asked} == {"Bearer t-1"}


def test_empty_means_looked_and_found_none(reader: EhrReader, server: FhirServer):
    found = read(reader, server, fhir({"resourceType": "Bundle", "type": "searchset"}))

    assert (found.resources, found.states) == ((), {"Condition": State.GATHERED})


@pytest.mark.parametrize(
    ("answer", "state", "note"),
    [
        (fhir({}, 401), State.NOT_PERMITTED, "Condition: HTTP 401"),
        (fhir({}, 403), State.NOT_PERMITTED, "Condition: HTTP 403"),
        (fhir({}, 404), State.FAILED, "Condition: HTTP 404"),
        (fhir({}, 500), State.FAILED, "Condition: HTTP 500"),
        (fhir({}, 429), State.FAILED, "Condition: HTTP 429"),
        (fhir({}, 503, **{"Retry-After": "soon"}), State.FAILED, "Condition: HTTP 503"),
        (fhir({}, 302, Location="/fhir/x"), State.FAILED, "Condition: HTTP 302; redirects are not followed"),
        (Response("<html>", content_type="text/html"), State.FAILED, "the answer is text/html, not JSON"),
        (Response('{"a":', content_type="application/json"), State.FAILED, "the answer is not JSON"),
        (fhir([]), State.FAILED, "the answer is a list; expected a searchset Bundle"),
        (fhir(patient()), State.FAILED, "the answer is a Patient; expected a searchset Bundle"),
        (fhir(bundle() | {"entry": 5}), State.FAILED, "the answer entry: is a number"),
        (fhir(bundle(condition(1)) | {"total": 2}), State.FAILED, "the server counts 2, its answer holds 1"),
        (
            Response(b"\x1f\x8bnonsense", headers={"Content-Encoding": "gzip"}, content_type="text/json"),
            State.FAILED,
            "the answer cannot be unpacked",
        ),
        (
            Response(
                gzip.compress(b"{}" * 99)[:-9],
                headers={"Content-Encoding": "gzip"},
                content_type="application/json",
            ),
            State.FAILED,
            "the answer was cut off",
        ),
        (
            Response(b"x", headers={"Content-Encoding": "br"}, content_type="application/json"),
            State.FAILED,
            "packed as br, which we did not ask for",
        ),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_a_state_with_a_note(
    reader: EhrReader, server: FhirServer, answer: Response, state: State, note: str
):
    found = read(reader, server, answer)

    assert found.states == {"Condition": state}
    assert [note in said for said in found.notes] == [True], found.notes


def test_a_server_that_is_not_there_has_failed(reader: EhrReader):
    nobody = HostEhr.model_validate({"name": "nobody", "fhir_base": "http://127.0.0.1:1/fhir"})

    found = reader.gather(nobody, None, "pat-1", [CONDITIONS], deadline_ms=LONG)

    assert found.notes == ("Condition: cannot be reached (ConnectError)",)


def test_a_server_that_hangs_costs_the_deadline_and_only_its_own_type(reader: EhrReader, server: FhirServer):
    go_on = threading.Event()

    def hang(request: Request) -> Response:
        go_on.wait(10)
        return fhir(bundle())

    server.answers("Condition", hang)
    server.answers("Patient/pat-1", fhir(patient()))
    began = clock.monotonic()
    try:
        found = reader.gather(server.host_ehr(), None, "pat-1", [PATIENT, CONDITIONS], deadline_ms=300)
    finally:
        took = clock.monotonic() - began
        go_on.set()

    assert found.states == {"Patient": State.GATHERED, "Condition": State.FAILED}
    assert "within the deadline" in found.notes[0]
    assert 0.25 < took < 2


def test_an_answer_that_drips_is_given_up_at_the_deadline(reader: EhrReader, server: FhirServer):
    stop = threading.Event()

    def drip() -> Iterator[bytes]:
        for _ in range(1000):
            if stop.wait(0.02):
                return
            yield b" "

    answer = Response(drip(), content_type="application/json")
    try:
        found = read(reader, server, lambda _: answer, deadline_ms=300)
    finally:
        stop.set()

    assert found.states == {"Condition": State.FAILED}


def after(headers: dict[str, str]) -> Any:
    """Answers 429 once with these headers, then well."""
    turned_away: list[Request] = []

    def answer(request: Request) -> Response:
        if turned_away:
            return fhir(bundle(condition(1)))
        turned_away.append(request)
        return fhir({}, 429, **headers)

    return answer


def test_a_server_that_says_when_to_come_back_is_asked_once_more(reader: EhrReader, server: FhirServer):
    found = read(reader, server, after({"Retry-After": "0"}))

    assert (ids(found), found.states) == (["c1"], {"Condition": State.GATHERED})


def test_the_moment_to_come_back_may_be_a_date(reader: EhrReader, server: FhirServer):
    moment = format_datetime(clock.now() - timedelta(seconds=5), usegmt=True)

    assert ids(read(reader, server, after({"Retry-After": moment}))) == ["c1"]


def test_it_is_not_waited_for_beyond_the_deadline(reader: EhrReader, server: FhirServer):
    began = clock.monotonic()

    found = read(reader, server, after({"Retry-After": "2"}), deadline_ms=1000)

    assert found.states == {"Condition": State.FAILED}
    assert clock.monotonic() - began < 1
    assert len(server.asked) == 1


def test_a_server_that_sends_us_away_twice_is_left_alone(reader: EhrReader, server: FhirServer):
    found = read(reader, server, fhir({}, 503, **{"Retry-After": "0"}))

    assert found.notes == ("Condition: HTTP 503",)
    assert len(server.asked) == 2


def test_a_gzip_bomb_is_given_up_before_it_unfolds(reader: EhrReader, server: FhirServer):
    bomb = gzip.compress(b" " * 300_000_000, compresslevel=9)
    answer = Response(bomb, headers={"Content-Encoding": "gzip"}, content_type="application/json")
    server.answers("Condition", answer)
    tracemalloc.start()
    try:
        found = reader.gather(server.host_ehr(), None, "pat-1", [CONDITIONS], deadline_ms=LONG)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found.notes == ("Condition: the answer is larger than 8 MB",)
    assert peak < 50_000_000


def test_millions_of_empty_objects_are_no_answer(reader: EhrReader, server: FhirServer):
    packed = gzip.compress(b'{"resourceType":"Bundle","entry":[' + b"{}," * 1_000_000 + b"{}]}")
    answer = Response(packed, headers={"Content-Encoding": "gzip"}, content_type="application/json")

    assert read(reader, server, answer).notes == ("Condition: the answer holds more objects than any chart",)


def test_packed_answers_are_unpacked(reader: EhrReader, server: FhirServer):
    packed = gzip.compress(fhir(bundle(*(condition(n) for n in range(2000)))).data)
    answer = Response(packed, headers={"Content-Encoding": "gzip"}, content_type="application/fhir+json")

    assert len(read(reader, server, answer).resources) == 2000


def test_a_cookie_of_one_read_is_not_sent_with_the_next(reader: EhrReader, server: FhirServer):
    server.answers("Condition", fhir(bundle(), 200, **{"Set-Cookie": "session=of-dr-1"}))
    ehr = server.host_ehr()

    for _ in range(2):
        reader.gather(ehr, None, "pat-1", [CONDITIONS], deadline_ms=LONG)

    assert [request.headers.get("Cookie") for request in server.asked] == [None, None]


def test_an_ehr_that_keeps_failing_is_left_alone_for_a_while(server: FhirServer):
    time = [0.0]
    reader = EhrReader(monotonic=lambda: time[0])
    server.answers("Condition", fhir({}, 500))
    ehr = server.host_ehr()

    def notes() -> tuple[str, ...]:
        return reader.gather(ehr, None, "pat-1", [CONDITIONS], deadline_ms=LONG).notes

    said = [notes() for _ in range(31)]
    time[0] += 5.1
    back = notes()
    reader.close()

    assert said[29] == ("Condition: HTTP 500",)
    assert said[30] == ("Condition: not asked, the server has been failing",)
    assert back == ("Condition: HTTP 500",)
    assert len(server.asked) == 31


def test_one_ehr_that_hangs_takes_no_thread_from_another(reader: EhrReader, server: FhirServer):
    go_on = threading.Event()
    server.answers("Condition", lambda _: fhir(bundle()) if go_on.wait(10) else fhir({}, 500))
    hanging, many = (
        server.host_ehr("hanging"),
        [Query(str(n), "Condition", CONDITIONS.search) for n in range(40)],
    )
    waiting = threading.Thread(
        target=reader.gather, args=(hanging, None, "p", many), kwargs={"deadline_ms": 2000}
    )
    waiting.start()
    try:
        nobody = HostEhr.model_validate({"name": "other", "fhir_base": "http://127.0.0.1:1/fhir"})
        began = clock.monotonic()
        found = reader.gather(nobody, None, "pat-1", [CONDITIONS], deadline_ms=1900)
        took = clock.monotonic() - began
    finally:
        go_on.set()
        waiting.join()

    assert found.notes == ("Condition: cannot be reached (ConnectError)",)
    assert took < 1
