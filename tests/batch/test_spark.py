"""The Spark engine, in local mode: what it writes is what the local engine writes."""

from __future__ import annotations

import importlib.util
import shutil
from datetime import UTC, datetime

import pytest

from measures.batch import partition
from measures.batch.evaluation import evaluate_folder
from tests.batch.export import export, hypertensive, job, person

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="the extra `spark` (PySpark, and Java 17) is not installed",
)


@needs_spark
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # PySpark leaves its gateway's socket to the collector
def test_spark_writes_what_the_local_engine_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(partition, "PART_BYTES", 2000)
    people = [hypertensive(f"p{n}", 120 + n) for n in range(30)]
    folder = export(tmp_path / "export", *(resource for person in people for resource in person))
    with (folder / "Condition.ndjson").open("ab") as conditions:
        conditions.write(b"{broken\n")
    the_job = job("CMS165", "CMS2", fhir=datetime(2027, 1, 1, tzinfo=UTC))

    local = evaluate_folder(folder, tmp_path / "local", the_job)
    spark = evaluate_folder(folder, tmp_path / "spark", the_job, engine="spark")

    assert (spark.patients, spark.problems) == (local.patients, local.problems) == (30, 1)
    assert [path.name for path in spark.files] == [path.name for path in local.files]
    for path in local.files:
        assert (tmp_path / "spark" / path.name).read_bytes() == path.read_bytes(), path.name


def test_without_the_extra_the_mend_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark", None)
    folder = export(tmp_path / "export", person("ann"))

    with pytest.raises(ImportError, match=r"pip install 'throughline\[spark\]', and Java 17"):
        evaluate_folder(folder, tmp_path / "out", job("CMS2"), engine="spark")
