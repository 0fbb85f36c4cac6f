"""FUM, FUA and FUI: 7 and 30 days on both sides, the day itself, the year, the deadline."""

from datetime import date

import pytest

from measures.library.fua_emergency_substance_use import MEASURE as FUA
from measures.library.fui_high_intensity_care import MEASURE as FUI
from measures.library.fum_emergency_mental_illness import MEASURE as FUM
from measures.shared.hospice import INPATIENT
from measures.shared.visits import OFFICE
from tests.clinic import all_but, chart, visit
from tests.measures.follow_ups import answer, encounter, start
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR, statuses

# Of each measure: what one is followed up for, and a visit that follows it up.
MEASURES = {"FUM": FUM, "FUA": FUA, "FUI": FUI}
each = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


@each
@pytest.mark.parametrize(
    ("day", "week", "month"),
    [
        ("2026-05-09", OPEN, OPEN),
        ("2026-05-11", CLOSED, CLOSED),
        ("2026-05-17", CLOSED, CLOSED),
        ("2026-05-18", OPEN, CLOSED),
        ("2026-06-09", OPEN, CLOSED),
        ("2026-06-10", OPEN, OPEN),
        ("2026-05", UNKNOWN, UNKNOWN),
    ],
)
def test_a_visit_within_7_or_30_days(measure, day, week, month):
    assert statuses(measure, start(measure, "2026-05-10"), answer(measure, day)) == [week, month]


@each
def test_the_day_itself_counts_after_an_emergency_visit_and_not_after_a_stay(measure):
    that_day = statuses(measure, start(measure, "2026-05-10"), answer(measure, "2026-05-10"))

    assert that_day == ([OPEN, OPEN] if measure is FUI else [CLOSED, CLOSED])


@each
@pytest.mark.parametrize(("day", "status"), [("2026-05-10", OUT), ("2026-06-09", OUT), ("2026-06-10", OPEN)])
def test_a_hospital_stay_within_30_days_takes_it_out(measure, day, status):
    stay = encounter(INPATIENT, day, because=OFFICE)

    assert statuses(measure, start(measure, "2026-05-10"), stay) == [status, status]


@each
@pytest.mark.parametrize(
    ("day", "status"),
    [("2025-12-31", OUT), ("2026-01-01", OPEN), ("2026-12-01", OPEN), ("2026-12-02", OUT)],
)
def test_it_counts_in_the_year_in_which_its_30_days_lie(measure, day, status):
    assert statuses(measure, start(measure, day)) == [status, status]


@each
def test_a_contact_that_does_not_say_what_for_is_unknown(measure):
    contact = visit(OFFICE, "2026-05-12")

    assert statuses(measure, start(measure, "2026-05-10"), contact) == [UNKNOWN, UNKNOWN]


@each
def test_what_was_not_gathered_is_no_gap(measure):
    left = start(measure, "2026-05-10")

    for kind in ("Encounter", "Procedure"):
        assert statuses(measure, left, gathered=all_but(kind)) == [UNKNOWN, UNKNOWN]
    if measure is not FUM:
        assert statuses(measure, left, gathered=all_but("MedicationDispense")) == [UNKNOWN, UNKNOWN]


@each
@pytest.mark.parametrize(
    ("as_of", "group", "over"),
    [
        (date(2026, 5, 17), "Group_7", False),
        (date(2026, 5, 18), "Group_30", False),
        (date(2026, 6, 9), "Group_30", False),
        (date(2026, 6, 10), "Group_7", True),
    ],
)
def test_the_gap_that_can_still_be_closed_is_shown(measure, as_of, group, over):
    foremost = measure.evaluate(chart(start(measure, "2026-05-10")), YEAR, as_of).foremost

    assert (foremost.status, foremost.group.id, foremost.is_over) == (OPEN, group, over)
