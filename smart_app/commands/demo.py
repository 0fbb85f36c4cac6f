"""`throughline demo`: a demo EHR full of invented people, with Throughline in it, on this computer."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import click
import orjson
import yaml
from flask import Flask

from cds_service.outside import clock
from cds_service.outside.registry import read_host_ehr
from cds_service.outside.settings import load_settings
from cds_service.outside.telemetry import configure_logging
from cds_service.roles import Role
from cds_service.wiring import Wiring
from measures.consent import disclosable
from measures.record import PatientRecord
from smart_app.app import create_app
from smart_app.demo_ehr.app import create_demo_ehr
from smart_app.demo_ehr.clients import RegisteredApp
from smart_app.demo_ehr.loading import People, load_people
from smart_app.demo_ehr.serving import ANY_PORTS, PortTaken, listen_in_pair, served, wait_until_ready

CLIENT_ID = "throughline"
WRITTEN = ("Observation", "QuestionnaireResponse", "DocumentReference", "ServiceRequest")
SCOPES = (
    "launch",
    "openid",
    "fhirUser",
    "offline_access",
    "patient/*.rs",
    *(f"patient/{kind}.cu" for kind in WRITTEN),
)
SECOND = "quality-2"
PROBLEMS_SHOWN = 20
MOST_RECORDED = 200  # people whose charts a changed card rule can be tried on
MOST_SCORED = 100  # people, before the demo says that it is ready
WEEKS_SCORED = 7
LAST_PORT = 65534  # the EHR takes the next one


@dataclass(frozen=True)
class Demo:
    """A demo that runs. The sides differ in host name: the app is framed cross-site, as in a real EHR."""

    app_url: str  # "http://127.0.0.1:8000"
    ehr_url: str  # "http://localhost:8001"
    people: People
    app: Flask
    ehr: Flask
    staff: dict[Role, str]  # the password of each role's account; the account is called like the role
    second: str  # the password of SECOND: a rule takes two people of the quality team


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, LAST_PORT),
    default=8000,
    show_default=True,
    help="Port of the app and the CDS service; the demo EHR takes the next one.",
)
@click.option(
    "--people",
    "people_path",
    type=click.Path(exists=True, path_type=Path),
    help="Show these people instead: a folder of Bulk FHIR NDJSON (plain or .gz) or Bundles, or one file.",
)
@click.option(
    "--dates",
    type=click.Choice(["to-today", "as-recorded"]),
    default="to-today",
    show_default=True,
    help="Old --people are moved so that their last record is of today, or left as they are.",
)
@click.option("--database", metavar="URL", help="Keep the database there instead of in a temporary folder.")
@click.option("--verbose", is_flag=True, help="Also print the app's log.")
def command(port: int, people_path: Path | None, dates: str, database: str | None, verbose: bool) -> None:
    """Start a demo EHR with Throughline in it, and print the addresses to open.

    Everything runs on this computer; the people are invented. Ctrl-C stops it.
    """
    began = clock.monotonic()
    # Both stop it, also as a script's background job, which starts out deaf to SIGINT.
    for told_to_stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told_to_stop, signal.default_int_handler)
    try:
        log_level = "info" if verbose else "warning"
        if people_path:
            click.echo(f"Reading {people_path}; a large panel takes some seconds.")
        with running_demo(
            port, people_path, dates == "as-recorded", database=database, log_level=log_level
        ) as demo:
            click.echo(_announced(demo, clock.monotonic() - began))
            Event().wait()
    except KeyboardInterrupt:
        click.echo("Stopped.")
    except PortTaken as taken:
        raise click.ClickException(
            f"{taken.strerror}; the demo needs ports {port} and {port + 1}. Stop what listens there, "
            f"or choose others: throughline demo --port {port + 10}"
        ) from None


@contextmanager
def running_demo(
    port: int | None = None,
    people_path: Path | None = None,
    as_recorded: bool = False,
    *,
    database: str | None = None,
    log_level: str = "warning",
) -> Iterator[Demo]:
    """Both servers, answering, while the context lasts; without a port, on any two that are free.

    Raises PortTaken before anything else is begun.
    """
    with ExitStack() as stack:
        app_sockets, ehr_sockets = listen_in_pair(ANY_PORTS if port is None else [port])
        stack.callback(_close, [*app_sockets, *ehr_sockets])
        bound = f"127.0.0.1:{app_sockets[0].getsockname()[1]}"
        app_url, ehr_url = f"http://{bound}", f"http://localhost:{ehr_sockets[0].getsockname()[1]}"
        people = load_people(people_path, clock.today(), as_recorded=as_recorded)
        folder = stack.enter_context(TemporaryDirectory(prefix="throughline-demo-"))
        settings = load_settings(
            **({"database_url": database} if database else _for_this_run(folder)),
            base_url=app_url,
            bind=bound,
            demo=True,
            record_charts=MOST_RECORDED,
            panel=_panel(people, Path(folder)) if people_path is None else None,
            log_level=log_level,
        )
        configure_logging(settings.log_level)
        app = create_app(settings)
        stack.callback(app.extensions["throughline"].database.close)
        ehr = create_demo_ehr(people, ehr_url, _registered_app(app_url), app_url, clock.now)
        stack.callback(ehr.extensions["demo_ehr"].cds.close)
        stack.enter_context(served(app, app_sockets))
        stack.enter_context(served(ehr, ehr_sockets))
        _register(ehr_url, Path(folder), app)
        staff, second = _staffed(app)
        _scored(app, people)
        wait_until_ready(f"{app_url}/readyz")
        wait_until_ready(f"{ehr_url}/fhir/metadata")
        yield Demo(app_url, ehr_url, people, app, ehr, staff, second)


def _for_this_run(folder: str) -> dict[str, str]:
    """A database that goes with its folder, and a secret key that goes with the process."""
    return {
        "database_url": f"sqlite:///{folder}/throughline.sqlite3",
        "secret_key": secrets.token_urlsafe(32),
    }


def _registered_app(app_url: str) -> RegisteredApp:
    """Throughline as the demo EHR's administrator registered it."""
    return RegisteredApp(
        client_id=CLIENT_ID,
        name="Throughline",
        launch_url=f"{app_url}/launch",
        redirect_uris=(f"{app_url}/callback",),
        scopes=(*SCOPES, "launch/patient", "online_access", "patient/*.cruds", "user/*.rs"),
        auth="private_key_jwt",
        jwks_uri=f"{app_url}/.well-known/jwks.json",
    )


