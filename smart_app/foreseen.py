"""Errors that somebody foresaw: how a command tells one, and several in one answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

FLOORS = frozenset({"measures", "cds_service", "smart_app"})


def foreseen(error: Exception) -> str | None:
    """How an expected error is told in one line; None for a defect of ours, which keeps its traceback."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if type(error).__module__.partition(".")[0] in FLOORS:
        return str(error) or type(error).__name__
    return None


class AllAtOnce:
    """What is wrong with all that a command was given, such as a file and a name: told in one answer, for
    whoever mends one thing at a time asks again and again.

        wrong = AllAtOnce()
        with wrong.tried():
            policy = parse_policy(...)
        with wrong.tried():
            store.known(host_ehr)
        wrong.tell()
    """

    def __init__(self) -> None:
        self._found: list[Exception] = []

    @contextmanager
    def tried(self) -> Iterator[None]:
        """What goes wrong inside is remembered; a defect of ours comes through."""
        try:
            yield
        except click.ClickException as error:
            self._found.append(error)
        except Exception as error:
            if foreseen(error) is None:
                raise
            self._found.append(error)

    def tell(self) -> None:
        """Raises what was found: one as it is, several as one ClickException, a line each."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            raise click.ClickException("\n".join(map(_line, self._found)))


def _line(error: Exception) -> str:
    return error.format_message() if isinstance(error, click.ClickException) else str(foreseen(error))
