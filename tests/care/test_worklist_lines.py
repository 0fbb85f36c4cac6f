"""A line of the worklist: what to do next, and beside each reason what can be done about it."""

from __future__ import annotations

import csv
import io

import pytest

from measures.record import PatientRecord
from measures.risk.outlook import outlook
from measures.risk.points import expert_points
from measures.risk.policy import Policy
from smart_app.care.worklist import Entry, as_csv, entries
from tests.risk.charts import DAY, chart, emergency, office, phq9, stay

FOLLOW_UP = "Call after discharge; confirm the follow-up visit"


def line(record: PatientRecord) -> Entry:
    made = outlook(expert_points().score, record, DAY)
    [entry] = entries(["p"], {"p": made}, {}, Policy(), DAY)
    return entry


@pytest.mark.parametrize(("days", "first"), [(7, True), (8, False)])
def test_while_the_days_after_a_psychiatric_stay_are_counted_the_follow_up_comes_first(
    days: int, first: bool
):
    heavier = (phq9(27, 2), *(emergency(day) for day in (2, 3, 4)))

    entry = line(chart(stay(days + 9, days), *heavier))

    assert entry.urgent is first
    assert (entry.next_action == FOLLOW_UP) is first


def test_each_reason_has_its_action_beside_it_also_in_the_file():
    entry = line(chart(phq9(21, 3), *(emergency(day) for day in (40, 50))))
    [row] = csv.DictReader(io.StringIO(as_csv([entry])))

    assert len(entry.actions) == len(entry.reasons) == 2
    assert set(entry.actions) == {
        "Book a visit to review depression treatment",
        "Review emergency visits; make a plan for crises",
    }
    assert row["actions"] == "; ".join(entry.actions)


def test_who_has_no_points_is_said_to_fill_the_list():
    entry = line(chart(office(3)))

    assert entry.risk == "0 points"
    assert entry.reasons == ("no points: only fills the size of the list",)
