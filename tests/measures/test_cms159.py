"""CMS159, case by case.

The first high PHQ-9 is of 1 March 2025, so that the assessment period is 31 December 2025 to 30 April 2026.
"""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms159_depression_remission import (
    BIPOLAR,
    DEVELOPMENTAL,
    DYSTHYMIA,
    MAJOR_DEPRESSION,
    MEASURE,
    PERSONALITY,
    PHQ_9,
    PSYCHOTIC,
    VISIT,
)
from measures.measure import GapStatus
from measures.shared import palliative
from measures.shared.hospice import (
    HOSPICE_ASSESSMENT,
    HOSPICE_CARE,
    HOSPICE_DIAGNOSIS,
    HOSPICE_ENCOUNTER,
    INPATIENT,
    YES,
)
from measures.terminology import SNOMED, Code
from measures.time import Period
from tests.clinic import all_but, chart, concept, diagnosed, event, observed, performed, referred, visit

YEAR = Period.year(2026)
SEEN = visit(VISIT, "2025-03-01T09:00:00Z", "2025-03-01T10:00:00Z")
DISCHARGED_TO_HOSPICE = Code(SNOMED, "428361000124107", "Discharge to home for hospice care")


def depressed(name=MAJOR_DEPRESSION, day="2024-06-01", until=None, **more):
    return diagnosed(name, day, until, **{"verification": "confirmed", **more})


def phq(value, day, **more):
    return event(
        "Observation", code=concept(PHQ_9), status="final", effectiveDateTime=day, valueInteger=value
    ) | (more)


HIGH = phq(10, "2025-03-01T09:30:00Z", id="first")
IN_MEASURE = (SEEN, depressed(), HIGH)


def evaluate(*events, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR)


def counted(result, population="initial-population"):
    return result.groups[0].populations[population]


FOLLOW_UPS = {
    "none": ([], GapStatus.OPEN, "reassessed"),
    "4": ([phq(4, "2026-03-01")], GapStatus.CLOSED, None),
    "5": ([phq(5, "2026-03-01")], GapStatus.OPEN, "in_remission"),
    "60 days before the year": ([phq(4, "2025-12-31")], GapStatus.CLOSED, None),
    "61 days before the year": ([phq(4, "2025-12-30")], GapStatus.OPEN, "reassessed"),
    "60 days after the year": ([phq(4, "2026-04-30T23:59:59Z")], GapStatus.CLOSED, None),
    "61 days after the year": ([phq(4, "2026-05-01")], GapStatus.OPEN, "reassessed"),
    "4, then 9": ([phq(4, "2026-02-01"), phq(9, "2026-04-01")], GapStatus.OPEN, "in_remission"),
    "9, then 4": ([phq(9, "2026-02-01"), phq(4, "2026-04-01")], GapStatus.CLOSED, None),
    "4, and 9 after the window": ([phq(4, "2026-02-01"), phq(9, "2026-06-01")], GapStatus.CLOSED, None),
    "preliminary": ([phq(4, "2026-03-01", status="preliminary")], GapStatus.OPEN, "reassessed"),
    "without a score": ([phq(None, "2026-03-01")], GapStatus.UNKNOWN, None),
    "some day of 2026": ([phq(4, "2026")], GapStatus.UNKNOWN, None),
}


@pytest.mark.parametrize(("events", "status", "step"), FOLLOW_UPS.values(), ids=FOLLOW_UPS)
def test_the_last_phq_9_a_year_later_is_to_be_below_5(events, status, step):
    result = evaluate(*IN_MEASURE, *events)
    assert (result.status, [s.name for s in result.next_steps]) == (status, [step] if step else [])


def at(day, time="09:00:00Z"):
    return f"{day}T{time}"


