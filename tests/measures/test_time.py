"""Instants, days, partial dates, open and unknown ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from measures.time import (
    FOREVER,
    UNKNOWN,
    Instant,
    Interval,
    Period,
    add_months,
    at_or_before,
    before,
    both,
    either,
    included,
    overlap,
    read_instant,
    within,
)

YEAR = Period.year(2025)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("2025-03-10", date(2025, 3, 10), date(2025, 3, 10)),
        ("2025-03-10T08:00:00Z", date(2025, 3, 10), date(2025, 3, 10)),
    ],
)
def test_a_date_spans_what_its_precision_leaves_open(text, first, last):
    moment = read_instant(text)
    assert Instant(moment.earliest, moment.earliest).day == first
    assert Instant(moment.latest, moment.latest).day == last


@pytest.mark.parametrize("text", ["", "yesterday", "2025-13", "2025-02-30", "202", "2025-03-10T25:00:00Z"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_instant(text)


def test_an_offset_moves_the_day_as_seen_from_the_records_zone():
    evening_in_new_york = "2025-12-31T20:00:00-05:00"
    assert read_instant(evening_in_new_york, UTC).day == date(2026, 1, 1)
    assert read_instant(evening_in_new_york, ZoneInfo("America/New_York")).day == date(2025, 12, 31)


@given(
    st.integers(int(datetime(1973, 1, 1, tzinfo=UTC).timestamp()), 2**31),
    st.sampled_from(["America/Denver", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"]),
)
@example(int(datetime(2026, 3, 8, 8, 59, 59, tzinfo=UTC).timestamp()), "America/Denver")
@example(int(datetime(2026, 3, 8, 9, 0, tzinfo=UTC).timestamp()), "America/Denver")
@example(int(datetime(2026, 4, 4, 15, 0, tzinfo=UTC).timestamp()), "Australia/Lord_Howe")
def test_the_day_is_that_of_the_zones_wall_clock_also_where_it_jumps(second, name):
    moment = datetime.fromtimestamp(second, UTC)
    there = moment.astimezone(ZoneInfo(name))

    read = read_instant(moment.isoformat(), ZoneInfo(name))

    assert read.day == there.date()
    assert read == read_instant(there.replace(tzinfo=None).isoformat())


def test_one_moment_written_in_two_zones_is_one_moment():
    assert read_instant("2025-06-01T12:00:00Z") == read_instant("2025-06-01T14:00:00+02:00")


def test_a_month_is_within_a_year_that_holds_all_of_it():
    assert within(read_instant("2025-12"), YEAR.interval) is True
    assert within(read_instant("2024-12"), YEAR.interval) is False


def test_a_partial_date_across_a_boundary_is_unknown():
    half = Period(date(2025, 1, 1), date(2025, 6, 15))
    assert within(read_instant("2025-06"), half.interval) is None
    assert before(read_instant("2025-06"), read_instant("2025-06-15")) is None


def test_the_first_and_last_millisecond_of_a_period_belong_to_it():
    assert within(read_instant("2025-01-01T00:00:00Z"), YEAR.interval) is True
    assert within(read_instant("2025-12-31T23:59:59.999Z"), YEAR.interval) is True
    assert within(read_instant("2026-01-01T00:00:00Z"), YEAR.interval) is False
    assert within(read_instant("2024-12-31T23:59:59.999Z"), YEAR.interval) is False


def test_what_goes_on_overlaps_every_later_period():
    ongoing = Interval(read_instant("2019-05-01"), FOREVER)
    assert overlap(ongoing, YEAR.interval) is True
    assert included(ongoing, YEAR.interval) is False


def test_an_unknown_start_does_not_prove_an_overlap():
    ended_in_march = Interval(
        Instant(UNKNOWN.earliest, read_instant("2025-03-01").latest), read_instant("2025-03-01")
    )
    assert overlap(ended_in_march, YEAR.interval) is True
    assert included(ended_in_march, YEAR.interval) is None


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 3, 15), -3, date(2024, 12, 15)),
    ],
)
def test_months_are_added_as_in_cql(day, months, then):
    assert add_months(day, months) == then


def test_the_first_six_months_end_on_the_last_of_june():
    assert YEAR.first(months=6) == Period(date(2025, 1, 1), date(2025, 6, 30))


# -- the three values ----------------------------------------------------------------------------------------

moments = st.tuples(st.integers(-50, 50), st.integers(0, 20)).map(lambda p: Instant(p[0], p[0] + p[1]))
intervals = st.tuples(moments, moments).map(lambda p: Interval(*sorted(p)))


def exact(moment: Instant) -> st.SearchStrategy[Instant]:
    return st.integers(moment.earliest, moment.latest).map(lambda ms: Instant(ms, ms))


@given(moments, moments, st.data())
def test_a_definite_answer_holds_however_the_record_is_completed(a, b, data):
    for relation in (before, at_or_before):
        answer = relation(a, b)
        if answer is not None:
            assert relation(data.draw(exact(a)), data.draw(exact(b))) is answer


@given(intervals, intervals, st.data())
def test_intervals_too_answer_definitely_only_when_nothing_more_could_change_it(a, b, data):
    def completed(interval: Interval) -> Interval:
        return Interval(data.draw(exact(interval.start)), data.draw(exact(interval.end)))

    for relation in (overlap, included):
        answer = relation(a, b)
        if answer is not None:
            assert relation(completed(a), completed(b)) is answer


truths = st.sampled_from([True, False, None])


@given(truths, truths)
def test_and_and_or_are_kleenes(a, b):
    def values(x: bool | None) -> tuple[bool, ...]:
        return (True, False) if x is None else (x,)

    def known(outcomes: set[bool]) -> bool | None:
        return outcomes.pop() if len(outcomes) == 1 else None

    assert both(a, b) is known({x and y for x in values(a) for y in values(b)})
    assert either(a, b) is known({x or y for x in values(a) for y in values(b)})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1970-01-01", 0),
        ("1969-12-31", -1),
        ("2025-03-10T23:59:59.999Z", 20157),
        ("2025-03", None),
        ("0001-01-01", date.min.toordinal() - date(1970, 1, 1).toordinal()),
        ("9999-12-31", date.max.toordinal() - date(1970, 1, 1).toordinal()),
    ],
)
def test_a_day_is_counted_from_1970_where_the_date_is_precise_enough(text, day):
    moment = read_instant(text)
    assert moment.day_number == day
    assert moment.day == (None if day is None else date(1970, 1, 1) + timedelta(days=day))


@pytest.mark.parametrize("moment", [UNKNOWN, FOREVER, Instant(-(2**62), -(2**62))])
def test_what_is_on_no_day_of_the_calendar_has_none(moment):
    assert (moment.day, moment.day_number) == (None, None)
