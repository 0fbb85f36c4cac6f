"""What `throughline risk` commands say of an export that could not be read in full."""

from __future__ import annotations

import click

from measures.risk.panel import Panel
from smart_app.care.wording import count

_SHOWN = 20


def say_problems(panel: Panel) -> None:
    """The first of them by name, on standard error, and how many there are."""
    if not panel.faults:
        return
    click.echo(f"{count(panel.faults, 'problem')} in the export:", err=True)
    for line in panel.problems[:_SHOWN]:
        click.echo(f"  {line}", err=True)
    if panel.faults > _SHOWN:
        click.echo(f"  and {panel.faults - _SHOWN:,} more", err=True)
