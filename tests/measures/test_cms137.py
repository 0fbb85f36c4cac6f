"""CMS137, case by case. Two rates. The episode is of 1 March 2025."""

from datetime import date, timedelta

import pytest

from measures.explain import explain
from measures.library.cms137_sud_treatment import (
    ADMISSION,
    DETOXIFICATION,
    EMERGENCY,
    LONG_ACTING,
    LONG_ACTING_GIVEN,
    MEASURE,
    SHORT_ACTING,
    SHORT_ACTING_GIVEN,
    SUBSTANCE_USE,
    TREATMENT,
)
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_CARE
from measures.shared.visits import EYE_CARE, OFFICE, PHONE, PSYCHOTHERAPY, VIRTUAL
from measures.time import Period
from tests.clinic import all_but, chart, diagnosed, performed, prescribed, visit

YEAR = Period.year(2025)
EPISODE = visit(OFFICE, "2025-03-01T09:00:00Z", "2025-03-01T10:00:00Z")
DISORDER = diagnosed(SUBSTANCE_USE, "2025-03-01T09:30:00Z", id="sud")
IN_MEASURE = (EPISODE, DISORDER)


def after(days):
    """The day so many days after the episode."""
    return (date(2025, 3, 1) + timedelta(days=days)).isoformat()


def treated(days, **more):
    return performed(TREATMENT, after(days), **more)


def given(name, days, **more):
    return performed(name, after(days), **more)


def ordered(name, days, **more):
    return prescribed(name, after(days), **more)


def called(days, kind=PHONE, diagnosis="sud"):
    return visit(kind, after(days), diagnosis=[{"condition": {"reference": f"Condition/{diagnosis}"}}])


def evaluate(*events, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR)


def counts(result, population="numerator"):
    return tuple(group.populations[population] for group in result.groups)


INITIATION = {
    "nothing": ([], 0),
    "treatment on the same day": ([treated(0)], 1),
    "treatment on the 13th day": ([treated(13)], 1),
    "treatment on the 14th day": ([treated(14)], 0),
    "treatment the day before": ([treated(-61), treated(0)], 1),
    "treatment not done": ([treated(3, status="not-done")], 0),
    "psychotherapy": ([performed(PSYCHOTHERAPY, after(13))], 1),
    "a call with the diagnosis": ([called(13)], 1),
    "a call for something else": ([called(13, diagnosis="other")], 0),
    "a virtual visit with the diagnosis": ([called(13, VIRTUAL)], 1),
    "an office visit": ([called(13, OFFICE)], 0),
    "a short-acting medicine": ([ordered(SHORT_ACTING, 13)], 1),
    "a short-acting medicine too late": ([ordered(SHORT_ACTING, 14)], 0),
    "a medicine not to be given": ([ordered(SHORT_ACTING, 3, doNotPerform=True)], 0),
    "a long-acting medicine": ([ordered(LONG_ACTING, 13)], 1),
    "a short-acting medicine given": ([given(SHORT_ACTING_GIVEN, 13)], 1),
    "a long-acting medicine given": ([given(LONG_ACTING_GIVEN, 13)], 1),
    "a long-acting medicine given too late": ([given(LONG_ACTING_GIVEN, 14)], 0),
}


@pytest.mark.parametrize(("events", "numerator"), INITIATION.values(), ids=INITIATION)
def test_treatment_begins_within_14_days(events, numerator):
    assert counts(evaluate(*IN_MEASURE, *events))[0] == numerator


def test_the_visit_of_the_episode_itself_begins_no_treatment():
    episode = called(0)
    assert counts(evaluate(episode, diagnosed(SUBSTANCE_USE, after(0), id="sud"))) == (0, 0)