def host_ehr(ehr_url: str) -> dict[str, object]:
    """The host EHR file for the demo EHR: what one would write for `throughline ehr add`."""
    return {
        "name": "demo",
        "fhir_base": f"{ehr_url}/fhir",
        "profile": "generic",
        "smart": {"client_id": CLIENT_ID, "auth": "private_key_jwt", "scopes": list(SCOPES)},
        "cds_clients": [{"iss": ehr_url, "jku": f"{ehr_url}/.well-known/jwks.json", "origins": [ehr_url]}],
        "frame_ancestors": [ehr_url],
    }


def _register(ehr_url: str, folder: Path, app: Flask) -> None:
    """What `throughline ehr add` does with a file. The sandbox's page may call as a client of its own."""
    parts: Wiring = app.extensions["throughline"]
    document: dict[str, Any] = host_ehr(ehr_url)
    if parts.sandbox_client is not None:
        document["cds_clients"].append(parts.sandbox_client.registration())
    file = folder / "demo.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    parts.host_ehrs.add(read_host_ehr(file))


def _panel(people: People, folder: Path) -> Path:
    """The people as Bulk FHIR, on which changed card rules are tried."""
    panel = folder / "panel"
    panel.mkdir()
    with (panel / "people.ndjson").open("wb") as file:
        for patient_id in people.patients:
            for resource in people.resources(patient_id):
                file.write(orjson.dumps(resource, option=orjson.OPT_APPEND_NEWLINE))
    return panel


def _staffed(app: Flask) -> tuple[dict[Role, str], str]:
    """An account for each role, and a second one of the quality team, each with a random password; in a
    database that was kept, a new password.
    """
    passwords = {role: _account(app, role, role) for role in Role}
    return passwords, _account(app, SECOND, Role.QUALITY)


def _account(app: Flask, name: str, role: Role) -> str:
    accounts, password = app.extensions["throughline.staff"].accounts, secrets.token_urlsafe(12)
    if accounts.get(name) is None:
        accounts.add(name, password, {role}, by="demo")
    else:
        accounts.set_password(name, password, by="demo")
    return password


def _scored(app: Flask, people: People) -> None:
    """What `throughline risk refresh` does with an export, as if it had run for some weeks: so that a chart
    shows how a risk went. A large panel is scored as its charts open.
    """
    parts: Wiring = app.extensions["throughline"]
    if len(people.patients) > MOST_SCORED:
        return
    records = []
    for identity in people.patients:
        held = disclosable(people.resources(identity))
        records.append(PatientRecord(held[0], [*held, *people.shared], parts.vocabulary))
    for weeks in reversed(range(WEEKS_SCORED)):
        parts.risk.refresh("demo", records, clock.today() - timedelta(weeks=weeks))


def _close(sockets: list[socket]) -> None:
    for one in sockets:
        one.close()


def _announced(demo: Demo, seconds: float) -> str:
    people = demo.people
    lines = [
        "",
        f"  Open the demo EHR:  {demo.ehr_url}/",
        "",
        f"  CDS service:        {demo.app_url}/cds-services",
        f"  FHIR server:        {demo.ehr_url}/fhir",
        f"  SMART launch URL:   {demo.app_url}/launch",
        "",
        f"  Staff pages:        {demo.app_url}/staff/   with these accounts of this demo:",
        *(f"    {role:12} {password}" for role, password in demo.staff.items()),
        f"    {SECOND:12} {demo.second}   approves what quality changed under Card rules",
        "",
        f"  {_counted(people)}, ready in {seconds:.1f} s. Ctrl-C stops everything.",
    ]
    if people.note:
        lines.append(f"  {people.note}")
    if people.problems:
        lines += ["", f"  Not everything could be read ({len(people.problems)}); the rest is loaded:"]
        lines += [f"    {problem}" for problem in people.problems[:PROBLEMS_SHOWN]]
        if len(people.problems) > PROBLEMS_SHOWN:
            lines.append(f"    ... all of them at {demo.ehr_url}/")
    return "\n".join([*lines, ""])


def _counted(people: People) -> str:
    count = len(people.patients)
    return f"{count} patient{'' if count == 1 else 's'}"
