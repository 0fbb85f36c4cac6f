"""`throughline risk features`: what a risk file may name, and what a risk is told from."""

from __future__ import annotations

import click

from measures.risk.feature import find_features


@click.command("features")
def command() -> None:
    """The features of a risk by name, with what each says and its unit, as a risk file names them."""
    for one in find_features():
        unit = f" ({one.unit})" if one.unit else ""
        essential = "; without it there is no score" if one.essential else ""
        click.echo(f"{one.id}  {one.says}{unit}{essential}")
