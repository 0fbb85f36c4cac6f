"""`throughline sbom`: what is installed here, for whoever has to review it."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; otherwise it is printed."
)
def command(out: Path | None) -> None:
    """Write the software bill of materials (CycloneDX JSON) of this installation."""
    from smart_app.bill_of_materials import bill_of_materials  # a quarter of a second, for this command only

    written = bill_of_materials()
    if out is None:
        click.echo(written, nl=False)
        return
    out.write_text(written, encoding="utf-8")
    click.echo(f"Written to {out}")
