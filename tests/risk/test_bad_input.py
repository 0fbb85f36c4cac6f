"""What a site may send, typed at the command line: a clear refusal or a labelled, degraded model; never a
probability of 0 or 1, never a crash.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from measures.risk.model import Model, read_model
from smart_app.cli import throughline
from tests.batch.export import lines, of, person
from tests.risk.charts import DAY, ago, emergency, office, phq9

NAMED = ("--target", "y", "--group", "who", "--id", "row", "--model", "logistic")


def risk(*arguments: object) -> Result:
    done = CliRunner().invoke(throughline, ["risk", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    return done


def written(folder: Path, *resources: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "all.ndjson").write_bytes(lines(resources))
    return folder


@pytest.fixture(scope="module")
def site() -> list[dict[str, Any]]:
    """120 people and three years of visits; who had an emergency has another one sooner. No observation."""
    random = np.random.default_rng(3)
    found: list[dict[str, Any]] = []
    for number in range(120):
        identity, frail = f"p{number:03}", number % 4 == 0
        days = random.integers(1, 1100, 9 if frail else 1).tolist()
        held = [office(1150), *(emergency(day) for day in days), *(office(d) for d in range(60, 1100, 300))]
        found += [person(identity), *(of(one, identity) for one in held)]
    return found


def scored(model: Path, export: Path, out: Path) -> list[dict[str, str]]:
    done = risk("score", "--model", model, "--ndjson", export, "--as-of", DAY, "--out", out)
    assert done.exit_code == 0, done.output
    with out.open(newline="") as stream:
        return list(csv.DictReader(stream))


def trained(export: Path, out: Path) -> Model:
    done = risk("train", "--ndjson", export, "--outcome", "acute", "--model", "logistic", "--out", out)
    assert done.exit_code == 0, done.output
    return read_model(out)


def test_a_site_that_sends_no_phq9_at_all_gets_a_degraded_model_that_says_so_with_each_score(site, tmp_path):
    export = written(tmp_path / "export", *site)
    model = trained(export, tmp_path / "m.json")
    rows = scored(tmp_path / "m.json", export, tmp_path / "s.csv")

    assert "degraded: trained without the PHQ-9, which this site does not send" in model.label
    assert not [column.id for column in model.columns if column.id.startswith("phq9")]
    assert any("always missing here" in note and "phq9_last" in note for note in model.card["notes"])
    assert {row["label"] for row in rows} == {model.label}
    assert all(0 < float(row["p30"]) <= float(row["p90"]) < 1 for row in rows)


def test_a_site_that_sends_one_has_no_such_label(site, tmp_path):
    screens = [of(phq9(n % 27, days), f"p{n:03}") for n in range(60) for days in (500, 90)]
    model = trained(written(tmp_path / "export", *site, *screens), tmp_path / "m.json")

    assert "PHQ-9" not in model.label


def test_what_is_dated_in_the_future_changes_no_score(site, tmp_path):
    later = [of(emergency(-30), f"p{n:03}") for n in range(40)]
    born = person("p200", born=ago(-400))
    plain = written(tmp_path / "plain", *site)
    mixed = written(tmp_path / "mixed", *site, *later, born, of(office(10), "p200"))
    trained(plain, tmp_path / "m.json")

    before = {row["patient_id"]: row for row in scored(tmp_path / "m.json", plain, tmp_path / "a.csv")}
    after = {row["patient_id"]: row for row in scored(tmp_path / "m.json", mixed, tmp_path / "b.csv")}

    unborn = after.pop("p200")
    assert after == before
    assert unborn["p90"] == "" or 0 < float(unborn["p90"]) < 1


def test_labels_for_unknown_patients_repeated_and_to_come_are_left_out_and_said(site, tmp_path):
    export = written(tmp_path / "export", *site)
    rows = [f"p{n:03},{DAY - timedelta(400)},0,0,{int(n % 3 == 0)}" for n in range(120)]
    more = ["stranger,2026-01-01,0,0,1", rows[0], "p001,2999-01-01,0,0,1"]
    (tmp_path / "l.csv").write_text("\n".join(["patient_id,index_date,y30,y60,y90", *rows, *more]))

    done = risk("train", "--ndjson", export, "--labels", tmp_path / "l.csv", "--out", tmp_path / "m.json")

    assert done.exit_code == 0, done.output
    assert "note: labels for 1 patients who are not in this export: stranger" in done.output
    assert "note: left out, 1 labels that repeat another" in done.output
    assert "note: left out, 1 labels of days to come" in done.output
    assert "degraded: too few events to be relied on" in read_model(tmp_path / "m.json").label


def table(rows: Iterator[str], file: Path) -> Path:
    file.write_text("row,who,visits,empty,y\n" + "".join(rows))
    return file


def visits(came: Any = None) -> Iterator[str]:
    """1,600 rows of 400 people; `came` decides the target from the number of the row."""
    random = np.random.default_rng(4)
    for number in range(1600):
        count = random.poisson(1.5)
        y = random.random() < 1 / (1 + np.exp(2.8 - count)) if came is None else came(number)
        yield f"r{number},p{number // 4},{count},,{y:d}\n"


def of_table(rows: Iterator[str], folder: Path) -> tuple[Result, Path]:
    file, out = table(rows, folder / "t.csv"), folder / "m.json"
    return risk("train", "--table", file, *NAMED, "--out", out), out


def test_a_column_that_is_all_missing_is_left_out_and_said(tmp_path):
    done, out = of_table(visits(), tmp_path)

    assert done.exit_code == 0, done.output
    assert "empty" in " ".join(read_model(out).card["notes"])
    assert not [column for column in read_model(out).columns if column.parent == "empty"]


@pytest.mark.parametrize("everybody", [False, True])
def test_one_class_is_refused(tmp_path, everybody):
    done, out = of_table(visits(lambda number: everybody), tmp_path)

    assert done.exit_code == 1
    assert "with one class nothing can be learnt; check the target" in done.output
    assert not out.exists()


def test_12_events_are_refused_with_what_to_use_instead(tmp_path):
    done, out = of_table(visits(lambda number: number % 134 == 0), tmp_path)

    assert done.exit_code == 1
    assert "12 events are too few" in done.output
    assert "expert points" in done.output
    assert not out.exists()


def test_rows_that_repeat_others_teach_nothing_more(tmp_path):
    once, twice = tmp_path / "once", tmp_path / "twice"
    once.mkdir()
    twice.mkdir()
    rows = list(visits())
    _, plain = of_table(iter(rows), once)
    done, doubled = of_table(iter([*rows, *rows]), twice)

    assert "1600 rows that repeat another" in done.output.replace(",", "")
    assert read_model(doubled).fit.linear.as_json() == read_model(plain).fit.linear.as_json()
    assert read_model(doubled).card["events"] == read_model(plain).card["events"]


@pytest.mark.parametrize("cell", ["NaN", "nan", "inf", "-inf", "1e999", ""])
def test_a_number_that_is_none_is_missing_and_scores_between_0_and_1(tmp_path, cell):
    done, model = of_table(visits(), tmp_path)
    assert done.exit_code == 0, done.output
    asked = table(iter([f"r1,p1,{cell},,0\n", "r2,p2,999999999,,0\n", "r3,p3,-5,,0\n"]), tmp_path / "x.csv")

    told = risk("score", "--model", model, "--table", asked, "--out", tmp_path / "s.csv")

    assert told.exit_code == 0, told.output
    with (tmp_path / "s.csv").open(newline="") as stream:
        chances = [float(row["p"]) for row in csv.DictReader(stream)]
    assert len(chances) == 3
    assert all(0 < chance < 1 for chance in chances)
