"""`throughline risk watch`: whether a model still holds on a panel, as the last refresh counted it."""

from __future__ import annotations

import click

from cds_service.outside.clock import today
from cds_service.risk_choice import of_model
from smart_app.care.risk_watch import shown_watch
from smart_app.risk_store import risk_store


@click.command()
@click.option("--ehr", "host_ehr", required=True, help="The host EHR whose panel it is.")
@click.option("--model", "version", help="A model of `risk model list`; else all that are in use.")
def command(host_ehr: str, version: str | None) -> None:
    """What has drifted since the training, and whether events come as often as foretold."""
    with risk_store() as store:
        risk, name = store.risk, store.known(host_ehr)
        asked = [risk.in_use(), *(one for one in risk.beside() if one.scores)]
        if version:
            asked = [of_model(risk.models.read(risk.models.find(version).hash), risk.policy())]
        told = [(one.key, shown_watch(risk.watch.told(name, one.key, one.model, today()))) for one in asked]
    for key, shown in told:
        click.echo(f"{name}, {key or 'risk is switched off'}")
        for line in shown.lines():
            click.echo(line)
