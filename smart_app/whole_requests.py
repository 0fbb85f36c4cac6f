"""gunicorn's worker with threads, changed in one thing: a request takes a thread only once it is whole.

gthread gives a connection a thread with its first byte. Whoever then sends slowly holds it for as long as he
likes: a few dozen sockets were enough to silence the server. Here the loop that waits for all connections
receives, and a slow sender costs a socket and the bytes he sent. Late ones are answered 408.

It leans on gunicorn's inside: each method here is one of gthread's own or starts with an underscore, and the
parser's `unreader` is told where to read. So pyproject.toml names the version closely, and
tests/smart_app/test_hostile_clients.py fails when that inside is no longer the one it was tried with.
"""

from __future__ import annotations

import contextlib
import socket
from concurrent.futures import Future
from errno import errorcode
from functools import partial
from io import BytesIO
from selectors import EVENT_READ
from typing import Any

from gunicorn import http, util
from gunicorn.workers.gthread import TConn, ThreadWorker

from cds_service.outside import clock
from cds_service.web import PATH
from smart_app.app import LARGEST_BODY
from smart_app.arriving_request import ArrivingRequest
from smart_app.refused_early import refusal

HELD_BYTES = 128 * 1024 * 1024
"""Of all requests that arrive, wait for a thread or are being answered, in one process."""

BLOCKED_SECONDS = 20.0
"""Longest time for an answer to be taken."""

_LINGER_SECONDS = 2.0  # for an answer to be read before the connection goes (RFC 9112, 9.6)
_PAUSE_SECONDS = 1.0  # after a connection could not be taken
_ANSWER_BYTES = 1024 * 1024  # that the system may hold for a client, so that a slow reader keeps no thread
_READ_AT_ONCE = 64 * 1024  # bytes; a request of no more is never refused for those beside it
_LEAVE = b"HTTP/1.1 100 Continue\r\n\r\n"


class CutShort(http.errors.ChunkMissingTerminator):  # type: ignore[misc]  # one of those that gunicorn answers 400
    """It ended before its end, so that nobody should act on what is there (RFC 9112, 8)."""

    def __init__(self) -> None:
        super().__init__(b"")

    def __str__(self) -> str:
        return "the request is not whole"


class _Arrived(BytesIO):
    """Stands before a thread in place of the socket: what was received, in pieces as a socket gives them, and
    after it nothing. (All at once would not do: gunicorn's parser copies what it holds for every chunk.)
    """

    def recv(self, size: int) -> bytes:
        return self.read(size)


class Connection(TConn):  # type: ignore[misc]  # gunicorn publishes no types
    """One client's connection. `whole`: all of its request is here, so that nothing can block."""

    whole = False
    arrived: _Arrived  # its bytes, since a thread has it

    def init(self) -> None:
        super().init()
        self.sock.settimeout(BLOCKED_SECONDS)


