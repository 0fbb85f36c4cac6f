"""What risk costs: features, logistic and reasons for one record of 500 resources; a score that is read where
it was kept; training; a panel streamed, and the same panel four times over.
"""

from __future__ import annotations

import csv
import gzip
import re
import tempfile
import time
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from click.testing import CliRunner

from bench.batch import unpacked
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.vault import Vault
from cds_service.risk import Risk
from measures.batch.reading import files_of
from measures.record import PatientRecord
from measures.risk.data import Data
from measures.risk.feature import find_features
from measures.risk.learning import columns_of
from measures.risk.panel import opened
from measures.risk.scoring import score
from measures.risk.training import Recipe, train
from measures.terminology import LOINC, Code
from measures.vocabulary import read_vocabulary
from smart_app.cli import throughline

MOST_MS, MOST_KEPT_MS, MOST_SECONDS = 3.0, 1.0, 60.0
RESOURCES = 500
ROWS = 60_000
NUMBERS, TEXTS = 20, 20
DAY = date(2026, 6, 30)
_ANY_CODE = Code(LOINC, "4548-4", "Hemoglobin A1c")


class Scored:
    """The patient of the benchmark's request with so many resources, indexed, and indexed and scored."""

    def __init__(self, body: bytes, vocabulary: Path) -> None:
        self._patient, held = unpacked(orjson.loads(body))
        copies = -(-RESOURCES // len(held))
        again = [one | {"id": f"{one['id']}-{copy}"} for copy in range(copies) for one in held]
        self._resources = again[:RESOURCES]
        self._kinds = sorted({one["resourceType"] for one in self._resources})
        self._vocabulary = read_vocabulary(vocabulary)
        self._model = train(
            made_up(3000), Recipe("logistic"), source="record", outcome="acute", trained_on=str(DAY)
        )

    def index(self) -> PatientRecord:
        """With the indexes made that a record makes when it is first asked, as measures have asked before."""
        record = PatientRecord(self._patient, self._resources, self._vocabulary)
        for kind in self._kinds:
            _ = record.every(kind)
            _ = record.find(kind, (_ANY_CODE,), None)
        return record

    def index_and_score(self) -> Any:
        return score(self._model, self.index(), DAY)


class Kept:
    """A risk that a refresh has kept, in a database of its own, and a record without which it can be told."""

    def __init__(self, folder: Path, vocabulary: Path) -> None:
        database = Database(f"sqlite:///{folder / 'risk.sqlite3'}")
        database.migrate()
        self.close = database.close
        self._risk = Risk(database, Vault("only for the benchmark, and long enough"), AuditLog(database))
        patient = {"resourceType": "Patient", "id": "p", "birthDate": "1970-01-01"}
        self._record = PatientRecord(patient, [], read_vocabulary(vocabulary))
        self._risk.refresh("bench", [self._record], DAY)

    def read(self) -> object:
        found = self._risk.of("bench", self._record, DAY)
        assert found is not None
        return found


def made_up(rows: int) -> Data:
    """Rows of all features, from chance; every tenth patient has the event."""
    random = np.random.default_rng(1)
    columns = columns_of(find_features())
    x = random.poisson(1.0, (rows, len(columns))).astype(np.float64)
    event = np.where(random.random(rows) < 0.05 * (1 + x[:, 0]), random.integers(0, 3, rows), 3)
    return Data(columns, x, tuple(f"p{row // 3}" for row in range(rows)), event, (30, 60, 90))


def training_seconds(rows: int = ROWS) -> float:
    """CPU seconds of the whole command on a table of so many rows: read, encoded, folds and logistic fitted,
    compared, written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        table, out = Path(scratch) / "extract.csv", Path(scratch) / "model.json"
        write_extract(table, rows)
        started = time.process_time()
        named = ("--target", "y", "--group", "who", "--id", "row", "--model", "logistic")
        done = CliRunner().invoke(
            throughline, ["risk", "train", "--table", str(table), *named, "--out", str(out)]
        )
        if done.exit_code:
            raise SystemExit(done.output)
        return time.process_time() - started


def write_extract(file: Path, rows: int) -> None:
    """A table as a warehouse gives it, from chance: numbers, texts, diagnoses; two rows a patient."""
    random = np.random.default_rng(2)
    numbers = random.poisson(3.0, (rows, NUMBERS))
    texts = random.integers(0, 8, (rows, TEXTS))
    diagnoses = random.integers(100, 900, (rows, 3))
    came = random.random(rows) < 0.03 * (1 + numbers[:, 0])
    header = ["row", "who", *(f"n{n}" for n in range(NUMBERS)), *(f"t{n}" for n in range(TEXTS))]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*header, "diag_1", "diag_2", "diag_3", "y"])
        for row in range(rows):
            said = [f"level {text}" for text in texts[row]]
            writer.writerow(
                [row, f"p{row % (rows // 2)}", *numbers[row], *said, *diagnoses[row], int(came[row])]
            )


def peak_while_streaming(folder: Path, vocabulary: Path) -> tuple[int, int]:
    """Patients read, and the most bytes that Python held while they were sorted and read one by one."""
    held = read_vocabulary(vocabulary)
    tracemalloc.start()
    try:
        with opened(folder, held) as panel:
            patients = sum(1 for _ in panel.records())
        return patients, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def many_times(panel: Path, folder: Path, times: int) -> Path:
    """The panel so many times over, each time with other people: every id of it is another one."""
    folder.mkdir()
    for path in files_of(panel):
        with gzip.open(folder / path.name, "wb", compresslevel=1) as copy:
            for number in range(times):
                with gzip.open(path) as stream:
                    for line in stream:
                        copy.write(_ID.sub(rb"\g<0>-%d" % number, line))
    return folder


_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
