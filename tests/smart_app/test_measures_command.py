"""`throughline measures`: what a quality team types, and what it is told."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from smart_app.cli import throughline
from tests.batch.export import export, hypertensive, rows

OWN = """
id: harbor
title: Harbor Health
citation: our contract of 2025, section 3
verified: 2026-01-31
years:
  - {from: 2026, to: 2026, standing: scored, measures: [CMS165, CMS122, MISSING]}
not_from_the_record:
  - {id: SURVEY, title: Our own survey}
"""


def run(*words):
    return CliRunner().invoke(throughline, ["measures", *map(str, words)])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An export, in a working folder where no value sets are loaded."""
    monkeypatch.chdir(tmp_path)
    people = [*hypertensive("ann", 130), *hypertensive("bob", 150)]
    return export(tmp_path / "export", *people)


@pytest.fixture
def results(folder, tmp_path):
    out = tmp_path / "out"
    asked = ("--period", "2026", "--workers", "1", "--measure", "CMS165", "--measure", "CMS122")
    assert run("evaluate", "--ndjson", folder, "--out", out, *asked).exit_code == 0
    return out


def test_the_list_names_the_programmes_a_measure_counts_for():
    (line,) = [line for line in run("list").output.splitlines() if line.startswith("CMS165 ")]

    assert "Controlling high blood pressure" in line
    assert "ACO LEAD" in line
    assert "MSSP APP Plus" in line


def test_evaluating_says_how_many_where_and_with_which_vocabulary(folder, tmp_path):
    done = run("evaluate", "--ndjson", folder, "--period", "2026", "--out", tmp_path / "out", "--workers", 1)

    assert done.exit_code == 0, done.output
    assert done.output.startswith("2 patients, ")
    assert "2026-01-01 to 2026-12-31" in done.output
    assert str(tmp_path / "out" / "results.ndjson") in done.output
    assert "vocabulary: starter vocabulary: not for reporting" in done.output
    assert "These results are not for reporting" in done.output


@pytest.mark.parametrize("period", ["2026", "2026-01-01/2026-12-31"])
def test_a_period_is_a_year_or_its_first_and_last_day(folder, tmp_path, period):
    out = tmp_path / "out"
    asked = ("--period", period, "--measure", "CMS165", "--workers", 1)
    run("evaluate", "--ndjson", folder, "--out", out, *asked)

    assert rows(out)["ann", "CMS165"]["period"] == "2026-01-01/2026-12-31"


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("26", "neither a year"),
        ("2026-01", "neither a year"),
        ("2026-02-30/2026-12-31", "neither a year"),
        ("2026-12-31/2026-01-01", "ends before it begins"),
    ],
)
def test_another_period_is_refused_with_an_example(folder, tmp_path, period, told):
    done = run("evaluate", "--ndjson", folder, "--period", period, "--out", tmp_path / "out")

    assert done.exit_code == 2
    assert told in done.output


def test_broken_lines_are_counted_and_where_they_are_named_is_said(folder, tmp_path):
    with (folder / "Condition.ndjson").open("a") as conditions:
        conditions.write("{broken\n")

    asked = ("--period", 2026, "--measure", "CMS165", "--workers", 1)
    done = run("evaluate", "--ndjson", folder, "--out", tmp_path / "out", *asked)

    assert done.exit_code == 0
    assert "1 lines could not be read; problems.txt names them" in done.output


def test_an_unknown_measure_and_an_empty_folder_are_told_in_one_line(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()

    unknown = run("evaluate", "--ndjson", folder, "--period", 2026, "--out", tmp_path / "o", "--measure", "X")
    nothing = run("evaluate", "--ndjson", empty, "--period", 2026, "--out", tmp_path / "o")

    assert "no measure is called X; see `throughline measures list`" in unknown.output
    assert nothing.exit_code == 1
    assert "holds no Bulk FHIR" in nothing.output


def test_a_scorecard_prints_rates_of_a_programme_and_what_no_record_tells(results):
    done = run("scorecard", "mssp-app-plus", "--year", 2026, "--results", results)

    told = {line.split()[0]: line for line in done.output.splitlines() if line.startswith("CMS")}
    assert done.exit_code == 0, done.output
    assert "50.0%  1/2  0" in told["CMS165"]
    assert "(lower is better)" in told["CMS122"]
    assert "not evaluated" in told["CMS2"]
    assert "not from the record  Q321" in done.output
    assert "These rates are not for reporting." in done.output


def test_a_scorecard_of_the_organisation_s_own(results, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "harbor.yaml").write_text(OWN)

    done = run("scorecard", "harbor", "--year", 2026, "--results", results, "--programmes", own)

    assert done.output.startswith("Harbor Health 2026: scored, 2 patients")
    assert "not from the record  SURVEY  Our own survey" in done.output


@pytest.mark.parametrize(
    ("programme", "year", "told"),
    [
        ("mssp", 2026, "no programme is called 'mssp'; there are aco-reach"),
        ("mssp-app-plus", 2031, "mssp-app-plus has no measures in 2031; it has 2025, 2026, 2027-2028"),
        ("lead", 2027, "the results are of 2026-01-01 to 2026-12-31, not of 2027; evaluate with"),
    ],
)
def test_a_scorecard_that_cannot_be_made_says_why(results, programme, year, told):
    done = run("scorecard", programme, "--year", year, "--results", results)

    assert done.exit_code != 0
    assert told in done.output


def test_a_folder_without_a_summary_says_how_to_make_one(tmp_path):
    done = run("scorecard", "lead", "--year", 2027, "--results", tmp_path)

    assert "holds no summary.json; make it with `throughline measures evaluate --out DIR`" in done.output
