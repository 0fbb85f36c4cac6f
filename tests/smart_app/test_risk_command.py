"""`throughline risk` as typed: what it writes, what it refuses, and the levels it must reach."""

from __future__ import annotations

import csv
import math
import re
from datetime import date

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from measures.risk.labels import read_labels
from measures.risk.learning import from_labels
from measures.risk.model import write_model
from measures.risk.panel import opened
from measures.risk.scoring import LOG_ODDS
from measures.spreadsheet import cell_of_text
from measures.vocabulary import starter_vocabulary
from smart_app.cli import throughline
from tests.batch.export import export
from tests.risk.charts import PATIENT, emergency, phq9, problem
from tests.risk.models import promotable


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


def at(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "at.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("p,2999-01-01", "at.csv:2: 2999-01-01 is a day to come"),
        ("p,", "at.csv:2: has no index_date; write a day such as 2026-06-30"),
        (",2026-06-01", "at.csv:2: has no patient_id"),
    ],
)
def test_a_line_of_days_that_cannot_be_is_named(panel, tmp_path, line, says):
    days = at(tmp_path, f"patient_id,index_date\n{line}\n")

    done = run("score", "--ndjson", panel, "--at", days, "--out", tmp_path / "s.csv")

    assert done.exit_code == 1
    assert says in done.output
    assert not (tmp_path / "s.csv").exists()


def test_days_that_repeat_and_patients_who_are_not_there_are_told(panel, tmp_path):
    days = at(tmp_path, "patient_id,index_date\np,2026-06-01\np,2026-06-01\nzoe,2026-06-01\n")

    done = run("score", "--ndjson", panel, "--at", days, "--out", tmp_path / "s.csv")

    assert done.exit_code == 0, done.output
    assert len(read(tmp_path / "s.csv")) == 1
    assert "note: left out, 1 lines that repeat another" in done.output
    assert "note: of 1 patient there is no record in this export: zoe" in done.output


@pytest.mark.parametrize("header", ["patient_id,index_date", "patient_id,index_date,é"])
def test_a_file_in_another_encoding_is_one_line_with_the_mend(panel, tmp_path, header):
    days = at(tmp_path, f"{header}\né,2026-06-01{',' * (header.count(',') - 1)}\n", "latin-1")

    done = run("score", "--ndjson", panel, "--at", days, "--out", tmp_path / "s.csv")

    assert done.exit_code == 1
    assert "is not in UTF-8; save it as CSV in UTF-8" in done.output
    assert len(done.output.splitlines()) == 1


@pytest.mark.parametrize("what", ["score", "train", "worklist"])
def test_a_folder_that_is_not_there_is_told_before_the_work(panel, tmp_path, what):
    rest = {
        "score": ("--ndjson", panel, "--as-of", "2026-06-01"),
        "train": ("--ndjson", panel, "--outcome", "acute"),
        "worklist": ("--ehr", "riverside"),
    }

    done = run(what, *rest[what], "--out", tmp_path / "nope" / "s.csv")

    assert done.exit_code == 2
    assert f"make it first: mkdir -p {tmp_path / 'nope'}" in done.output


def test_the_sum_of_a_score_can_be_checked_in_its_file(tmp_path):
    visits = [emergency(day) for day in (5, 20, 100, 200)]
    folder = export(
        tmp_path / "many", PATIENT, *visits, problem("F20.0", 100), problem("F11.20", 50), phq9(20, 5)
    )
    write_model(promotable(), tmp_path / "m.json")

    for model in ((), ("--model", tmp_path / "m.json")):
        run("score", *model, "--ndjson", folder, "--as-of", "2026-06-01", "--out", tmp_path / "s.csv")
        (row,) = read(tmp_path / "s.csv")
        adds = [re.search(r"\(([-+][0-9.e-]+)\) \[", row[f"reason_{n}"]) for n in range(1, 6)]
        told = [float(found[1]) for found in adds if found]
        assert math.isclose(
            float(row["base"]) + sum(told) + float(row["rest"]), float(row["sum"]), abs_tol=1e-9
        )
        assert row["reasons_in"] == ("points" if not model else LOG_ODDS)
        if model:
            odds = float(row["p30"]) / (1 - float(row["p30"]))
            assert math.isclose(math.log(odds), float(row["sum"]), abs_tol=1e-6)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-x", "@a", "\tx"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(cell):
    assert cell_of_text(cell) == "'" + cell
    assert cell_of_text("-0.5") == "-0.5"


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