INDEXES = {
    "10 at the visit": ([SEEN, HIGH], 1),
    "9 at the visit": ([SEEN, phq(9, "2025-03-01")], 0),
    "as a quantity": ([SEEN, observed(PHQ_9, "2025-03-01", value=10, unit="{score}")], 1),
    "7 days before the visit": ([SEEN, phq(10, "2025-02-22")], 1),
    "8 days before the visit": ([SEEN, phq(10, "2025-02-21")], 0),
    "later on the day of the visit": ([SEEN, phq(10, at("2025-03-01", "23:00:00Z"))], 1),
    "the day after the visit": ([SEEN, phq(10, "2025-03-02")], 0),
    "14 months before the period": ([visit(VISIT, at("2024-11-01")), phq(10, "2024-11-01")], 1),
    "14 months and a day before": ([visit(VISIT, at("2024-10-31")), phq(10, "2024-10-31")], 0),
    "2 months and a day before": ([visit(VISIT, at("2025-10-31")), phq(10, "2025-10-31")], 1),
    "2 months before": ([visit(VISIT, at("2025-11-01")), phq(10, "2025-11-01")], 0),
    "a visit that ends in those months": (
        [visit(VISIT, "2024-10-31", "2024-11-01"), phq(10, "2024-11-01")],
        1,
    ),
    "a visit that ends after them": ([visit(VISIT, "2025-10-31", "2025-11-01"), phq(10, "2025-10-31")], 0),
    "begun a week and ended a day before the visit": (
        [SEEN, phq(10, None, effectivePeriod={"start": "2025-02-22", "end": "2025-02-28"})],
        1,
    ),
    "ended the day after the visit": (
        [SEEN, phq(10, None, effectivePeriod={"start": "2025-03-01", "end": "2025-03-02"})],
        0,
    ),
    "without a score": ([SEEN, phq(None, "2025-03-01")], 0),
    "visit not finished": ([visit(VISIT, at("2025-03-01"), status="planned"), phq(10, "2025-03-01")], 0),
}


@pytest.mark.parametrize(("events", "expected"), INDEXES.values(), ids=INDEXES)
def test_a_phq_9_above_9_around_a_visit_of_the_identification_period(events, expected):
    assert counted(evaluate(depressed(), *events)) == expected


def test_a_score_that_is_no_number_may_have_been_high():
    worded = phq(None, "2025-03-01", valueString="high")
    assert evaluate(SEEN, depressed(), worded).status is GapStatus.UNKNOWN
    assert evaluate(SEEN, depressed(), phq(None, "2025-03-01")).status is GapStatus.NOT_APPLICABLE


def test_the_first_high_score_is_the_one_that_counts():
    later = (visit(VISIT, "2025-06-01"), phq(20, "2025-06-01"))
    result = evaluate(*IN_MEASURE, *later, phq(4, "2026-02-01"))
    assert result.status is GapStatus.CLOSED
    assert [e.id for e in result.findings["had_high_phq"].evidence] == ["first"]


DISORDERS = {
    "major depression": (depressed(), 1),
    "dysthymia": (depressed(DYSTHYMIA), 1),
    "as an encounter's diagnosis": (depressed(category="encounter-diagnosis"), 1),
    "begun at the end of the visit": (depressed(day="2025-03-01T10:00:00Z"), 1),
    "begun after the visit": (depressed(day="2025-03-01T10:00:01Z"), 0),
    "ended before the visit": (depressed(until="2025-02-28"), 0),
    "in remission": (depressed(clinical="remission"), 0),
    "not confirmed": (depressed(verification="provisional"), 0),
    "without a verification status": (depressed(verification=None), 0),
}


@pytest.mark.parametrize(("condition", "expected"), DISORDERS.values(), ids=DISORDERS)
def test_active_and_confirmed_depression_at_the_visit(condition, expected):
    assert counted(evaluate(SEEN, HIGH, condition)) == expected


@pytest.mark.parametrize(
    ("born", "member", "strata"),
    [
        ("2013-03-01", 1, (1, 0)),
        ("2013-03-02", 0, (0, 0)),
        ("2007-03-02", 1, (1, 0)),
        ("2007-03-01", 1, (0, 1)),
    ],
    ids=["12 that day", "11", "17", "18 that day"],
)
def test_the_age_at_the_first_high_score(born, member, strata):
    group = evaluate(*IN_MEASURE, born=born).groups[0]
    assert group.populations["initial-population"] == member
    assert tuple(row["denominator"] for row in group.strata.values()) == strata


