"""The patient's birthdays and death, as moments to compare events with."""

from datetime import date

import pytest

from measures.events import RecordCannotSay
from measures.library.cms2_depression_screening import MEASURE as CMS2
from measures.library.cms2_depression_screening import VISIT
from measures.measure import GapStatus
from measures.terminology import ValueSet
from measures.time import FOREVER, UNKNOWN, Instant, Period, at_or_before, months_after, read_instant
from tests.clinic import chart, visit

OFFICE = ValueSet("1.2.3", "Office visit")


@pytest.mark.parametrize(
    ("day", "grown"),
    [
        ("2026-05-01", True),
        ("2026-04-30", False),
        ("2026-05-01T00:00:00Z", True),
        ("2026-04-30T23:59:59Z", False),
        ("2026-05", True),
        ("2026-04", False),
        ("2026", None),
        ("2027", True),
    ],
)
def test_an_event_falls_before_or_after_the_eighteenth_birthday(day, grown):
    record = chart(visit(OFFICE, day), born="2008-05-01")
    [seen] = record.encounters(OFFICE)
    assert at_or_before(record.turns(18), seen.start) is grown


@pytest.mark.parametrize(
    ("born", "years", "birthday"),
    [
        ("2008-02-29", 18, date(2026, 3, 1)),
        ("2008-02-29", 16, date(2024, 2, 29)),
        ("2008-12-31", 18, date(2026, 12, 31)),
    ],
)
def test_the_birthday_is_the_day_the_age_changes(born, years, birthday):
    record = chart(born=born)
    assert record.turns(years).day == birthday
    assert record.age_on(birthday) == years
    assert record.age_on(date.fromordinal(birthday.toordinal() - 1)) == years - 1


def test_without_a_birth_date_there_is_no_birthday():
    with pytest.raises(RecordCannotSay, match="no birth date"):
        chart(born=None).turns(18)


@pytest.mark.parametrize(
    ("day", "grown"),
    [("2026-05-31", True), ("2026-05-01", None), ("2026-05-15", None), ("2026-04-30", False)],
)
def test_of_a_month_of_birth_the_birthday_is_somewhere_in_it(day, grown):
    assert at_or_before(chart(born="2008-05").turns(18), read_instant(day)) is grown


@pytest.mark.parametrize(
    ("patient", "died"),
    [
        ({}, None),
        ({"deceasedBoolean": False}, None),
        ({"deceasedBoolean": True}, UNKNOWN),
        ({"deceasedDateTime": "2026-06-01"}, read_instant("2026-06-01")),
        ({"deceasedDateTime": "yesterday"}, UNKNOWN),
    ],
)
def test_death_is_known_as_far_as_the_record_says(patient, died):
    assert chart(**patient).died == died


def test_a_day_of_death_that_is_no_date_is_a_problem_of_the_record():
    record = chart(deceasedDateTime="yesterday")
    assert record.died == UNKNOWN
    assert record.died == UNKNOWN
    assert record.problems == ["Patient/pat-1: deceasedDateTime 'yesterday' is no date; it counts as unknown"]


@pytest.mark.parametrize(
    ("moment", "months", "then"),
    [
        ("2026-06-10T09:00:00Z", -12, "2025-06-10T09:00:00Z"),
        ("2024-02-29T09:00:00Z", -12, "2023-02-28T09:00:00Z"),
        ("2026-01-31", 1, "2026-02-28"),
    ],
)
def test_months_are_counted_by_the_calendar_and_keep_the_time_of_day(moment, months, then):
    assert months_after(read_instant(moment), months) == read_instant(then)


def test_what_has_no_date_stays_without_one():
    assert months_after(UNKNOWN, -12) == UNKNOWN
    assert months_after(FOREVER, -12) == FOREVER
    half_known = Instant(UNKNOWN.earliest, read_instant("2026-06-10").latest)
    assert months_after(half_known, -12).latest == read_instant("2025-06-10").latest


@pytest.mark.parametrize(
    ("patient", "as_of", "dead"),
    [
        ({}, date(2025, 6, 1), False),
        ({"deceasedDateTime": "2025-06-01"}, date(2025, 5, 31), False),
        ({"deceasedDateTime": "2025-06-01"}, date(2025, 6, 1), True),
        ({"deceasedDateTime": "2025-06"}, date(2025, 6, 1), True),
        ({"deceasedBoolean": True}, date(2025, 6, 1), True),
    ],
)
def test_nothing_is_asked_for_once_the_patient_has_died(patient, as_of, dead):
    not_seen, seen_and_not_screened = chart(**patient), chart(visit(VISIT, "2025-03-10"), **patient)
    assert not_seen.has_died_by(as_of) is dead
    for record, asked in ((not_seen, GapStatus.PROSPECTIVE), (seen_and_not_screened, GapStatus.OPEN)):
        result = CMS2.evaluate(record, Period.year(2025), as_of=as_of)
        assert result.status is (GapStatus.NOT_APPLICABLE if dead else asked)
        assert bool(result.next_steps) is not dead


def test_a_report_still_counts_who_died_during_the_year():
    record = chart(visit(VISIT, "2025-03-10"), deceasedDateTime="2025-06-01")
    by_year = CMS2.evaluate(record, Period.year(2025)).foremost
    in_june = CMS2.evaluate(record, Period.year(2025), as_of=date(2025, 6, 2)).foremost
    assert by_year.populations == in_june.populations
    assert by_year.status is GapStatus.OPEN
