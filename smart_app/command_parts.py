"""Parts of a command that have a file of their own, found by the file's name.

A module's `command` is called like the module; `commands` names several itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import click


def add_parts(group: click.Group, package: ModuleType) -> None:
    """Every command of every module of a package, under its name."""
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        found: dict[str, click.Command] = dict(getattr(module, "commands", {}))
        if hasattr(module, "command"):
            found[info.name.replace("_", "-")] = module.command
        for name, command in found.items():
            group.add_command(command, name)
