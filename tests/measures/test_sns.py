"""SNS: asked about food, housing and transport; helped within 30 days."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.sns_social_needs import INTERVENTION, MEASURE, NEEDS
from measures.shared.visits import OFFICE
from measures.terminology import LOINC, Code
from tests.clinic import all_but, chart, observed, performed, referred, visit
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR

SEEN = visit(OFFICE, "2026-05-10")
NEVER_TRUE = Code(LOINC, "LA28398-8", "Never true")
NUMBER = {need: number for number, need in enumerate(NEEDS)}
each = pytest.mark.parametrize("need", NEEDS)


def answered(need, day="2026-05-10", *, in_need=True):
    (question, *_), yes = NEEDS[need]
    return observed(question, day, value=yes if in_need else NEVER_TRUE)


def statuses(need, *events, **more):
    """Of one need: helped, and asked."""
    groups = MEASURE.evaluate(chart(SEEN, *events, **more), YEAR).groups
    return [groups[NUMBER[need]].status, groups[NUMBER[need] + 3].status]


@each
def test_not_asked(need):
    assert statuses(need) == [OUT, OPEN]


@each
def test_asked_and_without_the_need(need):
    assert statuses(need, answered(need, in_need=False)) == [OUT, CLOSED]


@each
@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-05-09", OPEN),
        ("2026-05-10", CLOSED),
        ("2026-06-09", CLOSED),
        ("2026-06-10", OPEN),
        ("2026", UNKNOWN),
    ],
)
def test_help_within_30_days(need, day, status):
    assert statuses(need, answered(need), performed(INTERVENTION, day)) == [status, CLOSED]
    assert statuses(need, answered(need), referred(INTERVENTION, day)) == [status, CLOSED]


@pytest.mark.parametrize(
    ("day", "status"),
    [("2025-12-31", OPEN), ("2026-01-01", CLOSED), ("2026-12-31", CLOSED), ("2027-01-01", OPEN)],
)
def test_asked_in_the_year(day, status):
    assert statuses("food", answered("food", day, in_need=False))[1] is status


@each
@pytest.mark.parametrize("code", ["LA30122-8", "LA30257-2"])
def test_who_would_not_or_could_not_answer_was_not_screened(need, code):
    question, *_ = NEEDS[need][0]
    silent = observed(question, "2026-06-01", value=Code(LOINC, code, "no answer"))

    assert statuses(need, silent) == [OUT, OPEN]
    assert statuses(need, answered(need), silent) == [OPEN, CLOSED]  # the last answer still tells the need


def test_a_question_that_was_not_answered_is_the_nearest_evidence():
    silent = observed(NEEDS["food"][0][0], "2026-06-01", value=Code(LOINC, "LA30122-8"))
    told = explain(MEASURE.evaluate(chart(SEEN, silent), YEAR), YEAR.end)

    assert [(miss.event.id, miss.why) for miss in told.nearest] == [(silent["id"], "without an answer")]


def test_the_latest_answer_tells_the_need():
    assert statuses("food", answered("food"), answered("food", "2026-06-01", in_need=False))[0] is OUT
    assert statuses("food", answered("food", in_need=False), answered("food", "2026-06-01"))[0] is OPEN


def test_one_need_is_not_another():
    assert statuses("housing", answered("food")) == [OUT, OPEN]


def test_help_is_due_30_days_after_the_answer():
    result = MEASURE.evaluate(chart(SEEN, answered("housing")), YEAR, date(2026, 5, 20))

    assert result.groups[NUMBER["housing"]].deadline == date(2026, 6, 9)


def test_what_was_not_gathered_is_no_gap():
    assert statuses("food", gathered=all_but("Observation")) == [UNKNOWN, UNKNOWN]
    assert statuses("food", answered("food"), gathered=all_but("ServiceRequest"))[0] is UNKNOWN
