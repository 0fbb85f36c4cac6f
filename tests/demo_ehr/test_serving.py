"""Two servers in one process: they answer, stop, and say when a port is taken."""

import socket

import httpx
import pytest

from smart_app.demo_ehr import serving
from smart_app.demo_ehr.serving import (
    ANY_PORTS,
    NotReady,
    PortTaken,
    listen,
    listen_in_pair,
    served,
    wait_until_ready,
)


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


def test_an_application_answers_under_both_names_while_it_is_served():
    sockets = listen(0, both=True)
    port = sockets[0].getsockname()[1]

    with served(hello, sockets):
        wait_until_ready(f"http://localhost:{port}/")
        answers = {httpx.get(f"http://{host}:{port}/").text for host in ("127.0.0.1", "localhost")}

    assert answers == {"hello"}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/")


def test_a_port_that_is_taken_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=f"port {port} of 127.0.0.1 is taken"):
            listen(port, both=True)


def test_a_port_taken_on_the_other_loopback_is_no_free_port():
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no ::1")
    with other:
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match="::1"):
            listen(port, both=True)


def ports(sockets):
    return {one.getsockname()[1] for one in sockets}


def close(*sockets):
    for one in sockets:
        one.close()


def test_a_pair_is_a_port_and_the_next_one_and_what_is_refused_keeps_none():
    first, second = listen_in_pair(ANY_PORTS)
    (port,) = ports(first)

    assert ports(second) == {port + 1}
    with pytest.raises(PortTaken, match=f"port {port} of"):
        listen_in_pair([port])
    close(*first)
    with pytest.raises(PortTaken, match=f"port {port + 1} of"):
        listen_in_pair([port])
    close(*second)
    again = listen_in_pair([port])
    assert [ports(one) for one in again] == [{port}, {port + 1}]
    close(*again[0], *again[1])


def test_another_pair_is_tried_where_the_next_port_is_taken():
    first, second = listen_in_pair(ANY_PORTS)
    (port,) = ports(first)
    close(*first)
    others = listen_in_pair([port, *ANY_PORTS])
    close(*second)

    assert ports(others[0]) != {port}
    close(*others[0], *others[1])


def test_a_server_that_answers_badly_is_not_ready(monkeypatch):
    def unwell(environ, start_response):
        start_response("503 Unavailable", [("Content-Length", "8")])
        return [b"database"]

    monkeypatch.setattr(serving, "READY_WITHIN", 0.2)
    sockets = listen(0, both=False)
    port = sockets[0].getsockname()[1]

    with served(unwell, sockets), pytest.raises(NotReady, match="HTTP 503: database"):
        wait_until_ready(f"http://127.0.0.1:{port}/")
