"""The guards around all tests: each is seen to fail what it must, and to let pass what it may."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.only_loopback import is_here
from tests.project_files import ROOT

CASES = {
    "a connection": "def test(): socket.create_connection(('example.org', 443))",
    "a swallowed connection": """
def test():
    try:
        socket.create_connection(('192.0.2.1', 443))
    except Exception:
        pass
""",
    "a datagram": "def test(): socket.socket(type=socket.SOCK_DGRAM).sendto(b'?', ('192.0.2.1', 53))",
    "a look-up": "def test(): socket.gethostbyname('example.org')",
    "this machine": """
def test():
    with socket.create_server(('127.0.0.1', 0)) as server, socket.create_connection(server.getsockname()):
        pass
""",
    "a skip for want of a program": "def test(): pytest.skip('no chromium here')",
    "a skip for want of the licensed material": "def test(): pytest.skip('../shared is not here')",
    "a module skipped whole": "pytest.skip('no chromium here', allow_module_level=True)",
    "an expected failure": "@pytest.mark.xfail\ndef test(): assert False",
}


def outcome(tmp_path: Path, case: str, *, ci: str) -> int:
    (tmp_path / "test_case.py").write_text(f"import socket\nimport pytest\n\n{CASES[case]}\n")
    plugins = ["-p", "tests.only_loopback", "-p", "tests.no_silent_skips", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(tmp_path), *plugins, str(tmp_path)]
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize("case", ["a connection", "a swallowed connection", "a datagram", "a look-up"])
def test_reaching_another_machine_fails_the_test(tmp_path, case):
    assert outcome(tmp_path, case, ci="") == pytest.ExitCode.TESTS_FAILED


def test_reaching_this_machine_is_fine(tmp_path):
    assert outcome(tmp_path, "this machine", ci="") == pytest.ExitCode.OK


def test_a_missing_program_skips_on_a_laptop_and_fails_in_ci(tmp_path):
    assert outcome(tmp_path, "a skip for want of a program", ci="") == pytest.ExitCode.OK
    assert outcome(tmp_path, "a skip for want of a program", ci="true") == pytest.ExitCode.TESTS_FAILED


def test_a_module_skipped_whole_fails_in_ci_too(tmp_path):
    assert outcome(tmp_path, "a module skipped whole", ci="true") == pytest.ExitCode.INTERRUPTED


@pytest.mark.parametrize("case", ["a skip for want of the licensed material", "an expected failure"])
def test_what_may_be_left_out_in_ci(tmp_path, case):
    assert outcome(tmp_path, case, ci="true") == pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.255.255.254", True),
        ("128.0.0.1", False),
        ("::1", True),
        ("::2", False),
        ("localhost", True),
        ("ehr.localhost", True),
        ("localhost.example.org", False),
        ("0.0.0.0", False),  # noqa: S104
        (b"127.0.0.1", True),
        ("64:ff9b::7f00:1", False),
        (None, True),
    ],
)
def test_which_hosts_are_this_machine(host, here):
    assert is_here(host) is here