ENGAGEMENT = {
    "nothing more": ([], 0),
    "one more": ([treated(40)], 0),
    "two more": ([treated(20), treated(44)], 1),
    "two more, one on the 35th day": ([treated(20), treated(45)], 0),
    "one more, one on the day it began": ([treated(10), treated(20)], 0),
    "two on one day": ([treated(20), treated(20)], 1),
    "a call and a short-acting medicine": ([called(20), ordered(SHORT_ACTING, 44)], 1),
    "two short-acting medicines given": (
        [given(SHORT_ACTING_GIVEN, 11), given(SHORT_ACTING_GIVEN, 44)],
        1,
    ),
    "a long-acting medicine": ([ordered(LONG_ACTING, 44)], 1),
    "a long-acting medicine on the 35th day": ([ordered(LONG_ACTING, 45)], 0),
    "a long-acting medicine on the day it began": ([ordered(LONG_ACTING, 10)], 0),
    "a long-acting medicine given": ([given(LONG_ACTING_GIVEN, 11)], 1),
}


@pytest.mark.parametrize(("events", "numerator"), ENGAGEMENT.values(), ids=ENGAGEMENT)
def test_engaged_within_34_days_after_treatment_began(events, numerator):
    assert counts(evaluate(*IN_MEASURE, treated(10), *events)) == (1, numerator)


def test_without_a_beginning_there_is_no_engagement():
    assert counts(evaluate(*IN_MEASURE, treated(20), treated(25), ordered(LONG_ACTING, 20))) == (0, 0)


def test_treatment_is_counted_from_the_first():
    first_counts = evaluate(*IN_MEASURE, treated(5), treated(10), treated(39))
    assert counts(first_counts) == (1, 1)
    assert counts(evaluate(*IN_MEASURE, treated(5), treated(10), treated(40))) == (1, 0)


def begun_at(kind, day, **more):
    """A visit at which the disorder began."""
    return [visit(kind, f"{day}T09:00:00Z", **more), diagnosed(SUBSTANCE_USE, f"{day}T09:00:00Z")]


EPISODES = {
    "in the emergency department": (begun_at(EMERGENCY, after(0)), 1),
    "detoxification": (begun_at(DETOXIFICATION, after(0)), 1),
    "admission": (begun_at(ADMISSION, after(0)), 1),
    "another kind of visit": (begun_at(EYE_CARE, after(0)), 0),
    "diagnosed a second before": ([EPISODE, diagnosed(SUBSTANCE_USE, "2025-03-01T08:59:59Z")], 0),
    "diagnosed as it began": ([EPISODE, diagnosed(SUBSTANCE_USE, "2025-03-01T09:00:00Z")], 1),
    "diagnosed as it ended": ([EPISODE, diagnosed(SUBSTANCE_USE, "2025-03-01T10:00:00Z")], 1),
    "diagnosed a second after": ([EPISODE, diagnosed(SUBSTANCE_USE, "2025-03-01T10:00:01Z")], 0),
    "47 days before the end": (begun_at(OFFICE, "2025-11-14"), 1),
    "46 days before the end": (begun_at(OFFICE, "2025-11-15"), 0),
    "on the first day": (begun_at(OFFICE, "2025-01-01"), 1),
    "before the period": (begun_at(OFFICE, "2024-12-31"), 0),
    "over the turn of the year": (
        [
            visit(OFFICE, "2024-12-31", "2025-01-01T12:00:00Z"),
            diagnosed(SUBSTANCE_USE, "2025-01-01T09:00:00Z"),
        ],
        0,
    ),
    "cancelled": (begun_at(OFFICE, after(0), status="cancelled"), 0),
}


@pytest.mark.parametrize(("events", "counted"), EPISODES.values(), ids=EPISODES)
def test_a_visit_at_which_the_disorder_began(events, counted):
    assert counts(evaluate(*events), "initial-population") == (counted, counted)


def test_of_two_episodes_the_first_counts():
    again = [visit(OFFICE, f"{after(90)}T09:00:00Z"), diagnosed(SUBSTANCE_USE, f"{after(90)}T09:00:00Z")]
    assert counts(evaluate(*IN_MEASURE, *again, treated(5))) == (1, 0)
    assert counts(evaluate(*IN_MEASURE, *again, treated(95))) == (0, 0)


