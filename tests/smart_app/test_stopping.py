"""A real server that is told to stop or to begin anew, while requests arrive, wait and are worked on."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Event

import httpx

from tests.smart_app.test_hostile_clients import LIVEZ, WAITING, told
from tests.smart_app.test_slow_senders import PATIENCE, answer_to, connected, started


def test_a_server_that_is_told_to_stop_answers_what_arrives_and_what_it_works_on(tmp_path: Path) -> None:
    with started(tmp_path, also=WAITING) as served, ExitStack() as held:
        worked_on, arriving, silent = (held.enter_context(connected(served.port)) for _ in range(3))
        worked_on.sendall(b"GET /wait HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert told(served, "at work")
        arriving.sendall(b"GET /go HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        served.process.send_signal(signal.SIGTERM)
        assert answer_to(silent) == b""
        arriving.sendall(b"\r\n")
        assert answer_to(arriving).startswith(b"HTTP/1.1 200 ")
        assert answer_to(worked_on).startswith(b"HTTP/1.1 200 ")
        assert served.process.wait(PATIENCE) == 0


def test_a_server_that_is_told_to_stop_answers_those_who_stand_at_its_door(tmp_path: Path) -> None:
    with started(tmp_path) as served, ExitStack() as held:
        os.kill(served.worker, signal.SIGSTOP)
        waiting = [held.enter_context(connected(served.port)) for _ in range(5)]
        for one in waiting:
            one.sendall(LIVEZ + b"\r\n")
        served.process.send_signal(signal.SIGTERM)
        assert told(served, "Handling signal: term")
        os.kill(served.worker, signal.SIGCONT)
        assert [answer_to(one)[:12] for one in waiting] == [b"HTTP/1.1 200"] * 5


def test_a_reload_loses_no_request(tmp_path: Path) -> None:
    all_ask, reloaded = Barrier(5), Event()

    def ask_until_it_is(port: int) -> set[int]:
        seen: set[int] = set()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
            seen.add(client.get("/go").status_code)
            all_ask.wait(PATIENCE)
            while not reloaded.is_set():
                seen.add(client.get("/go").status_code)
                seen.add(client.get("/go", headers={"Connection": "close"}).status_code)
        return seen

    with started(tmp_path, also=WAITING) as served, ThreadPoolExecutor(4) as clients:
        asked = [clients.submit(ask_until_it_is, served.port) for _ in range(4)]
        try:
            all_ask.wait(PATIENCE)
            served.process.send_signal(signal.SIGHUP)
            assert told(served, f"Worker exiting (pid: {served.worker})")
        finally:
            reloaded.set()
        assert [one.result() for one in asked] == [{200}] * 4
