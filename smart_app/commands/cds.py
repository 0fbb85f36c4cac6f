"""`throughline cds`: hold a CDS service, ours or any other, to the rules of CDS Hooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cds_service.conformance import examine
from cds_service.conformance.rule import Outcome, Verdict
from cds_service.conformance.subject import Subject
from cds_service.outside import clock
from cds_service.outside.cds_client import PATH, HttpCdsClient, read_key
from smart_app.commands.demo import running_demo

_COLORS = {Outcome.PASS: "green", Outcome.FAIL: "red", Outcome.SKIPPED: "yellow"}


@click.group("cds")
def command() -> None:
    """CDS Hooks: does a service keep the rules?"""


@command.command("check")
@click.argument("url", required=False)
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Private key, a JWK file."
)
@click.option("--iss", default="", help="Issuer under which the key is registered there.")
@click.option("--origin", help="A browser origin that is registered there, for CORS.")
@click.option("--demo", is_flag=True, help="Check a demo started for this, with the demo EHR's own key.")
@click.option("--port", type=click.IntRange(1, 65534), default=8700, show_default=True, help="Of the demo.")
def check(url: str | None, key: Path | None, iss: str, origin: str | None, demo: bool, port: int) -> None:
    """Ask the service at URL everything that CDS Hooks demands of one; exit 1 if a rule is broken.

    URL is the address before /cds-services. Without --key only what needs no signed call is asked.
    """
    if demo == bool(url):
        raise click.UsageError("give the URL of a service, or --demo")
    if bool(key) != bool(iss):
        raise click.UsageError("--key and --iss belong together")
    with _client(url, key, iss, origin, port) as client:
        client.send("GET", PATH, None, {})  # where nobody answers, that is told once and not for each rule
        verdicts = []
        for verdict in examine(Subject(client, clock.today())):
            verdicts.append(verdict)
            click.echo("\n".join(_lines(verdict)))
    counted = Counter(verdict.outcome for verdict in verdicts)
    click.echo(", ".join(f"{counted[outcome]} {outcome.value}" for outcome in Outcome))
    if counted[Outcome.FAIL]:
        raise click.ClickException(f"{counted[Outcome.FAIL]} of {len(verdicts)} rules are broken")


@contextmanager
def _client(
    url: str | None, key: Path | None, iss: str, origin: str | None, port: int
) -> Iterator[HttpCdsClient]:
    if url:
        signing = read_key(key.read_bytes(), str(key)) if key else None
        with HttpCdsClient(url, signing, iss, origin) as client:
            yield client
        return
    with running_demo(port, log_level="error") as demo:  # what it refuses is expected
        ehr = demo.ehr.extensions["demo_ehr"].cds
        with HttpCdsClient(demo.app_url, ehr.keys.cds, ehr.issuer, demo.ehr_url) as client:
            yield client


def _lines(verdict: Verdict) -> Iterator[str]:
    rule = verdict.rule
    mark = click.style(f"{verdict.outcome.value:<7}", fg=_COLORS[verdict.outcome])
    yield f"{mark}  {rule.name.replace('_', ' ')}  [{rule.clause}]"
    if verdict.outcome is not Outcome.PASS:
        yield f"         saw: {verdict.saw}"
    if verdict.outcome is Outcome.FAIL:
        yield f"         {rule.says}"
        yield f"         mend: {rule.mend}"
