"""Two web applications on this computer, in threads of one process, until told to stop."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from threading import Thread
from time import monotonic, sleep
from wsgiref.types import WSGIApplication

import httpx
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

READY_WITHIN = 30.0  # seconds
ANY_PORTS = (0,) * 50  # the system gives one that is free; the next one may be taken


class PortTaken(OSError):
    """Somebody listens there already."""


class NotReady(RuntimeError):
    """A server was started and does not answer as it should."""


class _Quiet(WSGIRequestHandler):
    """No line per request: the terminal shows the addresses to open, and what goes wrong."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        return


def listen(port: int, *, both: bool) -> list[socket.socket]:
    """Listening sockets on 127.0.0.1, with `both` also on ::1: a browser's "localhost" may be either.

    Raises PortTaken.
    """
    sockets = [_listening(socket.AF_INET, "127.0.0.1", port)]
    if both and socket.has_ipv6:
        try:
            sockets.append(_listening(socket.AF_INET6, "::1", sockets[0].getsockname()[1]))
        except PortTaken:
            sockets[0].close()
            raise
        except OSError:  # no ::1 here: "localhost" is 127.0.0.1 alone
            pass
    return sockets


def listen_in_pair(ports: Sequence[int]) -> tuple[list[socket.socket], list[socket.socket]]:
    """Listening sockets on the first of these ports that is free together with the next one; 0 is any port.
    The next one listens on ::1 too.

    Raises PortTaken, of the last.
    """
    *others, last = ports
    for port in others:
        with suppress(PortTaken):
            return _pair(port)
    return _pair(last)


def _pair(port: int) -> tuple[list[socket.socket], list[socket.socket]]:
    first = listen(port, both=False)
    try:
        return first, listen(first[0].getsockname()[1] + 1, both=True)
    except OSError:
        first[0].close()
        raise


@contextmanager
def served(app: WSGIApplication, sockets: list[socket.socket]) -> Iterator[None]:
    """The application answers on these sockets, in threads, while the context lasts."""
    with ExitStack() as stack:
        for listening in sockets:
            stack.enter_context(listening)
            host, port = listening.getsockname()[:2]
            fd = listening.fileno()
            server = make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=fd)
            stack.callback(server.server_close)
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
            thread.start()
            stack.callback(_stop, server, thread)
        yield


def wait_until_ready(address: str) -> None:
    """Returns when the address answers 200. Raises NotReady, with the last answer, after READY_WITHIN."""
    until, last = monotonic() + READY_WITHIN, "no answer"
    while monotonic() < until:
        try:
            answer = httpx.get(address, timeout=5, trust_env=False)
        except httpx.HTTPError as error:
            last = str(error)
        else:
            if answer.status_code == 200:
                return
            last = f"HTTP {answer.status_code}: {answer.text[:300]}"
        sleep(0.05)
    raise NotReady(f"{address} did not become ready in {READY_WITHIN:.0f} s: {last}")


def _listening(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(errno.EADDRINUSE, f"port {port} of {host} is taken") from None
        raise
    return listening


def _stop(server: BaseWSGIServer, thread: Thread) -> None:
    server.shutdown()
    thread.join(timeout=5)
