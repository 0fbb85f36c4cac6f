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

from measures.risk.feature import answers
from measures.risk.groups import UNKNOWN, groups_of
from measures.risk.model import Model, read_model
from measures.risk.outcome import OUTCOMES, labels
from smart_app.cli import throughline
from tests.batch.export import lines, of, person
from tests.risk.charts import DAY, PATIENT, ago, chart, emergency, measured, office, ordered, phq9, problem

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


BROKEN = {
    "a type that is no concept": office(20) | {"type": 7},
    "a code that is no text": office(20) | {"type": [{"coding": [{"system": "x", "code": ["y"]}]}]},
    "a reason that is no concept": office(20) | {"reasonCode": "pain"},
    "a diagnosis that is no list": office(20) | {"diagnosis": 7},
    "a problem whose status is a number": problem("F33.1", 20) | {"verificationStatus": 7},
    "a component that is text": measured("85354-9", 120, 20) | {"component": ["120/80"]},
    "an answer that is no concept": measured("44260-8", 1, 20) | {"valueCodeableConcept": "not at all"},
    "a screen whose parts are no list": measured("93373-9", 1, 20) | {"component": 7, "valueQuantity": None},
    "a medicine that is text": ordered("sertraline", 20, 30) | {"medicationCodeableConcept": "sertraline"},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_resource_that_cannot_be_read_costs_no_score_of_anybody_else(broken, tmp_path):
    whole = [person("p1"), of(emergency(10), "p1"), of(emergency(400), "p1")]
    export = written(tmp_path / "export", *whole, person("p2"), of(office(10), "p2"), of(broken, "p2"))

    done = risk("score", "--ndjson", export, "--as-of", DAY, "--out", tmp_path / "s.csv")

    assert done.exit_code == 0, done.output
    with (tmp_path / "s.csv").open(newline="") as stream:
        rows = {row["patient_id"]: row for row in csv.DictReader(stream)}
    assert rows.keys() == {"p1", "p2"}
    assert float(rows["p1"]["points"]) > 0


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_resource_that_cannot_be_read_is_named_and_what_else_is_known_stays_so(broken):
    record = chart(office(10), emergency(20), broken)

    told = answers(record, DAY)

    assert told["ed_visits_90d"].number == 1
    assert len(record.problems) == 1
    assert "cannot be" in record.problems[0]
    assert labels(record, OUTCOMES["acute"], DAY) == []  # nor does anybody fail who asks for labels


US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
ODD = {
    "a language that is a number": {"communication": [{"language": 7}, 7]},
    "languages that are no list": {"communication": True},
    "a race in words": {"extension": [{"url": f"{US_CORE}race", "extension": "White"}]},
    "extensions that are no list": {"extension": "White"},
}


@pytest.mark.parametrize("elements", ODD.values(), ids=ODD)
def test_of_whom_it_cannot_be_read_a_report_does_not_know_the_group(elements):
    coverage = {"resourceType": "Coverage", "id": "c", "status": "active", "type": {"coding": "Medicare"}}
    whose = {"beneficiary": {"reference": "Patient/p"}}
    told = groups_of(chart(coverage | whose, patient=PATIENT | elements), DAY)

    assert (told.pop("sex"), told.pop("age")) == ("female", "45 to 64")
    assert set(told.values()) == {UNKNOWN}


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
