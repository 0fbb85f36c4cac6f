"""`throughline demo` as it is typed: it says where to look, what was wrong, and goes when told to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from cds_service.outside.registry import read_host_ehr
from smart_app.commands.demo import host_ehr

# Of each worker its own, lest two find the same port free.
FIRST_PORT = 18_400 + 100 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
LAST_PORT = FIRST_PORT + 100


def free_pair() -> int:
    """A port that is free, and the next one too."""
    for port in range(FIRST_PORT, LAST_PORT, 2):
        try:
            for one in (port, port + 1):
                socket.create_server(("127.0.0.1", one)).close()
        except OSError:
            continue
        return port
    pytest.fail(f"no two free ports between {FIRST_PORT} and {LAST_PORT}")


@contextmanager
def typed(*arguments: str, temporary) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "smart_app.cli", "demo", *arguments]
    environment = {"TMPDIR": str(temporary), "PATH": "/usr/bin:/bin"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], wanted: str) -> str:
    """What it printed, up to the line with the wanted words."""
    printed = ""
    assert process.stdout is not None
    for line in process.stdout:
        printed += line
        if wanted in line:
            return printed
    assert process.stderr is not None
    pytest.fail(f"{wanted!r} was never printed, but: {printed}{process.stderr.read()}")


@pytest.mark.parametrize("stopped_by", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_where_to_look_and_leaves_nothing_behind_when_told_to_stop(tmp_path, stopped_by):
    port = free_pair()
    with typed("--port", str(port), temporary=tmp_path) as process:
        printed = until(process, "Ctrl-C")
        address = re.search(r"Open the demo EHR:\s+(\S+)", printed)
        assert address is not None
        page = httpx.get(address[1]).text
        services = httpx.get(f"http://127.0.0.1:{port}/cds-services").json()

        process.send_signal(stopped_by)
        rest, errors = process.communicate(timeout=90)

    assert "Bram Sedgewater" in page
    assert services["services"]
    assert (process.returncode, rest.strip(), errors) == (0, "Stopped.", "")
    assert list(tmp_path.iterdir()) == []
    socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.parametrize("which", [0, 1])
def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path, which):
    port = free_pair()
    with (
        socket.create_server(("127.0.0.1", port + which)),
        typed("--port", str(port), temporary=tmp_path) as process,
    ):
        _, errors = process.communicate(timeout=90)

    assert process.returncode == 1
    assert f"port {port + which} of 127.0.0.1 is taken" in errors
    assert f"throughline demo --port {port + 10}" in errors
    assert "Traceback" not in errors


def test_a_broken_line_in_the_people_folder_is_named_and_the_rest_is_shown(tmp_path):
    people = tmp_path / "people"
    people.mkdir()
    patient = '{"resourceType":"Patient","id":"p1","name":[{"family":"Quist","given":["Ida"]}]}'
    (people / "Patient.ndjson").write_text(f'{patient}\n{{"resourceType":\n')
    port = free_pair()
    with typed("--port", str(port), "--people", str(people), temporary=tmp_path) as process:
        printed = until(process, "Ctrl-C") + until(process, "Patient.ndjson")
        page = httpx.get(f"http://localhost:{port + 1}/").text

    assert "1 patient" in printed
    assert "Patient.ndjson:2" in printed
    assert "Ida Quist" in page
    assert "Patient.ndjson:2" in page


def test_a_people_folder_that_is_not_there_is_said(tmp_path):
    with typed("--people", str(tmp_path / "nowhere"), temporary=tmp_path) as process:
        _, errors = process.communicate(timeout=90)

    assert process.returncode == 2
    assert "nowhere" in errors


def test_the_demo_ehr_is_registered_by_a_file_that_ehr_add_takes(tmp_path):
    import yaml

    file = tmp_path / "demo.yaml"
    file.write_text(yaml.safe_dump(host_ehr("http://localhost:8001")))

    ehr = read_host_ehr(file)

    assert ehr.fhir_base == "http://localhost:8001/fhir"
    assert ehr.frame_ancestors == ("http://localhost:8001",)