def to_hospice(end):
    hospitalization = {"dischargeDisposition": concept(DISCHARGED_TO_HOSPICE)}
    return visit(INPATIENT, "2024-10-01", end, hospitalization=hospitalization)


EXCLUSIONS = {
    "hospice order": (referred(HOSPICE_CARE, "2026-04-30"), 1),
    "hospice order after the window": (referred(HOSPICE_CARE, "2026-05-01"), 0),
    "hospice not to be ordered": (referred(HOSPICE_CARE, "2026-04-30", doNotPerform=True), 0),
    "hospice stay from before": (visit(HOSPICE_ENCOUNTER, "2024-10-01", "2024-11-01"), 1),
    "hospice stay that ended before": (visit(HOSPICE_ENCOUNTER, "2024-10-01", "2024-10-31"), 0),
    "hospice stay that goes on": (visit(HOSPICE_ENCOUNTER, "2025-06-01", status="in-progress"), 1),
    "hospice stay cancelled": (visit(HOSPICE_ENCOUNTER, "2025-06-01", status="cancelled"), 0),
    "hospice stay of unknown status": (visit(HOSPICE_ENCOUNTER, "2025-06-01", status="unknown"), 0),
    "hospice procedure in progress": (performed(HOSPICE_CARE, "2025-06-01", status="in-progress"), 1),
    "hospice procedure not done": (performed(HOSPICE_CARE, "2025-06-01", status="not-done"), 0),
    "hospice procedure of unknown status": (performed(HOSPICE_CARE, "2025-06-01", status="unknown"), 0),
    "hospice assessment": (observed(HOSPICE_ASSESSMENT, "2025-06-01", value=YES), 1),
    "discharged to hospice": (to_hospice("2024-11-01"), 1),
    "discharged to hospice before": (to_hospice("2024-10-31"), 0),
    "hospice diagnosis, confirmed": (
        diagnosed(HOSPICE_DIAGNOSIS, "2026-04-30", verification="confirmed"),
        1,
    ),
    "hospice diagnosis, not confirmed": (diagnosed(HOSPICE_DIAGNOSIS, "2026-04-30"), 0),
    "palliative assessment": (observed(palliative.ASSESSMENT, "2026-04-30"), 1),
    "palliative encounter": (visit(palliative.ENCOUNTER, "2026-04-30"), 1),
    "palliative encounter in progress": (
        visit(palliative.ENCOUNTER, "2026-04-30", status="in-progress"),
        0,
    ),
    "palliative care after the window": (performed(palliative.INTERVENTION, "2026-05-01"), 0),
    "palliative care not done": (performed(palliative.INTERVENTION, "2025-06-01", status="not-done"), 0),
    "palliative diagnosis": (diagnosed(palliative.DIAGNOSIS, "2025-06-01", verification="confirmed"), 1),
    "bipolar disorder": (diagnosed(BIPOLAR, "2026-04-30", verification="confirmed"), 1),
    "bipolar disorder after the window": (diagnosed(BIPOLAR, "2026-05-01", verification="confirmed"), 0),
    "bipolar disorder not confirmed": (diagnosed(BIPOLAR, "2025-06-01"), 0),
    "personality disorder": (diagnosed(PERSONALITY, "2010-01-01", verification="confirmed"), 1),
    "psychosis resolved": (
        diagnosed(PSYCHOTIC, "2010-01-01", verification="confirmed", clinical="resolved"),
        0,
    ),
    "developmental disorder": (diagnosed(DEVELOPMENTAL, "2010-01-01", verification="confirmed"), 1),
}


@pytest.mark.parametrize(("condition", "excluded"), EXCLUSIONS.values(), ids=EXCLUSIONS)
def test_what_excludes_up_to_the_end_of_the_window(condition, excluded):
    assert counted(evaluate(*IN_MEASURE, condition), "denominator-exclusion") == excluded


