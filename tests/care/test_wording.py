"""How dates, ages and numbers are said."""

from datetime import date

import pytest

from measures.quantity import Quantity
from smart_app.care.wording import age, ago, say_day, say_number, say_quantity, say_span
from tests.care.desk import TODAY


def test_the_year_is_said_when_it_is_not_this_one():
    assert say_day(date(2026, 1, 1), TODAY) == "1 Jan"
    assert say_day(date(2025, 12, 31), TODAY) == "31 Dec 2025"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 21), "today"),
        (date(2026, 11, 20), "yesterday"),
        (date(2026, 11, 22), "tomorrow"),
        (date(2026, 11, 25), "in 4 days"),
        (date(2026, 7, 23), "121 days ago"),
        (date(2026, 7, 22), "4 months ago"),
        (date(2024, 11, 22), "24 months ago"),
        (date(2024, 11, 20), "2 years ago"),
    ],
)
def test_how_long_ago_is_said_as_coarsely_as_it_matters(day, said):
    assert ago(day, TODAY) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 11, 18), date(2026, 11, 18), "18 Nov"),
        (date(2026, 11, 8), date(2026, 11, 18), "8–18 Nov"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 Oct – 3 Nov"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 Dec 2025 – 2 Jan 2026"),
    ],
)
def test_a_span_repeats_month_and_year_only_where_they_change(first, last, said):
    assert say_span(first, last, TODAY) == said


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(1972, 11, 21), "54 y"),
        (date(1972, 11, 22), "53 y"),
        (date(2024, 11, 21), "2 y"),
        (date(2024, 11, 22), "23 mo"),
    ],
)
def test_age_turns_on_the_birthday_and_is_in_months_under_two(born, said):
    assert age(born, TODAY) == said


def test_numbers_keep_the_decimals_asked_for_and_drop_empty_ones():
    assert say_number(7, 1) == "7.0"
    assert say_number(71.20) == "71.2"
    assert say_number(0.456) == "0.46"


def test_units_are_said_as_clinicians_write_them():
    assert say_quantity(Quantity(140, "mm[Hg]")) == "140 mmHg"
    assert say_quantity(Quantity(17, "{score}")) == "17"
    assert say_quantity(Quantity(5, "{tablets}")) == "5"
