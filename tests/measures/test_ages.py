"""The age of a patient: whole years, or not known."""

from datetime import date

import pytest

from measures.record import RecordCannotSay
from tests.clinic import chart


def test_without_a_full_birth_date_there_is_no_age():
    assert chart(born="1980-05-01").age_on(date(2025, 4, 30)) == 44
    assert chart(born="1980-05-01").age_on(date(2025, 5, 1)) == 45
    with pytest.raises(RecordCannotSay):
        chart(born="1980").age_on(date(2025, 5, 1))


def test_an_age_that_nobody_can_have_is_not_known():
    assert chart(born="1896-01-01").age_on(date(2026, 12, 31)) == 130
    with pytest.raises(RecordCannotSay, match="nobody is 131 years old"):
        chart(born="1895-12-31").age_on(date(2026, 12, 31))