OLD_DISORDER = diagnosed(SUBSTANCE_USE, "2020-01-01", id="old")
HISTORY = {
    "treatment 60 days before": ([treated(-60)], 0),
    "treatment 61 days before": ([treated(-61)], 1),
    "treatment the day before": ([treated(-1)], 0),
    "treatment on the day": ([treated(0)], 1),
    "a medicine 60 days before": ([ordered(SHORT_ACTING, -60)], 0),
    "a medicine 61 days before": ([ordered(LONG_ACTING, -61)], 1),
    "a medicine given 60 days before": ([given(LONG_ACTING_GIVEN, -60)], 0),
    "an office visit for it 60 days before": ([called(-60, OFFICE, "old"), OLD_DISORDER], 0),
    "an office visit for it 61 days before": ([called(-61, OFFICE, "old"), OLD_DISORDER], 1),
    "an office visit for something else": ([called(-60, OFFICE, "x"), OLD_DISORDER], 1),
    "the emergency department for it": ([called(-60, EMERGENCY, "old"), OLD_DISORDER], 1),
    "detoxification": ([called(-60, DETOXIFICATION, "old"), OLD_DISORDER], 1),
}


@pytest.mark.parametrize(("events", "counted"), HISTORY.values(), ids=HISTORY)
def test_no_treatment_in_the_60_days_before(events, counted):
    assert counts(evaluate(*IN_MEASURE, *events), "initial-population") == (counted, counted)


@pytest.mark.parametrize(
    ("born", "member", "strata"),
    [
        ("2012-01-02", 0, (0, 0, 0)),
        ("2012-01-01", 1, (1, 0, 0)),
        ("2007-01-02", 1, (1, 0, 0)),
        ("2007-01-01", 1, (0, 1, 0)),
        ("1960-01-02", 1, (0, 1, 0)),
        ("1960-01-01", 1, (0, 0, 1)),
    ],
)
def test_the_age_at_the_start_of_the_period(born, member, strata):
    for group in evaluate(*IN_MEASURE, born=born).groups:
        assert group.populations["initial-population"] == member
        assert tuple(row["denominator"] for row in group.strata.values()) == strata


def test_hospice_care_excludes():
    assert counts(evaluate(*IN_MEASURE, performed(HOSPICE_CARE, after(30))), "denominator-exclusion") == (
        1,
        1,
    )


def test_a_disorder_without_the_time_of_its_onset_may_have_begun_at_the_visit():
    recorded = diagnosed(SUBSTANCE_USE, None, recordedDate="2025-03-01")
    assert evaluate(EPISODE, recorded).status is GapStatus.UNKNOWN
    assert evaluate(EPISODE, diagnosed(SUBSTANCE_USE, "2025-03-01")).status is GapStatus.UNKNOWN


@pytest.mark.parametrize(
    "kind", ["Procedure", "MedicationRequest", "Encounter", "Condition", "Observation", "ServiceRequest"]
)
def test_what_was_not_gathered_is_never_a_gap(kind):
    events = [event for event in IN_MEASURE if event["resourceType"] != kind]
    result = evaluate(*events, gathered=all_but(kind))
    assert {group.status for group in result.groups} == {GapStatus.UNKNOWN}


def test_what_begins_treatment_is_told_with_its_last_day():
    late = (performed(TREATMENT, after(14), id="p1"), treated(30))
    told = explain(evaluate(*IN_MEASURE, *late), date(2025, 3, 14))
    assert (told.deadline, told.can_close_today) == (date(2025, 3, 14), True)
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [
        ("p1", "14 days after the episode; limit 13")
    ]


def test_engagement_has_until_34_days_after_the_beginning():
    result = evaluate(*IN_MEASURE, treated(10), performed(TREATMENT, after(20), id="p2"))
    assert [step.name for step in result.next_steps] == ["engaged_by_long_acting", "engaged_twice"]
    told = explain(result, date(2025, 4, 14))
    assert (told.deadline, told.can_close_today) == (date(2025, 4, 14), True)
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("p2", "one of the two that are needed")]
