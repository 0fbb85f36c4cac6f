"""The forms an installation imported by file, beside those that come with Throughline.

They are kept as the Questionnaires they were, and read into instruments again whenever their content is new
to the process: another process sees what one imported with its next request.
"""

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from sqlalchemy import delete, insert, select

from cds_service.outside import clock
from cds_service.outside.database import Database
from cds_service.outside.tables.questionnaires import QuestionnaireRow
from measures.instrument import Instrument
from measures.instrument_catalog import find_instruments
from measures.questionnaire import QuestionnaireProblems, read_questionnaire

LARGEST_FILE = 1024 * 1024  # bytes


class NotImported(ValueError):
    """A file that is not taken; the message has a line for each problem, with its path and the mend."""


@dataclass(frozen=True)
class Imported:
    """One imported form."""

    instrument: Instrument
    imported_at: datetime


class Questionnaires:
    """By the id of the instrument; safe for threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._read: dict[str, Instrument] = {}  # by the hash of the content

    def add(self, file: Path) -> tuple[Instrument, bool]:
        """Import a file, in place of an earlier import of the same id; also whether there was one.

        Raises NotImported, with every problem of the file.
        """
        content = _content(file)
        instrument = _instrument(file, content)
        row = {
            "instrument_id": instrument.id,
            "content": content.decode(),
            "content_hash": hashlib.sha256(content).hexdigest(),
            "imported_at": clock.now(),
        }
        with self._database.transaction() as connection:
            same = delete(QuestionnaireRow).where(QuestionnaireRow.instrument_id == instrument.id)
            replaced = connection.execute(same).rowcount > 0
            connection.execute(insert(QuestionnaireRow), row)
        return instrument, replaced

    def remove(self, instrument_id: str) -> bool:
        """Take a form out; False when none of this id was imported. What was filled in stays in the EHR."""
        with self._database.transaction() as connection:
            mine = delete(QuestionnaireRow).where(QuestionnaireRow.instrument_id == instrument_id)
            return connection.execute(mine).rowcount > 0

    def get(self, instrument_id: str) -> Instrument | None:
        """One imported form."""
        return next((o.instrument for o in self.all() if o.instrument.id == instrument_id), None)

    def all(self) -> tuple[Imported, ...]:
        """Every imported form, by id."""
        table = QuestionnaireRow
        columns = (table.instrument_id, table.content_hash, table.imported_at)
        with self._lock, self._database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(table.instrument_id)).all()
            new = [row.content_hash for row in rows if row.content_hash not in self._read]
            read = select(table.content_hash, table.content).where(table.content_hash.in_(new))
            fresh = {
                row.content_hash: read_questionnaire(orjson.loads(row.content))
                for row in (connection.execute(read).all() if new else ())
            }
            known = self._read | fresh
            self._read = {row.content_hash: known[row.content_hash] for row in rows}
            return tuple(Imported(self._read[row.content_hash], row.imported_at) for row in rows)


def _content(file: Path) -> bytes:
    if file.stat().st_size > LARGEST_FILE:
        raise NotImported(f"{file}: is larger than {LARGEST_FILE // 1024} KB; split the form")
    return file.read_bytes()


def _instrument(file: Path, content: bytes) -> Instrument:
    try:
        found = read_questionnaire(orjson.loads(content))
    except orjson.JSONDecodeError as error:
        raise NotImported(
            f"{file}:{error.lineno}: is no JSON ({error.msg}); save the Questionnaire as FHIR R4 JSON"
        ) from None
    except QuestionnaireProblems as problems:
        lines = [f"{file}: {problem}" for problem in problems.problems]
        raise NotImported("\n".join(lines)) from None
    if not found.id:
        raise NotImported(f"{file}: has no id; give it one of small letters, digits and hyphens")
    if len(found.id) > 63:
        raise NotImported(f"{file}: id {found.id!r} is longer than 63 characters; shorten it")
    if find_instruments().get(found.id) is not None:
        raise NotImported(
            f"{file}: {found.id!r} is a form that comes with Throughline; give the Questionnaire another id"
        )
    return found
