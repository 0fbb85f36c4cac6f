"""Tests talk to this machine only: any look-up of, or connection to, another address fails the test that
made it.

The interpreter's audit hook sees every Python socket, whichever library opened it. What code under test
catches is remembered, so a swallowed refusal fails its test too. (Chromium and PostgreSQL are programs of
their own: Chromium is started without background networking, PostgreSQL listens on loopback.)
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Generator
from typing import Any

import pytest

LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
CONNECTIONS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})

refused: list[str] = []


class CalledOutside(RuntimeError):
    """A test tried to reach another machine."""


def is_here(host: object) -> bool:
    """Whether a host given to a look-up or a connection is this machine."""
    if host is None or host == "":
        return True  # the wildcard, for listening
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name == "localhost" or name.endswith(".localhost") or name == socket.gethostname():
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in LOOKUPS:
        host = arguments[0]
    elif event in CONNECTIONS and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:  # anything else, and Unix sockets, whose address is a path
        return
    if not is_here(host):
        refused.append(f"{event}({host!r})")
        raise CalledOutside(f"{refused[-1]}: tests may reach loopback addresses only")


sys.addaudithook(watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    refused.clear()
    result = yield
    if refused:
        pytest.fail(f"reached outside this machine, and the error was swallowed: {', '.join(refused)}")
    return result
