"""Parts of `throughline risk` that have a file of their own, found by the file's name.

A module's `command` is called like the module; `commands` names several itself.
"""

from __future__ import annotations

import importlib
import pkgutil

import click


def find_commands() -> dict[str, click.Command]:
    """Every command of every module here, by name."""
    found: dict[str, click.Command] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found |= getattr(module, "commands", {})
        if hasattr(module, "command"):
            found[info.name] = module.command
    return found
