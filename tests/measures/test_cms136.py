"""CMS136: the follow-up visits of both rates. (Who is counted: test_cms136_population.py)

The first prescription is of 1 January 2025.
"""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms136_adhd_follow_up import (
    AMBULATORY,
    MEDICATION_MANAGEMENT,
    MENTAL_DISORDER,
)
from measures.measure import GapStatus
from measures.shared.hospice import INPATIENT
from measures.shared.visits import (
    EYE_CARE,
    GROUP_COUNSELING,
    OFFICE,
    PHONE,
    VIRTUAL,
)
from tests.clinic import all_but, concept, diagnosed, visit
from tests.measures.adhd import FIRST, FIRST_DAY, LONG, SEEN, after, counts, evaluate, follow_up

INITIATION = {
    "none": ([], 0),
    "on the day it began": ([follow_up(0)], 0),
    "the day after": ([follow_up(1)], 1),
    "on the 30th day": ([follow_up(30, PHONE)], 1),
    "on the 31st day": ([follow_up(31)], 0),
    "in a group": ([follow_up(20, GROUP_COUNSELING)], 1),
    "virtual": ([follow_up(20, VIRTUAL)], 0),
    "begun the day it began": ([visit(OFFICE, after(0), after(1))], 0),
    "ended after the 30th day": ([visit(OFFICE, after(30), after(31))], 1),
    "of another kind": ([follow_up(20, EYE_CARE)], 0),
    "cancelled": ([follow_up(20, status="cancelled")], 0),
}


@pytest.mark.parametrize(("events", "numerator"), INITIATION.values(), ids=INITIATION)
def test_a_visit_in_the_30_days_after_the_prescription(events, numerator):
    assert counts(evaluate(SEEN, FIRST, *events)) == (numerator, 0)


def location(of):
    return {"resourceType": "Location", "id": "loc-1", "type": [concept(of)]}


def managed(**more):
    return visit(MEDICATION_MANAGEMENT, after(20), **more)


AT_LOCATION = [{"location": {"reference": "Location/loc-1"}}]
PLACES = {
    "ambulatory": ([managed(location=AT_LOCATION), location(AMBULATORY)], GapStatus.CLOSED),
    "another": ([managed(location=AT_LOCATION), location(INPATIENT)], GapStatus.OPEN),
    "contained": (
        [
            managed(
                location=[{"location": {"reference": "#here"}}],
                contained=[location(AMBULATORY) | {"id": "here"}],
            )
        ],
        GapStatus.CLOSED,
    ),
    "not in the record": ([managed(location=AT_LOCATION)], GapStatus.UNKNOWN),
    "none": ([managed()], GapStatus.OPEN),
}


@pytest.mark.parametrize(("events", "status"), PLACES.values(), ids=PLACES)
def test_medication_management_counts_at_an_ambulatory_place(events, status):
    assert evaluate(SEEN, FIRST, *events).groups[0].status is status


CONTINUATION = {
    "none": ([], 0),
    "one": ([follow_up(100)], 0),
    "two": ([follow_up(31), follow_up(300)], 1),
    "one too early": ([follow_up(30), follow_up(300)], 0),
    "one too late": ([follow_up(31), follow_up(301)], 0),
    "one begun too early": ([visit(OFFICE, after(30), after(31)), follow_up(300)], 0),
    "two on one day": ([follow_up(100), follow_up(100, PHONE)], 0),
    "one and a virtual one": ([follow_up(100), follow_up(200, VIRTUAL)], 1),
    "one and a virtual one on the 31st day": ([follow_up(100), follow_up(31, VIRTUAL)], 1),
    "one and a virtual one on the 30th day": ([follow_up(100), follow_up(30, VIRTUAL)], 0),
    "one and a virtual one on the 301st day": ([follow_up(100), follow_up(301, VIRTUAL)], 0),
    "one and a virtual one that day": ([follow_up(100), follow_up(100, VIRTUAL)], 0),
    "two virtual ones": ([follow_up(100, VIRTUAL), follow_up(200, VIRTUAL)], 0),
}


@pytest.mark.parametrize(("events", "numerator"), CONTINUATION.values(), ids=CONTINUATION)
def test_two_more_visits_from_the_31st_to_the_300th_day(events, numerator):
    assert counts(evaluate(SEEN, LONG, follow_up(10), *events)) == (1, numerator)


def test_two_later_visits_are_not_enough_without_the_first():
    assert counts(evaluate(SEEN, LONG, follow_up(100), follow_up(200))) == (0, 0)


def stay(days, rank=1):
    diagnosis = [{"condition": {"reference": "Condition/c1"}, "rank": rank}]
    return [
        visit(INPATIENT, after(days), after(days + 5), diagnosis=diagnosis),
        diagnosed(MENTAL_DISORDER, "2020-01-01", id="c1"),
    ]


@pytest.mark.parametrize("kind", ["MedicationRequest", "Encounter", "Condition", "Procedure"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    stays = visit(INPATIENT, after(10), diagnosis=[{"condition": {"reference": "Condition/c1"}, "rank": 1}])
    events = [event for event in (SEEN, FIRST, stays) if event["resourceType"] != kind]
    assert evaluate(*events, gathered=all_but(kind)).groups[0].status is GapStatus.UNKNOWN


def test_until_the_210_days_are_made_up_the_second_rate_is_prospective():
    groups = evaluate(SEEN, FIRST, follow_up(10), as_of=date(2025, 2, 1)).groups
    assert [group.status for group in groups] == [GapStatus.CLOSED, GapStatus.PROSPECTIVE]


@pytest.mark.parametrize(
    ("events", "born"),
    [
        ((SEEN, FIRST), "2010-01-01"),
        ((FIRST,), "2016-05-01"),
        ((SEEN,), "2016-05-01"),
        ((SEEN, FIRST, *stay(200)), "2016-05-01"),
    ],
    ids=["too old", "not seen before", "no prescription", "in hospital"],
)
def test_who_cannot_come_into_the_second_rate_has_no_prospective_gap(events, born):
    groups = evaluate(*events, born=born, as_of=date(2025, 1, 2)).groups
    assert groups[1].status is GapStatus.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("follow_ups", "deadlines"),
    [([], (date(2025, 1, 31), date(2025, 1, 31))), ([10], (None, date(2025, 10, 28)))],
    ids=["no visit yet", "after the first visit"],
)
def test_each_open_phase_has_its_last_day(follow_ups, deadlines):
    groups = evaluate(SEEN, LONG, *map(follow_up, follow_ups)).groups
    assert tuple(group.deadline for group in groups) == deadlines


@pytest.mark.parametrize(
    ("days", "why"),
    [(0, "the day it began"), (31, "31 days after the prescription began; limit 30")],
)
def test_the_nearest_visit_and_why_it_is_not_enough(days, why):
    told = explain(evaluate(SEEN | {"type": [concept(EYE_CARE)]}, FIRST), FIRST_DAY)
    assert told.nearest == ()
    visits = (visit(OFFICE, "2024-12-01"), follow_up(days, id="v1"), follow_up(40))
    told = explain(evaluate(*visits, FIRST), FIRST_DAY)
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("v1", why)]


def test_the_last_of_the_later_visits_is_nearest_to_the_second_rate():
    events = (SEEN, LONG, follow_up(10), follow_up(100, id="v2"), follow_up(100, PHONE, id="v1"))
    told = explain(evaluate(*events, follow_up(30), follow_up(301)), date(2025, 6, 1))
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("v1", "one of the two that are needed")]
