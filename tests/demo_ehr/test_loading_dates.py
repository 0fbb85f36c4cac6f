"""An old export is moved to today: all of it, by whole days, and said so."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from smart_app.demo_ehr.loading import load_people
from smart_app.demo_ehr.loading_dates import move
from tests.demo_ehr.export import PATIENT, seen, write

TODAY = date(2026, 11, 22)


def old_set(folder: Path, days_ago: int) -> None:
    newest = (TODAY - timedelta(days=days_ago)).isoformat()
    write(
        folder / "all.ndjson",
        PATIENT,
        seen("older", "2019-03-01"),
        seen("newest", f"{newest}T08:00:00-05:00"),
    )


def test_a_set_that_ends_365_days_ago_stays_as_it_is(tmp_path):
    old_set(tmp_path, 365)
    people = load_people(tmp_path, TODAY)
    assert people.note == ""
    assert people.resources("p1")[1]["effectiveDateTime"] == "2019-03-01"


def test_a_set_that_ends_366_days_ago_is_moved_to_three_days_ago(tmp_path):
    old_set(tmp_path, 366)
    people = load_people(tmp_path, TODAY)
    patient, older, newest = people.resources("p1")
    assert newest["effectiveDateTime"] == "2026-11-19T08:00:00-05:00"
    assert older["effectiveDateTime"] == "2020-02-27"
    assert patient["birthDate"] == "1981-04-29"
    assert people.patients["p1"].birth_date == date(1981, 4, 29)
    assert "every date (birth dates too) is shown 363 days later than recorded" in people.note
    assert "--dates as-recorded" in people.note


def test_as_recorded_leaves_an_old_set_alone(tmp_path):
    old_set(tmp_path, 3000)
    people = load_people(tmp_path, TODAY, as_recorded=True)
    assert people.note == ""
    assert people.resources("p1")[0]["birthDate"] == "1980-05-01"


def test_a_date_to_come_or_an_impossible_one_does_not_count_as_the_newest(tmp_path):
    write(
        tmp_path / "all.ndjson",
        PATIENT,
        seen("a", "2019-01-31"),
        seen("b", "2031-01-01"),
        seen("c", "2019-02-30"),
    )
    people = load_people(tmp_path, TODAY)
    assert people.note.startswith("These records end on 2019-01-31.")
    assert people.resources("p1")[3]["effectiveDateTime"] == "2019-02-30"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("birthDate", "2000-02-28", "2000-03-29"),
        ("issued", "2019-12-31T23:59:59.999-05:00", "2020-01-30T23:59:59.999-05:00"),
        ("onsetDateTime", "2019-12", "2020-01"),
        ("onsetDateTime", "2019", "2019"),
        ("event", ["2019-12-31"], ["2020-01-30"]),
        ("identifier", [{"value": "2019-12-31"}], [{"value": "2019-12-31"}]),
        ("valueString", "2019-12-31", "2019-12-31"),
        ("version", "2019", "2019"),
        ("effectiveDateTime", "2019-02-30", "2019-02-30"),
        ("effectiveDateTime", "9999-12-31", "9999-12-31"),
    ],
)
def test_moved_by_thirty_days(name, before, after):
    assert move({name: before}, 30) == {name: after}


def test_a_year_alone_stays_a_year():
    assert move({"onsetDateTime": "2012"}, 2761) == {"onsetDateTime": "2020"}
