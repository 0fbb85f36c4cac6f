"""CMS177, case by case. Counts visits."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms177_child_suicide_risk import (
    ASSESSED,
    FAMILY_THERAPY,
    GROUP_THERAPY,
    MAJOR_DEPRESSION,
    MEASURE,
)
from measures.measure import GapStatus
from measures.shared.visits import EYE_CARE, OFFICE, PHONE
from measures.terminology import ValueSet
from measures.time import Period
from tests.clinic import all_but, chart, concept, diagnosed, performed, visit

YEAR = Period.year(2025)
OTHER_DISORDER = ValueSet("1.2.3", "Another disorder")
START, END = "2025-03-10T09:00:00Z", "2025-03-10T09:30:00Z"


def for_depression(kind=OFFICE, start=START, end=END, **more):
    return visit(kind, start, end, **{"reasonCode": [concept(MAJOR_DEPRESSION)], **more})


def for_diagnosis(name):
    return visit(OFFICE, START, END, diagnosis=[{"condition": {"reference": f"Condition/{name}"}}])


SEEN = for_depression()


def evaluate(*events, born="2013-05-01", **more):
    return MEASURE.evaluate(chart(*events, born=born, **more), YEAR)


def counts(result):
    populations = result.groups[0].populations
    return populations["initial-population"], populations["denominator"], populations["numerator"]


@pytest.mark.parametrize(
    ("start", "end", "numerator"),
    [
        ("2025-03-10T09:00:00Z", "2025-03-10T09:30:00Z", 1),
        ("2025-03-10T08:59:59Z", "2025-03-10T09:10:00Z", 0),
        ("2025-03-10T09:10:00Z", "2025-03-10T09:30:01Z", 0),
        ("2025-03-10T09:10:00Z", "2025-03-10T09:10:00Z", 1),
    ],
)
def test_assessed_wholly_during_the_visit_to_the_second(start, end, numerator):
    assert counts(evaluate(SEEN, performed(ASSESSED, start, end))) == (1, 1, numerator)


def test_an_assessment_that_was_not_completed_does_not_count():
    assert counts(evaluate(SEEN, performed(ASSESSED, START, END, status="not-done"))) == (1, 1, 0)


def test_each_visit_counts_by_itself():
    later = for_depression(PHONE, "2025-06-10T09:00:00Z", "2025-06-10T09:30:00Z")
    result = evaluate(SEEN, later, performed(ASSESSED, "2025-03-10T09:10:00Z"))
    assert counts(result) == (2, 2, 1)
    assert [e.day for e in result.findings["seen_for_depression"].evidence] == [date(2025, 6, 10)]


@pytest.mark.parametrize(
    ("born", "counted"),
    [("2019-01-01", 1), ("2019-01-02", 0), ("2008-01-02", 1), ("2008-01-01", 0)],
    ids=["6 on the first day", "5", "16 on the first day", "17"],
)
def test_6_to_16_at_the_start_of_the_period(born, counted):
    assert counts(evaluate(SEEN, born=born))[0] == counted


VISITS = {
    "for a reason": ([SEEN], 1),
    "for another reason": ([for_depression(reasonCode=[concept(OTHER_DISORDER)])], 0),
    "without a reason": ([visit(OFFICE, START, END)], 0),
    "for a diagnosis": ([for_diagnosis("c1"), diagnosed(MAJOR_DEPRESSION, "2025-01-01", id="c1")], 1),
    "for another diagnosis": ([for_diagnosis("c1"), diagnosed(OTHER_DISORDER, "2025-01-01", id="c1")], 0),
    "with depression but for another": (
        [
            for_diagnosis("c1"),
            diagnosed(OTHER_DISORDER, "2025-01-01", id="c1"),
            diagnosed(MAJOR_DEPRESSION, "2025-01-01", id="c2"),
        ],
        0,
    ),
    "for a refuted diagnosis": (
        [
            for_diagnosis("c1"),
            diagnosed(MAJOR_DEPRESSION, "2025-01-01", id="c1", verification="refuted"),
        ],
        0,
    ),
    "family therapy": ([for_depression(FAMILY_THERAPY)], 1),
    "group therapy": ([for_depression(GROUP_THERAPY)], 1),
    "of another kind": ([for_depression(EYE_CARE)], 0),
    "cancelled": ([for_depression(status="cancelled")], 0),
    "begun the day before the period": (
        [for_depression(start="2024-12-31T23:59:00Z", end="2025-01-01T00:20:00Z")],
        0,
    ),
    "on the last day": ([for_depression(start="2025-12-31T23:00:00Z", end="2025-12-31T23:59:59Z")], 1),
}


@pytest.mark.parametrize(("events", "counted"), VISITS.values(), ids=VISITS)
def test_finished_visits_of_the_period_for_depression(events, counted):
    assert counts(evaluate(*events))[0] == counted


def test_conditions_not_gathered_are_not_another_reason():
    seen = for_diagnosis("c1")
    assert evaluate(seen, gathered=all_but("Condition")).status is GapStatus.UNKNOWN
    assert evaluate(SEEN, gathered=all_but("Condition")).status is GapStatus.OPEN
    assert evaluate(seen).status is GapStatus.NOT_APPLICABLE


@pytest.mark.parametrize("kind", ["Procedure", "Encounter"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    seen = [] if kind == "Encounter" else [SEEN]
    assert evaluate(*seen, gathered=all_but(kind)).status is GapStatus.UNKNOWN


def test_a_day_alone_cannot_say_whether_it_was_during_the_visit():
    assert evaluate(SEEN, performed(ASSESSED, "2025-03-10")).status is GapStatus.UNKNOWN
    assert evaluate(SEEN, performed(ASSESSED, "2025-03-11")).status is GapStatus.OPEN


@pytest.mark.parametrize(("today", "open_today"), [(date(2025, 3, 10), True), (date(2025, 3, 11), False)])
def test_it_can_be_closed_only_on_the_day_of_the_visit(today, open_today):
    assessments = (performed(ASSESSED, "2025-03-11T08:00:00Z", id="a1"), performed(ASSESSED, "2025-01-01"))
    told = explain(evaluate(SEEN, *assessments), today)
    assert (told.deadline, told.can_close_today) == (date(2025, 3, 10), open_today)
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("a1", "not during the visit")]
