"""Dates in words: as much as the record knows, and no more, the same everywhere."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.date_words import iso_known, iso_on, say_full_day, say_known, say_on, say_written
from measures.event import Event
from measures.orders.finding import due_words
from measures.shapes import Reading
from measures.terminology import LOINC, Code
from measures.time import FOREVER, UNKNOWN, Instant, read_instant
from tests.clinic import chart, event, observed

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
A1C = Code(LOINC, "4548-4", "A1c")


@pytest.mark.parametrize(
    ("text", "said", "within", "iso"),
    [
        ("2026-11-12", "12 Nov 2026", "on 12 Nov 2026", "on 2026-11-12"),
        ("2026-11-12T23:59:59+05:00", "12 Nov 2026", "on 12 Nov 2026", "on 2026-11-12"),
        ("2026-03", "Mar 2026", "in Mar 2026", "in 2026-03"),
        ("2024-02", "Feb 2024", "in Feb 2024", "in 2024-02"),
        ("2026", "2026", "in 2026", "in 2026"),
    ],
)
def test_a_date_is_said_as_far_as_it_was_written(text, said, within, iso):
    moment = read_instant(text)

    assert (say_known(moment), say_on(moment), iso_on(moment)) == (said, within, iso)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-01", "2026-03-31", "Mar 2026"),
        ("2026-03-10", "2026-03-11", "Mar 2026"),
        ("2026-03-31", "2026-04-01", "2026"),
        ("2026-01-01", "2026-12-31", "2026"),
        ("2025-12-31", "2026-01-01", ""),
    ],
)
def test_what_lies_between_two_days_is_said_as_far_as_both_agree(first, last, said):
    assert say_known(Instant(read_instant(first).earliest, read_instant(last).latest)) == said


@pytest.mark.parametrize(
    "moment",
    [UNKNOWN, FOREVER, Instant(UNKNOWN.earliest, read_instant("2026-03-10").latest)],
    ids=["unknown", "for ever", "some time by a day"],
)
def test_where_not_even_the_year_is_known_nothing_is_said(moment):
    assert (say_known(moment), say_on(moment), iso_known(moment), iso_on(moment)) == ("", "", "", "")


@given(DAYS)
def test_every_day_there_is_can_be_said_and_read_back(day):
    moment = read_instant(day.isoformat())

    assert iso_known(moment) == day.isoformat()
    assert say_known(moment) == say_full_day(day)
    assert say_known(moment).split() == [str(day.day), say_known(moment).split()[1], str(day.year)]


@given(DAYS, DAYS)
def test_what_is_said_is_true_of_every_day_it_may_be(one, other):
    first, last = sorted((one, other))
    span = Instant(read_instant(first.isoformat()).earliest, read_instant(last.isoformat()).latest)
    known = iso_known(span)

    assert first.isoformat().startswith(known)
    assert last.isoformat().startswith(known)


@given(st.dates(date(1, 1, 1)), st.sampled_from([4, 7, 10]))
def test_a_date_written_in_part_is_known_in_just_that_part(day, length):
    written = day.isoformat()[:length]

    assert iso_known(read_instant(written)) == written


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_is_said_by_its_day(moment):
    assert iso_known(read_instant(moment.isoformat())) == moment.date().isoformat()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-12", "12 Nov 2026"),
        ("2026-11-12T23:30:00-05:00", "12 Nov 2026"),
        ("2026-11", "Nov 2026"),
        ("2026", "2026"),
        ("", ""),
        ("around Easter", "around Easter"),
        ("2026-13", "2026-13"),
    ],
)
def test_what_stands_in_a_resource_is_said_by_the_day_that_it_names(text, said):
    assert say_written(text) == said


PARTIAL = {
    "a dateTime": observed(A1C, "2026-03"),
    "the start of a Period": observed(A1C, None, effectivePeriod={"start": "2026-03", "end": "2026-05-01"}),
    "a medicine somebody takes": event(
        "MedicationStatement", status="active", effectivePeriod={"start": "2026-03"}
    ),
    "an encounter": event("Encounter", status="finished", period={"start": "2026-03", "end": "2026-03"}),
    "an onset": event("Condition", onsetPeriod={"start": "2026-03"}),
    "a performed Period": event("Procedure", status="completed", performedPeriod={"start": "2026-03"}),
    "a care plan": event("CarePlan", status="active", period={"start": "2026-03"}),
}


@pytest.mark.parametrize("resource", PARTIAL.values(), ids=PARTIAL)
def test_a_month_is_known_wherever_the_resource_keeps_it(resource):
    [found] = chart(resource).every(resource["resourceType"])

    assert (found.date_text, found.on_date) == ("2026-03", "in 2026-03")


@pytest.mark.parametrize("identity", ["2026", "2026-03"])
def test_what_only_looks_like_a_date_is_none(identity):
    [found] = chart(observed(A1C, None, id=identity)).every("Observation")

    assert (found.date_text, found.on_date) == ("undated", "undated")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-03-14", "last A1c 6 % on 14 Mar 2025, 253 days ago; due yearly"),
        ("2025-03", "last A1c 6 % in Mar 2025; due yearly"),
        (None, "last A1c 6 % undated; due yearly"),
    ],
)
def test_the_last_test_is_told_with_as_much_of_its_date_as_is_known(day, said):
    last = Event("Observation", observed(A1C, day, value=6), Reading(UTC, None, []))

    assert due_words("A1c", "yearly", last, date(2025, 11, 22)) == said
