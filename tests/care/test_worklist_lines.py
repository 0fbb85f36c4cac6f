"""A line of the worklist: what to do next, and beside each reason what can be done about it."""

from __future__ import annotations

import csv
import io

import pytest

from measures.record import PatientRecord
from measures.risk.next_action import IN_HOSPITAL
from measures.risk.outlook import outlook
from measures.risk.points import expert_points
from measures.risk.policy import Policy
from smart_app.care.worklist import Entry, as_csv, entries
from tests.risk.charts import DAY, appointment, chart, emergency, office, phq9, stay

FOLLOW_UP = "Call after discharge; book a visit if there is none"


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
        "Book a visit about the PHQ-9",
        "Go through the emergency visits; agree where to call first",
    }
    assert row["actions"] == "; ".join(entry.actions)


@pytest.mark.parametrize(("ahead", "soon"), [(14, True), (15, False)])
def test_a_visit_that_is_booked_soon_is_confirmed_and_any_is_named_with_its_day(ahead: int, soon: bool):
    entry = line(chart(stay(20, 5), appointment(-ahead, "booked")))

    confirm = "Call after discharge; confirm the booked visit"
    assert entry.next_action == (confirm if soon else FOLLOW_UP)
    assert entry.on_file == (f"visit booked {15 if soon else 16} Jun",)


def test_who_is_in_hospital_is_not_to_be_called():
    assert line(chart(phq9(27, 2), stay(2, None))).next_action == IN_HOSPITAL


def test_who_has_no_points_is_said_to_fill_the_list():
    entry = line(chart(office(3)))

    assert entry.risk == "0 points"
    assert entry.reasons == ("no points: only fills the size of the list",)
