"""A file that a command is to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class OutFile(click.Path):
    """Its folder must be there: said at once, not after all the work."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = super().convert(value, param, ctx)
        folder = Path(str(path)).parent
        if not folder.is_dir():
            self.fail(f"there is no folder {folder}; make it first: mkdir -p {folder}", param, ctx)
        return path
