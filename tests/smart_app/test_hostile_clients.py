"""A real server, and clients that mean it harm: faulty frames, full houses, more than memory holds."""

from __future__ import annotations

import hashlib
import inspect
import os
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import gunicorn
import httpx
import pytest
from gunicorn import util
from gunicorn.http.body import Body
from gunicorn.http.parser import Parser
from gunicorn.http.unreader import SocketUnreader, Unreader
from gunicorn.workers import gthread

from smart_app.app import LARGEST_BODY
from smart_app.arriving_request import LONGEST_HEAD, MOST_CHUNKS
from smart_app.commands.serve import most_connections
from tests.smart_app.test_slow_senders import CALL, PATIENCE, Served, answer_to, connected, started

TRIED_WITH = ("27.0.1", "5573ad54282d6a08")
HEAD = b"POST /launch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
FAULTS = {
    "a chunk whose size is no number": CHUNKED + b"zz\r\niss=a\r\n" + END,
    "a chunk of a negative size": CHUNKED + b"-5\r\niss=a\r\n" + END,
    "a chunk that is longer than it says": CHUNKED + b"2\r\niss=a\r\n" + END,
    "a chunk line that ends in a bare line feed": CHUNKED + b"5\niss=a\n0\n\n",
    "a chunk line without an end": CHUNKED + b"5;" + b"a" * 2000,
    "a length in the trailers": CHUNKED + b"5\r\niss=a\r\n0\r\nContent-Length: 3\r\n\r\n",
    "trailers without an end": CHUNKED + b"0\r\n" + b"X: aaaaaaaa\r\n" * (LONGEST_HEAD // 13 + 10),
    "a length and chunks": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a negative length": HEAD + b"Content-Length: -5\r\n\r\niss=a",
    "a length with a sign": HEAD + b"Content-Length: +5\r\n\r\niss=a",
    "more digits of a length than there are bytes": HEAD + b"Content-Length: 9999999999999999\r\n\r\niss=a",
    "a list of lengths": HEAD + b"Content-Length: 5, 5\r\n\r\niss=a",
    "a head that ends in bare line feeds": b"GET /livez HTTP/1.1\nHost: 127.0.0.1\n\n",
    "a folded header": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n b\r\n\r\n",
    "a NUL in a header": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\0b\r\n\r\n",
    "two hosts": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n",
    "HTTP/0.9": b"GET /livez\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n"
KEPT = LIVEZ.replace(b"GET", b"HEAD") + b"\r\n"
SMALL_HOUSE = "import smart_app.commands.serve as serve; serve.CONNECTIONS = 8"
FEW_DESCRIPTORS = """
import resource
import smart_app.commands.serve as serve
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
serve.most_connections = lambda: 1000  # as if somebody else had taken the rest
"""
WAITING = """
import sys
import threading
import smart_app.commands.serve as serve
told_to_go = threading.Event()

def application(environ, start_response):
    if environ["PATH_INFO"] == "/go":
        told_to_go.set()
    print("at work", file=sys.stderr, flush=True)
    told_to_go.wait(60)
    start_response("200 OK", [("Content-Length", "0")])
    return []

serve.Server.load = lambda self: application
"""
LONG = """
import smart_app.commands.serve as serve

def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "120000")])
    return [b"a" * 120_000]

serve.Server.load = lambda self: application
"""
BREAKING = """
import smart_app.commands.serve as serve

def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    if environ["PATH_INFO"] == "/whole":
        return [b"ab"]
    return broken()

def broken():
    yield b"a"
    raise LookupError

serve.Server.load = lambda self: application
"""


def told(served: Served, words: str) -> bool:
    """Reads the server's log until it says so."""
    assert served.process.stderr is not None
    return any(words in line for line in served.process.stderr)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with started(tmp_path_factory.mktemp("served")) as served:
        yield served.port


@pytest.mark.parametrize("sent", FAULTS.values(), ids=FAULTS)
def test_a_fault_in_the_frame_is_answered_at_once_and_once(port: int, sent: bytes) -> None:
    with connected(port) as opened:
        opened.sendall(sent)
        answer = answer_to(opened)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 ")), answer
    assert answer.count(b"HTTP/1.1 4") == 1


def test_chunks_that_end_too_early_are_told_so(port: int) -> None:
    with connected(port) as opened:
        opened.sendall(CHUNKED + b"9\r\niss")
        opened.shutdown(socket.SHUT_WR)
        assert answer_to(opened).startswith(b"HTTP/1.1 400 ")


def test_a_chunk_is_refused_by_the_size_it_says(port: int) -> None:
    with connected(port) as opened:
        opened.sendall(CALL + b"Transfer-Encoding: chunked\r\n\r\n%x\r\na" % (LARGEST_BODY + 1))
        assert answer_to(opened).startswith(b"HTTP/1.1 413 ")


def test_a_body_may_come_in_many_chunks_but_not_in_any_number(port: int) -> None:
    for chunks, status in [(MOST_CHUNKS, b"404"), (MOST_CHUNKS + 1, b"413")]:
        with connected(port) as opened:
            opened.sendall(b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
            opened.sendall(b"1\r\na\r\n" * chunks + END)
            assert opened.recv(100).split(b" ", 2)[1] == status


def test_leave_to_send_is_given_once_and_not_to_those_who_do_not_know_it(port: int) -> None:
    head = b"POST /launch HTTP/1.%d\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    with connected(port) as new, connected(port) as old:
        new.sendall(head % 1)
        old.sendall(head % 0)
        assert new.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        new.sendall(b"iss=a")
        old.sendall(b"iss=a")
        assert not new.recv(100).startswith(b"HTTP/1.1 100 ")
        assert not answer_to(old).startswith(b"HTTP/1.1 100 ")


def test_a_header_that_is_only_called_like_a_length_is_none(port: int) -> None:
    with connected(port) as opened:
        opened.sendall(LIVEZ + b"Content-Length-Hint: 5\r\nConnection: close\r\n\r\n")
        assert answer_to(opened).startswith(b"HTTP/1.1 200 ")


def test_a_hundred_requests_sent_at_once_get_a_hundred_answers(port: int) -> None:
    with connected(port) as opened:
        opened.sendall((LIVEZ + b"\r\n") * 99 + LIVEZ + b"Connection: close\r\n\r\n")
        assert answer_to(opened).count(b"HTTP/1.1 200 ") == 100


def test_a_connection_that_gives_way_may_send_in_that_very_moment(tmp_path: Path) -> None:
    with started(tmp_path, also=SMALL_HOUSE) as served:
        for _ in range(10):
            with ExitStack() as held:
                waiting = [held.enter_context(connected(served.port)) for _ in range(7)]
                assert httpx.get(f"http://127.0.0.1:{served.port}/livez", timeout=5).status_code == 200
                os.kill(served.worker, signal.SIGSTOP)  # so that all of this is there at once
                held.enter_context(connected(served.port))
                for one in waiting:
                    one.sendall(b"GET /livez")
                os.kill(served.worker, signal.SIGCONT)
        assert httpx.get(f"http://127.0.0.1:{served.port}/livez", timeout=5).status_code == 200


@pytest.mark.parametrize("sent", [b"", b"GET /li", KEPT], ids=["silent", "slow", "kept"])
def test_who_only_holds_connections_does_not_shut_others_out(tmp_path: Path, sent: bytes) -> None:
    with started(tmp_path, also=SMALL_HOUSE) as served, ExitStack() as held:
        for _ in range(20):
            opened = held.enter_context(connected(served.port))
            opened.sendall(sent)
            if sent == KEPT:
                assert opened.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert httpx.get(f"http://127.0.0.1:{served.port}/livez", timeout=4).status_code == 200


def test_a_server_without_descriptors_serves_those_it_has_and_then_others(tmp_path: Path) -> None:
    with started(tmp_path, quiet=0.5, also=FEW_DESCRIPTORS) as served, ExitStack() as held:
        with connected(served.port) as first:
            first.sendall(KEPT)
            assert first.recv(1000).startswith(b"HTTP/1.1 200 ")
            for _ in range(80):
                held.enter_context(connected(served.port))
            assert told(served, "EMFILE")
            first.sendall(KEPT)
            assert first.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert httpx.get(f"http://127.0.0.1:{served.port}/livez", timeout=PATIENCE).status_code == 200


@pytest.mark.parametrize(
    ("allowed", "connections"),
    [(64, 32), (1024, 768), (1255, 999), (1256, 1000), (20_000, 1000), (resource.RLIM_INFINITY, 1000)],
)
def test_descriptors_are_left_to_the_database(
    allowed: int, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (allowed, allowed))
    assert most_connections() == connections


def test_what_is_being_answered_counts_as_held_but_the_small_are_let_through(tmp_path: Path) -> None:
    post = b"POST /wait HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 1900000\r\n\r\n"
    with started(tmp_path, held=2_000_000, also=WAITING) as served:
        with connected(served.port) as first, connected(served.port) as second:
            first.sendall(post + b"a" * 1_900_000)
            assert told(served, "at work")
            second.sendall(post + b"a" * 900_000)
            assert answer_to(second).startswith(b"HTTP/1.1 503 ")
            assert httpx.get(f"http://127.0.0.1:{served.port}/go", timeout=5).status_code == 200
            assert answer_to(first).startswith(b"HTTP/1.1 200 ")
        with connected(served.port) as third:  # what was answered is held no more
            third.sendall(post + b"a" * 1_900_000)
            assert answer_to(third).startswith(b"HTTP/1.1 200 ")


def test_an_answer_that_breaks_off_ends_its_connection_alone(tmp_path: Path) -> None:
    with started(tmp_path, also=BREAKING) as served:
        for _ in range(3):
            with connected(served.port) as opened:
                opened.sendall(b"GET /broken HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                assert answer_to(opened).endswith(b"\r\n\r\na")
        assert httpx.get(f"http://127.0.0.1:{served.port}/whole", timeout=5).text == "ab"


def test_clients_that_do_not_read_a_page_keep_nobody_else_waiting(tmp_path: Path) -> None:
    with started(tmp_path, also=LONG) as served, ExitStack() as held:
        for _ in range(8):
            opened = held.enter_context(socket.socket())
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)  # as far away, not as on loopback
            opened.connect(("127.0.0.1", served.port))
            opened.sendall(LIVEZ + b"\r\n")
        assert httpx.get(f"http://127.0.0.1:{served.port}/", timeout=5).status_code == 200


def test_gunicorn_inside_is_as_it_was_when_this_worker_was_tried_with_it() -> None:
    """Another gunicorn: read what changed in these, try all tests of this folder, write it here."""
    inside = (gthread.ThreadWorker, gthread.TConn, Unreader, SocketUnreader, Parser, Body, util.write_error)
    sources = "".join(inspect.getsource(each) for each in inside)
    assert (gunicorn.__version__, hashlib.sha256(sources.encode()).hexdigest()[:16]) == TRIED_WITH
