"""`throughline serve`: a real server in a process of its own, started, asked and stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cds_service.test_rules import GOOD

SECRET = "a secret of the tests, long enough"


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


SERVE = "from smart_app.cli import main; main(['serve'])"


def serve(folder: Path, port: int, program: str = SERVE, **settings: str) -> subprocess.Popen[str]:
    variables = {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder),
        "THROUGHLINE_DATABASE_URL": f"sqlite:///{folder / 'served.sqlite3'}",
        "THROUGHLINE_SECRET_KEY": SECRET,
        "THROUGHLINE_BIND": f"127.0.0.1:{port}",
        "THROUGHLINE_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-c", program]
    return subprocess.Popen(command, env=variables | settings, stderr=subprocess.PIPE, text=True)


@contextmanager
def running(folder: Path, workers: int = 2, **settings: str) -> Iterator[tuple[str, list[str]]]:
    """(address, log lines) of a server; the lines are complete when the block is left."""
    port = free_port()
    process = serve(folder, port, THROUGHLINE_WORKERS=str(workers), THROUGHLINE_THREADS="4", **settings)
    assert process.stderr is not None
    lines: list[str] = []
    try:
        booted = 0
        for line in process.stderr:
            lines.append(line)
            booted += "Booting worker" in line
            if booted == workers:
                break
        assert booted == workers, "".join(lines)
        yield f"http://127.0.0.1:{port}", lines
    finally:
        process.send_signal(signal.SIGTERM)
        lines += process.communicate(timeout=30)[1].splitlines(keepends=True)


def test_a_server_answers_logs_no_urls_adds_up_its_workers_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path) as (address, lines), httpx.Client(base_url=address, timeout=30) as client:
        for _ in range(12):
            assert client.get("/livez", headers={"Connection": "close"}).status_code == 200
        assert client.get("/readyz").json()["status"] == "ok"
        for _ in range(8):  # by whichever worker: the sum is the same
            client.post("/cds-services/throughline-patient-view", json={}, headers={"Connection": "close"})
        pages = {client.get("/metrics", headers={"Connection": "close"}).text for _ in range(6)}
        counted = {
            line
            for page in pages
            for line in page.splitlines()
            if line.startswith("throughline_cds_requests")
        }
        assert {line.rpartition(" ")[2] for line in counted if "_created" not in line} == {"8.0"}
        client.get("/callback", params={"code": "canary-code", "state": "canary-state"})
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as raw:
            raw.sendall(b"GET /callback?code=canary-code\r\n\r\n")
            assert b"400" in raw.recv(1000)
    log = "".join(lines)
    assert '"route": "health.livez"' in log
    assert "canary" not in log
    assert [path.name for path in tmp_path.iterdir() if "metrics" in path.name] == []


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_missing_or_short_secret_is_refused_in_one_line(tmp_path: Path, secret: str) -> None:
    process = serve(tmp_path, free_port(), THROUGHLINE_SECRET_KEY=secret)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert "THROUGHLINE_SECRET_KEY" in told
    assert "openssl rand -base64 32" in told
    assert "Traceback" not in told
    assert not (tmp_path / "served.sqlite3").exists()


def test_a_broken_rule_stops_the_start_and_is_named_with_its_file(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "broken.yaml").write_text("id: broken\nwhen: {measure: CMS9999}\n")
    process = serve(tmp_path, free_port(), THROUGHLINE_RULES_DIR=str(rules))
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert "broken.yaml" in told
    assert "Traceback" not in told


def test_a_worker_that_starts_while_a_rule_file_is_wrong_serves_with_the_rules_before(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "mine.yaml").write_text(GOOD)
    with (
        running(tmp_path, workers=1, THROUGHLINE_RULES_DIR=str(rules)) as (address, lines),
        httpx.Client(base_url=address, timeout=30, headers={"Connection": "close"}) as client,
    ):
        assert "rules_refused" not in client.get("/readyz").json()
        (rules / "mine.yaml").write_text(GOOD.replace("CMS122", "CMS999"))
        os.kill(int(re.findall(r"pid: (\d+)", lines[-1])[-1]), signal.SIGKILL)
        told = client.get("/readyz").json()
    assert told["rules_refused"] == ["mine.yaml:6"]
    assert sum("Booting worker" in line for line in lines) == 2
