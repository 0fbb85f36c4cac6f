"""DMS: a PHQ-9 in every four months with a visit."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.dms_phq9_every_four_months import MEASURE
from measures.shared.depression import BIPOLAR, MAJOR_DEPRESSION, PHQ_9
from measures.shared.visits import OFFICE
from tests.clinic import all_but, chart, diagnosed, observed, visit
from tests.measures.in_2026 import CLOSED, DUE, OPEN, OUT, UNKNOWN, YEAR

ILL = diagnosed(MAJOR_DEPRESSION, "2020-01-01")


def statuses(*events, as_of=None, **more):
    result = MEASURE.evaluate(chart(*events, **more), YEAR, as_of)
    return [group.status for group in result.groups]


def phq(day, value=7):
    return observed(PHQ_9, day, value=value, unit="{score}")


CASES = {
    "not seen": ([ILL], [OUT, OUT, OUT]),
    "seen on 30 April": ([ILL, visit(OFFICE, "2026-04-30")], [OPEN, OUT, OUT]),
    "seen on 1 May": ([ILL, visit(OFFICE, "2026-05-01")], [OUT, OPEN, OUT]),
    "seen on 31 August": ([ILL, visit(OFFICE, "2026-08-31")], [OUT, OPEN, OUT]),
    "seen on 1 September": ([ILL, visit(OFFICE, "2026-09-01")], [OUT, OUT, OPEN]),
    "scored on 30 April": ([ILL, visit(OFFICE, "2026-02-01"), phq("2026-04-30")], [CLOSED, OUT, OUT]),
    "scored on 1 May": ([ILL, visit(OFFICE, "2026-02-01"), phq("2026-05-01")], [OPEN, OUT, OUT]),
    "scored on 31 December before": (
        [ILL, visit(OFFICE, "2026-02-01"), phq("2025-12-31")],
        [OPEN, OUT, OUT],
    ),
    "scored on 1 January": ([ILL, visit(OFFICE, "2026-02-01"), phq("2026-01-01")], [CLOSED, OUT, OUT]),
    "scored in 2026": ([ILL, visit(OFFICE, "2026-02-01"), phq("2026")], [UNKNOWN, OUT, OUT]),
    "asked without a score": ([ILL, visit(OFFICE, "2026-02-01"), phq("2026-02-01", None)], [OPEN, OUT, OUT]),
    "no depression": ([visit(OFFICE, "2026-02-01")], [OUT, OUT, OUT]),
    "bipolar": ([ILL, diagnosed(BIPOLAR, "2021"), visit(OFFICE, "2026-02-01")], [OUT, OUT, OUT]),
    "in remission": (
        [diagnosed(MAJOR_DEPRESSION, "2020-01-01", clinical="remission"), visit(OFFICE, "2026-02-01")],
        [OPEN, OUT, OUT],
    ),
    "resolved at an unknown time": (
        [diagnosed(MAJOR_DEPRESSION, "2020-01-01", clinical="resolved"), visit(OFFICE, "2026-02-01")],
        [UNKNOWN, OUT, OUT],
    ),
    "in hospital only": (
        [ILL, visit(OFFICE, "2026-02-01") | {"class": {"code": "IMP"}}],
        [OUT, OUT, OUT],
    ),
}


@pytest.mark.parametrize(("events", "expected"), CASES.values(), ids=CASES)
def test_each_four_months_by_itself(events, expected):
    assert statuses(*events) == expected


def test_a_score_is_due_at_the_next_visit_while_its_months_run():
    assert statuses(ILL, as_of=date(2026, 4, 30)) == [DUE, DUE, DUE]
    assert statuses(ILL, as_of=date(2026, 5, 1)) == [OUT, DUE, DUE]


def test_the_gap_shown_is_the_one_that_can_still_be_closed():
    record = chart(ILL, visit(OFFICE, "2026-02-01"), visit(OFFICE, "2026-10-01"), phq("2026-05-01"))
    result = MEASURE.evaluate(record, YEAR, date(2026, 11, 22))
    told = explain(result, date(2026, 11, 22))

    assert (result.status, result.foremost.group.id) == (OPEN, "Group_3")
    assert (told.deadline, told.can_close_today) == (date(2026, 12, 31), True)
    assert [miss.why for miss in told.nearest] == ["before 2026-09-01"]


@pytest.mark.parametrize(("born", "status"), [("2014-01-01", OPEN), ("2014-01-02", OUT)])
def test_twelve_at_the_start_of_the_year(born, status):
    assert statuses(ILL, visit(OFFICE, "2026-02-01"), born=born)[0] is status


def test_what_was_not_gathered_is_no_gap():
    seen = visit(OFFICE, "2026-02-01")

    for kind in ("Observation", "Condition"):
        assert statuses(ILL, seen, gathered=all_but(kind))[0] is UNKNOWN
    assert statuses(ILL, gathered=all_but("Encounter")) == [UNKNOWN] * 3