class WholeRequests(ThreadWorker):  # type: ignore[misc]
    """Receives requests in the loop, and hands them to threads when they are whole."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._arriving: dict[Connection, ArrivingRequest] = {}  # the longest waiting first
        self._leaving: dict[socket.socket, float] = {}  # until when
        self._held = 0
        self._accepts_from = 0.0
        self._closed = False
        self._next_look = 0.0

    def accept(self, listener: socket.socket) -> bool:
        """Whether there was one."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return False
        except OSError as error:  # no descriptor or memory for one more (accept(2)); the others go on
            self.log.warning("no connection can be taken: %s", errorcode.get(error.errno or 0))
            self._accepts_from = clock.monotonic() + _PAUSE_SECONDS
            super().set_accept_enabled(False)
            return False
        with contextlib.suppress(OSError):  # it may be gone already
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ANSWER_BYTES)
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, client, address, listener.getsockname()))
        return True

    def set_accept_enabled(self, enabled: bool) -> None:
        """As gunicorn does, unless descriptors are short. A worker that stops lets in who stands at its door
        and then closes it, so that the next are refused or go to another worker; else they would be reset.
        """
        super().set_accept_enabled(enabled and clock.monotonic() >= self._accepts_from)
        if enabled or self.alive or self._closed:
            return
        self._closed = True
        for listener in self.sockets:
            while self.nr_conns < self.worker_connections and self.accept(listener):
                pass
            listener.close()

    def enqueue_req(self, conn: Connection) -> None:
        """Begin to receive: from a new connection, or from a kept one that sends again."""
        self._begin(conn, b"")

    def _begin(self, conn: Connection, ahead: bytes) -> None:
        """`ahead` came with the request before."""
        conn.sock.setblocking(False)
        self._arriving[conn] = ArrivingRequest(LARGEST_BODY, clock.monotonic())
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))
        if ahead:
            self._received(conn, ahead)
        else:
            self._receive(conn, conn.sock)

    def _receive(self, conn: Connection, _: socket.socket) -> None:
        try:
            piece = conn.sock.recv(_READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if piece:
            self._received(conn, piece)
        elif self._arriving[conn].has_its_head:  # cut short, and told so
            self._hand_over(conn)
        else:
            self._forget(conn)
            self.nr_conns -= 1
            conn.close()

    def _received(self, conn: Connection, piece: bytes) -> None:
        request = self._arriving[conn]
        had_its_head = request.has_its_head
        request.add(piece, clock.monotonic())
        self._held += len(piece)
        if request.is_too_large:
            self._refuse(conn, 413)
        elif request.settled:
            self._hand_over(conn)
        elif request.head_is_too_long:
            self._refuse(conn, 431)
        elif request.waits_for_leave and not had_its_head:
            with contextlib.suppress(OSError):
                conn.sock.send(_LEAVE)

    def _hand_over(self, conn: Connection) -> None:
        request = self._forget(conn)
        conn.whole, conn.arrived = request.whole, _Arrived(request.received)
        self._held += len(request.received)
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader.sock = conn.arrived
        conn.data_ready = True
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """In a thread. The body is taken before the application sees anything: one with a fault is answered
        400, and once. Leave to send it was given by the loop.
        """
        req._expected_100_continue = False
        try:
            req.body = BytesIO(req.body.read())
        except http.errors.NoMoreData:
            conn.whole = False
        if not conn.whole:
            raise CutShort
        return super().handle_request(req, conn)

    def finish_request(self, conn: Connection, done: Future[Any]) -> None:
        """As gunicorn does; but it would linger for two seconds in the loop, where everybody waits. And a
        request that was not whole ends its connection: where the next would begin is not known.
        """
        self._held -= conn.arrived.getbuffer().nbytes
        kept = conn.whole and not done.cancelled() and done.exception() is None and done.result()
        ahead = conn.parser.unreader.take_buffered() + conn.arrived.read() if kept else b""
        conn.arrived.close()
        if ahead:
            self._begin(conn, ahead)
        elif kept:
            super().finish_request(conn, done)
        else:
            self._let_go(conn.sock)

    def _forget(self, conn: Connection) -> ArrivingRequest:
        request = self._arriving.pop(conn)
        self._held -= len(request.received)
        self.poller.unregister(conn.sock)
        return request

    def _refuse(self, conn: Connection, status: int) -> None:
        """Answer in the loop; to a connection on which nothing was asked there is nothing to say."""
        request = self._forget(conn)
        if not request.received:
            self.nr_conns -= 1
            conn.close()
            return
        self.log.warning("a request was refused while it arrived: %s", status)
        with contextlib.suppress(OSError):
            conn.sock.send(refusal(status, as_outcome=request.is_for(PATH)))
        self._let_go(conn.sock)

    def _let_go(self, sock: socket.socket) -> None:
        """Close a connection of which more may come, without losing the answer on its way."""
        try:
            sock.setblocking(False)
            sock.shutdown(socket.SHUT_WR)
        except OSError:  # it is gone already: its client left, or gunicorn closed it after half an answer
            self.nr_conns -= 1
            util.close(sock)
            return
        self._leaving[sock] = clock.monotonic() + _LINGER_SECONDS
        self.poller.register(sock, EVENT_READ, self._discard)

    def _discard(self, sock: socket.socket) -> None:
        try:
            more = sock.recv(_READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._close(sock)

    def _close(self, sock: socket.socket) -> None:
        del self._leaving[sock]
        self.nr_conns -= 1
        self.poller.unregister(sock)
        util.close(sock)

    def murder_pending(self) -> None:
        """gunicorn asks this after every round of its loop. Only here one connection gives way to another:
        within a round, what happened to it may still wait for its turn.
        """
        self._make_room()
        now = clock.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + 1
        for conn in [each for each, request in self._arriving.items() if self._ends(request, now)]:
            self._refuse(conn, 408)
        for sock in [each for each, until in self._leaving.items() if until <= now]:
            self._close(sock)

    def _make_room(self) -> None:
        while self._held > HELD_BYTES and self._arriving:
            largest = max(self._arriving, key=lambda each: len(self._arriving[each].received))
            if len(self._arriving[largest].received) <= _READ_AT_ONCE:
                break
            self._refuse(largest, 503)
        while self.nr_conns >= self.worker_connections:
            if self._leaving:
                self._close(next(iter(self._leaving)))
            elif len(self._arriving) > 1:  # whoever came last may stay
                self._refuse(next(iter(self._arriving)), 503)
            else:
                break

    def _ends(self, request: ArrivingRequest, now: float) -> bool:
        """A stopping server does not wait for a request that was not begun."""
        idle = not self.alive and not request.received and now - request.heard >= _LINGER_SECONDS
        return idle or request.is_late(now)
