"""`throughline risk` as typed: what it writes, what it refuses, and the levels it must reach."""

from __future__ import annotations

import csv
from datetime import date

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from measures.risk.labels import read_labels
from measures.risk.learning import from_labels
from measures.risk.panel import opened
from measures.risk.results_file import safe
from measures.vocabulary import starter_vocabulary
from smart_app.cli import throughline
from tests.batch.export import export
from tests.risk.charts import PATIENT, emergency, phq9, problem


def run(*arguments):
    return CliRunner().invoke(throughline, ["risk", *map(str, arguments)])


def read(path):
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def panel(tmp_path):
    return export(tmp_path / "export", PATIENT, emergency(10), problem("F20.0", 100), phq9(20, 5))


@pytest.fixture
def table(tmp_path):
    random = np.random.default_rng(4)
    file = tmp_path / "extract.csv"
    with file.open("w") as stream:
        stream.write("row,who,visits,site,y\n")
        for number in range(1600):
            visits = random.poisson(1.5)
            came = random.random() < 1 / (1 + np.exp(2.8 - visits))
            stream.write(f"r{number},p{number // 4},{visits},{'AB'[number % 2]},{came:d}\n")
    return file


def test_without_a_model_the_expert_points_score_and_say_they_are_no_probability(panel, tmp_path):
    done = run("score", "--ndjson", panel, "--as-of", "2026-06-01", "--out", tmp_path / "s.csv")

    assert done.exit_code == 0, done.output
    (row,) = read(tmp_path / "s.csv")
    assert row["label"] == "expert points: not a probability"
    assert row["p90"] == ""
    assert float(row["points"]) > 0
    assert "[" in row["reason_1"]


def test_a_day_to_come_is_refused(panel, tmp_path):
    done = run("score", "--ndjson", panel, "--as-of", "2999-01-01", "--out", tmp_path / "s.csv")

    assert done.exit_code == 2
    assert "a day to come" in done.output


def test_a_table_is_trained_on_scored_and_reported(table, tmp_path):
    named = ("--target", "y", "--group", "who", "--id", "row", "--model", "logistic")
    trained = run("train", "--table", table, *named, "--out", tmp_path / "m.json")
    scored = run("score", "--model", tmp_path / "m.json", "--table", table, "--out", tmp_path / "s.csv")
    told = run(
        "report",
        "--model",
        tmp_path / "m.json",
        "--table",
        table,
        "--by",
        "site",
        "--out",
        tmp_path / "report",
    )

    assert (trained.exit_code, scored.exit_code, told.exit_code) == (0, 0, 0), trained.output + told.output
    rows = read(tmp_path / "s.csv")
    assert list(rows[0]) == ["row", "p"]
    assert len(rows) == 1600
    assert all(0 < float(row["p"]) < 1 for row in rows)
    report = orjson.loads((tmp_path / "report" / "report.json").read_bytes())
    assert report["patients"].startswith("all of the data, by folds")
    assert report["horizons"]["0"]["auroc"]["value"] > 0.65
    assert [one["group"] for one in report["horizons"]["0"]["subgroups"]["site"]] == ["A", "B"]
    assert "<table>" in (tmp_path / "report" / "report.html").read_text()


def test_a_table_without_a_group_is_refused_with_the_reason(table, tmp_path):
    done = run("train", "--table", table, "--target", "y", "--id", "row", "--out", tmp_path / "m.json")

    assert done.exit_code == 2
    assert "both sides of the split" in done.output


def test_a_split_by_row_is_refused_with_the_reason(table, tmp_path):
    done = run("train", "--table", table, "--split", "row", "--out", tmp_path / "m.json")

    assert done.exit_code == 2
    assert "recognises the next" in done.output


def test_labels_for_nobody_in_the_export_are_refused(panel, tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("patient_id,index_date,y30,y60,y90\nnobody,2026-01-01,0,0,1\n")
    done = run("train", "--ndjson", panel, "--labels", labels, "--out", tmp_path / "m.json")

    assert done.exit_code == 1
    assert "check the patient ids" in done.output


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("p,2026-13-01,0,0,1", "no day such as"),
        ("p,2026-01-01,1,0,1", "came within 90 too"),
        ("p,2026-01-01,0,0,nan", "each is 0 or 1"),
    ],
)
def test_a_label_that_cannot_be_is_named_with_its_line(panel, tmp_path, line, says):
    labels = tmp_path / "labels.csv"
    labels.write_text(f"patient_id,index_date,y30,y60,y90\n{line}\n")
    done = run("train", "--ndjson", panel, "--labels", labels, "--out", tmp_path / "m.json")

    assert done.exit_code == 1
    assert "labels.csv:2" in done.output
    assert says in done.output


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-x", "@a", "\tx"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(cell):
    assert safe(cell) == "'" + cell
    assert safe("-0.5") == "-0.5"


def test_a_label_of_a_day_to_come_and_one_that_repeats_are_left_out_and_said(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text(
        "patient_id,index_date,y30,y60,y90\np,2026-01-01,0,0,1\np,2026-01-01,0,0,1\np,2026-06-02,0,0,0\n"
    )
    found = read_labels(file, date(2026, 6, 1))

    assert [label.event for label in found.of["p"]] == [2]
    assert found.notes == ("left out, 1 labels of days to come", "left out, 1 labels that repeat another")


def test_labels_for_some_who_are_not_in_the_export_are_said(panel, tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("patient_id,index_date,y30,y60,y90\np,2026-05-01,0,0,1\nnobody,2026-05-01,0,0,0\n")
    with opened(panel, starter_vocabulary()) as held:
        data, _, divided = from_labels(held, read_labels(file, date(2026, 6, 1)))

    assert data.groups == ("p",)
    assert "labels for 1 patients who are not in this export: nobody" in data.notes
    assert set(divided) == {"sex", "age", "language", "race", "ethnicity", "payer"}
