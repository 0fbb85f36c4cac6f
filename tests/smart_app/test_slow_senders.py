"""A real server with few threads, and clients that send slowly, in pieces, too much or not to the end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from smart_app.app import LARGEST_BODY
from smart_app.arriving_request import ARRIVING_SECONDS, LONGEST_HEAD, QUIET_SECONDS, ArrivingRequest
from tests.smart_app.test_serve import SERVE, free_port, serve

PATIENCE = 60.0  # seconds; a test that fails waits so long
IMPATIENT = """
import smart_app.arriving_request as request
import smart_app.whole_requests as worker
request.QUIET_SECONDS = {quiet}
worker.HELD_BYTES = {held}
{also}
{serve}
"""
FORM = b"POST /staff/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CALL = b"POST /cds-services/throughline-patient-view HTTP/1.1\r\nHost: 127.0.0.1\r\n"
SLOW = {
    "in the middle of a form": FORM + b"Content-Length: 500\r\n\r\nname=a",
    "in the middle of a call": CALL + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
    "in the middle of a chunk": FORM + b"Transfer-Encoding: chunked\r\n\r\n9\r\nab",
    "in its head": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
    "before its first byte": b"",
}


@dataclass(frozen=True)
class Served:
    port: int
    process: subprocess.Popen[str]
    worker: int  # its process id


@contextmanager
def started(folder: Path, quiet: float = PATIENCE, held: int = 2**26, also: str = "") -> Iterator[Served]:
    """A server with one process and two threads, which lets clients be quiet for so long. Nothing that they
    do may bring its process down.
    """
    port = free_port()
    program = IMPATIENT.format(quiet=quiet, held=held, also=also, serve=SERVE)
    process = serve(folder, port, program, THROUGHLINE_WORKERS="1", THROUGHLINE_THREADS="2")
    assert process.stderr is not None
    try:
        booted = next(line for line in process.stderr if "Booting worker" in line)
        yield Served(port, process, int(booted.partition("pid: ")[2].split('"')[0]))
    finally:
        process.send_signal(signal.SIGTERM)
        told = process.communicate(timeout=PATIENCE)[1]
    assert not any(word in told for word in ("Traceback", "exited with code")), told


@contextmanager
def serving(folder: Path, quiet: float = PATIENCE, held: int = 2**26) -> Iterator[int]:
    """Its port."""
    with started(folder, quiet, held) as served:
        yield served.port


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as opened:
        yield opened


def answer_to(opened: socket.socket) -> bytes:
    """All that the server sends until it closes."""
    return b"".join(iter(lambda: opened.recv(65536), b""))


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("served")) as opened:
        yield opened


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_forty_clients_that_stop_sending_keep_nobody_else_waiting(port: int, sent: bytes) -> None:
    with ExitStack() as held:
        for _ in range(40):
            held.enter_context(connected(port)).sendall(sent)
        for _ in range(3):
            assert httpx.get(f"http://127.0.0.1:{port}/livez", timeout=5).status_code == 200


def test_a_body_of_which_no_length_is_said_is_none(port: int) -> None:
    with ExitStack() as held:
        opened = [held.enter_context(connected(port)) for _ in range(8)]
        for one in opened:
            one.sendall(FORM + b"\r\n")
        assert {one.recv(12) for one in opened} == {b"HTTP/1.1 403"}


def test_chunks_that_are_mostly_frame_are_too_large_all_the_same(port: int) -> None:
    with connected(port) as opened:
        opened.sendall(CALL + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * (LARGEST_BODY // 6 + 1))
        assert opened.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_is_quiet_too_long_is_told_so_and_let_go(tmp_path: Path) -> None:
    with serving(tmp_path, quiet=0.5) as port, ExitStack() as held:
        told = {}
        for name, sent in SLOW.items():
            opened = held.enter_context(connected(port))
            opened.sendall(sent)
            told[name] = opened
        answers = {name: answer_to(opened) for name, opened in told.items()}
    assert answers.pop("before its first byte") == b""
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers.values()), answers
    outcome = json.loads(answers["in the middle of a call"].partition(b"\r\n\r\n")[2])
    assert (outcome["resourceType"], outcome["issue"][0]["code"]) == ("OperationOutcome", "timeout")


def test_a_request_in_many_pieces_is_answered_as_one(port: int) -> None:
    body = b"{}"
    whole = (
        b"POST /cds-services/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    with connected(port) as opened:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(whole)):
            opened.sendall(whole[at : at + 1])
        assert answer_to(opened).startswith(b"HTTP/1.1 404 ")


def test_two_requests_sent_at_once_are_answered_one_after_the_other(port: int) -> None:
    asked = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    with connected(port) as opened:
        opened.sendall(asked + b"\r\n" + asked + b"Connection: close\r\n\r\n")
        assert answer_to(opened).count(b"HTTP/1.1 200 ") == 2


def test_chunks_are_put_together_and_the_connection_is_kept(port: int) -> None:
    head = b"POST /cds-services/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    with connected(port) as opened:
        opened.sendall(head + b"\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nSum: x\r\n\r\n")
        opened.sendall(head + b"Connection: close\r\n\r\n0\r\n\r\n")
        assert answer_to(opened).count(b"HTTP/1.1 404 ") == 2


def test_a_client_that_waits_for_leave_to_send_its_body_gets_it(port: int) -> None:
    with connected(port) as opened:
        opened.sendall(
            b"POST /cds-services/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
            b"Connection: close\r\nContent-Length: 2\r\n\r\n"
        )
        assert opened.recv(100).startswith(b"HTTP/1.1 100 ")
        opened.sendall(b"{}")
        assert b"HTTP/1.1 404 " in answer_to(opened)


def test_a_body_as_large_as_is_taken_is_read_and_a_larger_one_is_refused_unread(port: int) -> None:
    url = f"http://127.0.0.1:{port}/staff/sign-in"
    fits = httpx.post(url, content=b"a" * (LARGEST_BODY - 1000), timeout=PATIENCE)
    assert fits.status_code == 403  # read, and found to be no form of ours
    with connected(port) as opened:
        opened.sendall(CALL + b"Content-Length: %d\r\n\r\n" % (LARGEST_BODY + 1) + b"a" * 3_000_000)
        assert opened.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_ends_before_its_length_is_refused_at_once(port: int) -> None:
    with connected(port) as opened:
        opened.sendall(SLOW["in the middle of a form"])
        opened.shutdown(socket.SHUT_WR)
        assert answer_to(opened).startswith(b"HTTP/1.1 400 ")  # and no application sees half a form


def test_what_is_not_http_and_a_head_without_end_are_refused_at_once(port: int) -> None:
    for sent, status in [
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: minus\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: foo\r\n\r\n", b"501"),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked, foo\r\n\r\n", b"501"),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunkedfoo\r\n\r\n", b"501"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * LONGEST_HEAD, b"431"),
    ]:
        with connected(port) as opened:
            opened.sendall(sent)
            assert answer_to(opened).split(b" ", 2)[1] == status


def test_of_too_much_at_once_the_largest_gives_way(tmp_path: Path) -> None:
    with serving(tmp_path, held=2_000_000) as port, connected(port) as large, connected(port) as small:
        small.sendall(SLOW["in the middle of a form"])
        large.sendall(SLOW["in the middle of a form"].replace(b"500", b"9000000") + b"a" * 3_000_000)
        assert answer_to(large).startswith(b"HTTP/1.1 503 ")
        assert httpx.get(f"http://127.0.0.1:{port}/livez", timeout=5).status_code == 200
        small.sendall(b"a" * 494)
        assert small.recv(100).startswith(b"HTTP/1.1 403 ")  # by the application, as no form of ours


def test_five_seconds_without_a_byte_or_half_a_minute_in_all_is_late() -> None:
    request = ArrivingRequest(largest=100, now=0.0)
    request.add(b"G", 1.0)
    assert not request.is_late(1.0 + QUIET_SECONDS - 0.1)
    assert request.is_late(1.0 + QUIET_SECONDS)
    for second in range(2, int(ARRIVING_SECONDS)):
        request.add(b"E", float(second))
        assert not request.is_late(float(second))
    assert request.is_late(ARRIVING_SECONDS)


@pytest.mark.parametrize(
    ("body", "settled"),
    [
        (b"", False),
        (b"0", False),
        (b"0\r\n\r\n", True),
        (b"0\r\nA: b\r\n", False),
        (b"0\r\nA: b\r\n\r\n", True),
        (b"2\r\nab\r\n0\r\n\r", False),
        (b"2\r\nab\r\n0\r\n\r\n", True),
        (b"two\r\nab", True),  # not HTTP: the server says so
    ],
)
def test_chunks_are_whole_with_their_last_one(body: bytes, settled: bool) -> None:
    sent = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    at_once, by_bytes = (ArrivingRequest(largest=1000, now=0.0) for _ in range(2))
    at_once.add(sent, 0.0)
    for at in range(len(sent)):
        by_bytes.add(sent[at : at + 1], 0.0)
    assert (at_once.settled, by_bytes.settled) == (settled, settled)
