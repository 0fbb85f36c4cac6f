"""`throughline serve`: the production server, gunicorn with threads, in this very process."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from cds_service.outside.settings import Settings, load_settings
from cds_service.outside.telemetry import configure_logging, process_ended, share_metrics
from cds_service.wiring import wire
from smart_app.app import create_app
from smart_app.whole_requests import WholeRequests

_REQUEST_SECONDS = 60  # a worker that is silent for longer is replaced
CONNECTIONS = 1000
"""Most clients at once, in each process."""

_OTHER_DESCRIPTORS = 256  # of a process, for what is no client


@click.command()
def command() -> None:
    """Serve the app and the CDS service. Settings: the THROUGHLINE_* variables of README.md.

    Refuses to start, naming everything that is wrong, when a setting, rule or vocabulary cannot be used;
    without a secret key of at least 20 characters; and when the database cannot be brought up to date.
    """
    settings = load_settings(production=True)
    configure_logging(settings.log_level)
    wire(
        settings
    ).close()  # once, before there are workers: problems are told in one place, tables are made once
    with _metrics_of_all_workers():
        Server(settings).run()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
    """gunicorn with our settings; each worker makes an application and database connections of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": self.settings.bind,
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "worker_class": WholeRequests,
            "worker_connections": most_connections(),
            "timeout": _REQUEST_SECONDS,
            "graceful_timeout": 20,
            "keepalive": 5,
            "loglevel": self.settings.log_level,
            "logger_class": ServerLog,
            "control_socket_disable": True,
            "proc_name": "throughline",
            "child_exit": lambda _, worker: process_ended(worker.pid),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.settings)


class ServerLog(Logger):  # type: ignore[misc]
    """gunicorn's own log, as lines of ours, without what it would quote: a request's URL can hold a code."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def access(self, *_: Any, **__: Any) -> None:
        """The application writes the access log itself (app.py)."""

    def warning(self, msg: str, *args: Any, **options: Any) -> None:
        if msg.startswith("Invalid request"):
            msg, args = "a request that is not HTTP was refused", ()
        super().warning(msg, *args, **options)

    def exception(self, msg: str, *args: Any, **options: Any) -> None:  # noqa: ARG002  (gunicorn's signature)
        super().exception("the server failed outside the application", **options)


def most_connections() -> int:
    """So many clients that descriptors are left to the database and the host EHRs."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if allowed == resource.RLIM_INFINITY:
        return CONNECTIONS
    return min(CONNECTIONS, max(allowed - _OTHER_DESCRIPTORS, allowed // 2))


@contextmanager
def _metrics_of_all_workers() -> Iterator[None]:
    """A folder in which the workers add up their numbers; only the process that made it removes it."""
    owner, folder = os.getpid(), Path(tempfile.mkdtemp(prefix="throughline-metrics-"))
    share_metrics(folder)
    try:
        yield
    finally:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)
