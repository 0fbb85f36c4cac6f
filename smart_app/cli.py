"""The command line: every module in `smart_app/commands/` with a module-level `command` is found by name.

A new command is one new file: `commands/ehr.py` with `command = ...` becomes `throughline ehr`. A command's
module is imported only when it is asked for, so a missing extra costs one command and `--version` stays
quick.

Errors. A command that knows what is wrong raises `click.UsageError` (what was typed; exit 2) or
`click.ClickException` (exit 1). An exception class of our own that comes up from a lower floor is an error
somebody foresaw: its message says what, where and the mend, and it is printed as that one line, exit 1. So is
an OSError that names a file. Anything else is a defect of ours and keeps its traceback.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import click

from smart_app import commands
from smart_app.foreseen import FLOORS, foreseen


class Throughline(click.Group):
    """The group whose commands are the modules of one package."""

    def __init__(self, *args: Any, package: ModuleType = commands, **options: Any) -> None:
        super().__init__(*args, **options)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = (module.name.replace("_", "-") for module in pkgutil.iter_modules(self.package.__path__))
        return sorted(name for name in names if self.get_command(ctx, name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        name = f"{self.package.__name__}.{cmd_name.replace('-', '_')}"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name == name:
                return None
            if missing.name is None or missing.name.partition(".")[0] in FLOORS:
                raise
            return _unavailable(cmd_name, missing.name)
        command = getattr(module, "command", None)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's own, named by the file's name: the command may call itself what it likes in Python."""
        _, command, rest = super().resolve_command(ctx, args)
        return args[0], command, rest

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            line = None if ctx.params.get("traceback") else foreseen(error)
            if line is None:
                raise
            raise click.ClickException(line) from error


def _unavailable(name: str, missing: str) -> click.Command:
    """A command whose optional package is not installed: listed all the same, and says so when it is run."""

    def explain(**_: object) -> None:
        raise click.ClickException(
            f"'throughline {name}' needs the Python package '{missing}', which is not installed here; "
            "install Throughline again with the extra that has it (see README.md)"
        )

    return click.Command(
        name,
        callback=explain,
        short_help=f"Not available: needs {missing}.",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


@click.group(cls=Throughline, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="throughline", prog_name="throughline", message="%(prog)s %(version)s")
@click.option("--traceback", is_flag=True, help="Show where in the code an error came from.")
def throughline(traceback: bool) -> None:
    """One line of sight for behavioral and physical health, inside the host EHR."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The `throughline` command. Exits 0 when done, 1 for an error, 2 for a mistake in what was typed."""
    throughline.main(args=arguments, prog_name="throughline")


if __name__ == "__main__":
    main()
