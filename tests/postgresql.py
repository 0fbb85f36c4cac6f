"""A PostgreSQL of the tests' own: initialised in a temporary folder, on loopback, gone afterwards.

PostgreSQL refuses to run as root, so root hands it to the system user `postgres` (Debian's package makes it);
any other user runs it as themselves.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
SUPERUSER = "throughline"


class NotInstalled(RuntimeError):
    """There is no PostgreSQL on this machine; the message says how to get one."""


@dataclass(frozen=True)
class Cluster:
    """A running server on loopback; it trusts whoever connects."""

    port: int
    host: str = "127.0.0.1"
    user: str = SUPERUSER

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@{self.host}:{self.port}/{database}"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Start a server, stop it at the end. Raises NotInstalled; any other failure is one."""
    programs, as_owner = _programs(), _as_owner()
    home = Path(tempfile.mkdtemp(prefix="throughline-postgresql-"))
    try:
        if as_owner:
            shutil.chown(home, "postgres", "postgres")
        data, port = home / "data", _free_port()
        _run(
            [*as_owner, str(programs / "initdb"), "-D", str(data), "-U", SUPERUSER, "--auth=trust"],
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            at=home,
        )
        control = [*as_owner, str(programs / "pg_ctl"), "-D", str(data), "-w"]
        options = (
            f"-h 127.0.0.1 -p {port} -k {home} -c fsync=off -c full_page_writes=off -c max_connections=100"
        )
        _run(control, "-l", str(home / "log"), "-o", options, "start", at=home)
        try:
            yield Cluster(port)
        finally:
            _run(control, "-m", "immediate", "stop", at=home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path:
    versions = sorted(
        (path for path in DEBIAN.glob("*/bin") if (path / "initdb").exists()),
        key=lambda path: float(path.parent.name),
    )
    if versions:
        return versions[-1]
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NotInstalled("PostgreSQL is not installed here; on Debian: apt-get install postgresql")
    return Path(on_path).resolve().parent


def _as_owner() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--no-new-privs"]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _run(program: list[str], *arguments: str, at: Path) -> None:
    # Into a file: the server keeps the output of pg_ctl open, and a pipe would never end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [*program, *arguments],
            cwd=at,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace")
            log = at / "log"
            server_said = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{' '.join(program)} failed (exit {done.returncode}):\n{said}{server_said}")
