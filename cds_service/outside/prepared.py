"""Statements of every CDS call, compiled once: on the way through SQLAlchemy's execution each costs several
times what the database needs for it.

They are written with SQLAlchemy as all others are, and run on the same connections in the same transactions,
with the same names for what goes wrong. Results come as the driver gives them: ask for texts and numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, exc
from sqlalchemy.sql.expression import ClauseElement

Values = Mapping[str, Any]
_Parameters = Sequence[Any] | dict[str, Any]


class Prepared:
    """One statement for one kind of database. Safe for threads."""

    def __init__(
        self, statement: ClauseElement, dialect: Dialect, columns: Sequence[str] | None = None
    ) -> None:
        """`columns`: those an INSERT or UPDATE sets; None: all of the table."""
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self._text = str(compiled)
        self._dialect = dialect
        self._by_place: bool = compiled.positional
        names: Iterable[str] = compiled.positiontup if self._by_place else compiled.params
        self._slots = [(name, _written(compiled.binds[name].type, dialect)) for name in names]
        self._constants = {
            name: value
            for name, value in compiled.params.items()
            if value is not None and not compiled.binds[name].required
        }

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """What the statement finds, as tuples. Alone in a reading it is a transaction of its own."""
        found: list[Any] = self._run(connection, "execute", self._parameters(values)).fetchall()
        return found

    def run(self, connection: Connection, values: Values) -> int:
        """How many rows it made or changed."""
        changed: int = self._run(connection, "execute", self._parameters(values)).rowcount
        return changed

    def run_each(self, connection: Connection, rows: Iterable[Values]) -> None:
        """Once for each."""
        self._run(connection, "executemany", [self._parameters(values) for values in rows])

    def _run(self, connection: Connection, how: str, parameters: Any) -> Any:
        cursor = connection.connection.cursor()
        driver = self._dialect.loaded_dbapi
        try:
            getattr(cursor, how)(self._text, parameters)
        except driver.Error as error:
            raise exc.DBAPIError.instance(
                self._text, None, error, driver.Error, hide_parameters=True, dialect=self._dialect
            ) from error
        return cursor

    def _parameters(self, values: Values) -> _Parameters:
        given = {**self._constants, **values}
        if self._by_place:
            return [given[name] if write is None else write(given[name]) for name, write in self._slots]
        return {name: given[name] if write is None else write(given[name]) for name, write in self._slots}


def _written(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a value of this type is handed to the driver; None: as it is."""
    write: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return write