SINCE_LONG_BEFORE = {
    "hospice assessment": observed(
        HOSPICE_ASSESSMENT, None, value=YES, effectivePeriod={"start": "2020-01-01", "end": "2024-11-01"}
    ),
    "hospice procedure": performed(HOSPICE_CARE, "2020-01-01", "2024-11-01"),
    "hospice diagnosis": diagnosed(HOSPICE_DIAGNOSIS, "2020-01-01", verification="confirmed"),
    "palliative assessment": observed(
        palliative.ASSESSMENT, None, effectivePeriod={"start": "2020-01-01", "end": "2024-11-01"}
    ),
    "palliative diagnosis": diagnosed(palliative.DIAGNOSIS, "2020-01-01", verification="confirmed"),
    "palliative encounter": visit(palliative.ENCOUNTER, "2020-01-01", "2024-11-01"),
    "palliative procedure": performed(palliative.INTERVENTION, "2020-01-01", "2024-11-01"),
}


@pytest.mark.parametrize("care", SINCE_LONG_BEFORE.values(), ids=SINCE_LONG_BEFORE)
def test_care_that_began_long_before_excludes_as_long_as_it_lasts(care):
    assert counted(evaluate(*IN_MEASURE, care), "denominator-exclusion") == 1


@pytest.mark.parametrize(
    ("death", "status"),
    [
        ({"deceasedDateTime": "2026-04-30T23:00:00Z"}, GapStatus.NOT_APPLICABLE),
        ({"deceasedDateTime": "2026-05-01"}, GapStatus.OPEN),
        ({"deceasedBoolean": True}, GapStatus.UNKNOWN),
        ({"deceasedBoolean": False}, GapStatus.OPEN),
    ],
)
def test_death_by_the_end_of_the_window_excludes(death, status):
    assert evaluate(*IN_MEASURE, **death).status is status


def test_a_first_high_score_on_some_day_of_march_says_nothing_of_the_window():
    seen = visit(VISIT, "2025-02-28", "2025-04-01")
    result = evaluate(seen, depressed(), phq(10, "2025-03"), phq(4, "2026-02-01"))
    assert (counted(result), result.status) == (1, GapStatus.UNKNOWN)
    assert result.groups[0].deadline is None


@pytest.mark.parametrize("kind", ["Observation", "Encounter", "Condition", "Procedure", "ServiceRequest"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    events = [one for one in IN_MEASURE if one["resourceType"] != kind]
    assert evaluate(*events, gathered=all_but(kind)).status is GapStatus.UNKNOWN


@pytest.mark.parametrize(
    ("follow_up", "why"),
    [
        (phq(3, "2025-12-30"), "before 2025-12-31"),
        (phq(3, "2026-05-02"), "after 2026-04-30"),
        (phq(7, "2026-03-01"), "7; limit 4"),
    ],
)
def test_the_nearest_phq_9_and_why_it_is_not_enough(follow_up, why):
    told = explain(evaluate(*IN_MEASURE, phq(20, "2025-06-01"), follow_up), date(2026, 4, 30))
    assert [miss.why for miss in told.nearest] == [why]


@pytest.mark.parametrize(("today", "open_today"), [(date(2026, 4, 30), True), (date(2026, 5, 1), False)])
def test_it_can_be_closed_until_the_end_of_the_window(today, open_today):
    told = explain(evaluate(*IN_MEASURE), today)
    assert (told.deadline, told.can_close_today) == (date(2026, 4, 30), open_today)


@pytest.mark.parametrize(
    ("today", "status"), [(date(2025, 12, 30), GapStatus.PROSPECTIVE), (date(2025, 12, 31), GapStatus.OPEN)]
)
def test_it_is_no_gap_before_the_window_begins(today, status):
    assert MEASURE.evaluate(chart(*IN_MEASURE), YEAR, today).status is status


def test_without_a_high_score_nothing_is_asked():
    result = evaluate(SEEN, depressed())
    assert result.status is GapStatus.NOT_APPLICABLE
    assert result.groups[0].deadline is None
