"""The age of a patient: whole years, or not known."""

from datetime import date

import pytest

from measures.record import RecordCannotSay
from tests.clinic import chart


def test_without_a_birth_date_there_is_no_age():
    assert chart(born="1980-05-01").age_on(date(2025, 4, 30)) == 44
    assert chart(born="1980-05-01").age_on(date(2025, 5, 1)) == 45
    with pytest.raises(RecordCannotSay):
        chart(born=None).age_on(date(2025, 5, 1))


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("1950", "75 or 76"),
        ("1950-11", "75 or 76"),
        ("1950-10", "76"),
        ("1950-12", "75"),
        ("1950-11-24", "76"),
    ],
)
def test_of_a_year_or_a_month_of_birth_the_age_is_one_of_two(born, said):
    assert str(chart(born=born).age_on(date(2026, 11, 24))) == said


def test_such_an_age_says_what_is_certain():
    age = chart(born="1950").age_on(date(2026, 11, 24))
    assert 65 <= age <= 76
    assert age >= 75
    assert age > 74
    assert age < 77
    assert not age < 75
    assert not age > 76
    for ask in (lambda: age >= 76, lambda: age > 75, lambda: age < 76, lambda: age <= 75, lambda: age == 76):
        with pytest.raises(RecordCannotSay, match="75 or 76 years old"):
            ask()


@pytest.mark.parametrize("born", ["0000", "1950-13", "1950-02-30", "1950-01-01T00:00:00Z", "soon"])
def test_what_is_no_date_is_named_and_gives_no_age(born):
    record = chart(born=born)
    assert record.problems == [f"Patient/pat-1: birthDate {born!r} is no date; age is unknown"]
    with pytest.raises(RecordCannotSay):
        record.age_on(date(2026, 11, 24))


def test_an_age_that_nobody_can_have_is_not_known():
    assert chart(born="1896-01-01").age_on(date(2026, 12, 31)) == 130
    with pytest.raises(RecordCannotSay, match="nobody is 131 years old"):
        chart(born="1895-12-31").age_on(date(2026, 12, 31))
