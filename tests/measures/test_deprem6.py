"""DEP-REM-6: remission and response six months after the first high PHQ-9."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.deprem6_depression_at_six_months import MEASURE
from measures.shared.depression import BIPOLAR, MAJOR_DEPRESSION, PHQ_9
from tests.clinic import all_but, chart, diagnosed, observed
from tests.measures.in_2026 import CLOSED, DUE, OPEN, OUT, UNKNOWN, YEAR

ILL = diagnosed(MAJOR_DEPRESSION, "2020-01-01")


def phq(day, value=7):
    return observed(PHQ_9, day, value=value, unit="{score}")


def statuses(*events, as_of=None, **more):
    result = MEASURE.evaluate(chart(*events, **more), YEAR, as_of)
    return [group.status for group in result.groups]


# Six months after 10 January is 10 July: from 11 May to 8 September.
FIRST = phq("2026-01-10", 16)
CASES = {
    "nothing since": ([FIRST], [OPEN, OPEN]),
    "4 on 11 May": ([FIRST, phq("2026-05-11", 4)], [CLOSED, CLOSED]),
    "4 on 10 May": ([FIRST, phq("2026-05-10", 4)], [OPEN, OPEN]),
    "4 on 8 September": ([FIRST, phq("2026-09-08", 4)], [CLOSED, CLOSED]),
    "4 on 9 September": ([FIRST, phq("2026-09-09", 4)], [OPEN, OPEN]),
    "5": ([FIRST, phq("2026-07-10", 5)], [OPEN, CLOSED]),
    "half": ([FIRST, phq("2026-07-10", 8)], [OPEN, CLOSED]),
    "more than half": ([FIRST, phq("2026-07-10", 9)], [OPEN, OPEN]),
    "the last one counts": ([FIRST, phq("2026-07-10", 3), phq("2026-08-10", 12)], [OPEN, OPEN]),
    "some time of the year": ([FIRST, phq("2026", 3)], [UNKNOWN, UNKNOWN]),
    "9 is not high": ([phq("2026-01-10", 9)], [OUT, OUT]),
    "10 is": ([phq("2026-01-10", 10)], [OPEN, OPEN]),
    "the first high one counts": ([FIRST, phq("2026-03-10", 22), phq("2026-05-20", 4)], [CLOSED, CLOSED]),
    "its days end on 31 December": ([phq("2026-05-01", 16)], [OPEN, OPEN]),
    "its days end on 1 January after": ([phq("2026-05-02", 16)], [OUT, OUT]),
    "its days ended on 31 December before": ([phq("2025-05-01", 16)], [OUT, OUT]),
    "bipolar": ([FIRST, diagnosed(BIPOLAR, "2021-01-01")], [OUT, OUT]),
}


@pytest.mark.parametrize(("events", "expected"), CASES.values(), ids=CASES)
def test_six_months_after_the_first_high_score(events, expected):
    assert statuses(ILL, *events) == expected


def test_days_that_end_on_the_first_day_of_the_year_count():
    # Six months after 2 May 2025 is 2 November: 60 days later is 1 January.
    assert statuses(ILL, phq("2025-05-02", 16)) == [OPEN, OPEN]


def test_without_depression_there_is_no_index():
    assert statuses(FIRST) == [OUT, OUT]


def test_days_that_end_in_the_next_year_are_prospective():
    assert statuses(ILL, phq("2026-06-10", 16), as_of=date(2026, 11, 22)) == [DUE, DUE]


@pytest.mark.parametrize(("as_of", "closable"), [(date(2026, 9, 8), True), (date(2026, 9, 9), False)])
def test_the_deadline_is_60_days_after_six_months(as_of, closable):
    result = MEASURE.evaluate(chart(ILL, FIRST), YEAR, as_of)
    told = explain(result, as_of)

    assert (told.deadline, told.can_close_today) == (date(2026, 9, 8), closable)


@pytest.mark.parametrize(("as_of", "status"), [(date(2026, 5, 10), DUE), (date(2026, 5, 11), OPEN)])
def test_it_is_a_gap_from_60_days_before_six_months(as_of, status):
    assert statuses(ILL, FIRST, as_of=as_of) == [status, status]


def test_what_was_not_gathered_is_no_gap():
    assert statuses(ILL, FIRST, gathered=all_but("Observation")) == [UNKNOWN, UNKNOWN]
    assert statuses(FIRST, gathered=all_but("Condition")) == [UNKNOWN, UNKNOWN]
