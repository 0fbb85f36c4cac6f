"""CMS22, case by case. Counts visits."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms22_blood_pressure_screening import (
    ALCOHOL,
    DIET,
    ECG_STUDY,
    EXERCISE,
    HIGH_FINDING,
    HYPERTENSION,
    LABORATORY,
    LIFESTYLE,
    MEASURE,
    MEDICINES,
    REFERRAL,
    RETURN_IN_4_WEEKS,
    RETURN_IN_6_MONTHS,
    VISIT,
)
from measures.measure import GapStatus
from measures.time import Period
from tests.clinic import all_but, chart, concept, diagnosed, prescribed, pressure, referred, visit

YEAR = Period.year(2026)
SEEN = visit(VISIT, "2026-06-10T09:00:00Z", "2026-06-10T09:30:00Z")
HIGH_BEFORE = pressure(135, 78, "2026-02-01T10:00:00Z")


def evaluate(*events, **more):
    return MEASURE.evaluate(chart(*events, **more), YEAR)


def counts(result):
    populations = result.groups[0].populations
    return tuple(populations[name] for name in ("denominator", "numerator", "denominator-exception"))


def steps(result):
    return [step.name for step in result.next_steps]


def reading(systolic, diastolic, at="2026-06-10T09:10:00Z", **more):
    return pressure(systolic, diastolic, at, **more)


def ordered(name, day="2026-06-10", **more):
    return referred(name, day, **more)


def treated(day="2026-06-10", **more):
    return prescribed(MEDICINES, day, **more)


FOR_HIGH = [concept(HIGH_FINDING)]
EXAM = [{"coding": [{"code": "exam"}]}]
READINGS = {
    "none": ([], GapStatus.OPEN, ["measured"]),
    "119/79": ([reading(119, 79)], GapStatus.CLOSED, []),
    "120/79": ([reading(120, 79)], GapStatus.OPEN, ["return_in_6_months", "referred"]),
    "129/79": ([reading(129, 79)], GapStatus.OPEN, ["return_in_6_months", "referred"]),
    "119/80": ([reading(119, 80)], GapStatus.OPEN, ["return_in_4_weeks", "referred"]),
    "125/80": ([reading(125, 80)], GapStatus.OPEN, ["return_in_4_weeks", "referred"]),
    "no vital sign": ([reading(118, 78, category=EXAM)], GapStatus.OPEN, ["measured"]),
    "130/79": ([reading(130, 79)], GapStatus.OPEN, ["return_in_4_weeks", "referred"]),
    "160/100 for the first time": ([reading(160, 100)], GapStatus.OPEN, ["return_in_4_weeks", "referred"]),
    "139/89 again": ([HIGH_BEFORE, reading(139, 89)], GapStatus.OPEN, ["return_in_6_months", "referred"]),
    "140/79 again": ([HIGH_BEFORE, reading(140, 79)], GapStatus.OPEN, ["return_in_4_weeks", "referred"]),
    "129/90 again": ([HIGH_BEFORE, reading(129, 90)], GapStatus.OPEN, ["return_in_4_weeks", "referred"]),
    "normal again": ([HIGH_BEFORE, reading(119, 79)], GapStatus.CLOSED, []),
    "the last of the visit counts": (
        [reading(150, 95), reading(118, 78, "2026-06-10T09:25:00Z")],
        GapStatus.CLOSED,
        [],
    ),
    "without numbers": ([reading(119, 79) | {"component": []}], GapStatus.OPEN, ["measured"]),
    "entered in error": ([reading(119, 79) | {"status": "entered-in-error"}], GapStatus.OPEN, ["measured"]),
}


@pytest.mark.parametrize(("events", "status", "next_steps"), READINGS.values(), ids=READINGS)
def test_the_reading_says_what_follow_up_is_due(events, status, next_steps):
    result = evaluate(SEEN, *events)
    assert (result.status, steps(result)) == (status, next_steps)


@pytest.mark.parametrize(
    ("at", "measured"),
    [
        ("2026-06-10T08:59:59Z", False),
        ("2026-06-10T09:00:00Z", True),
        ("2026-06-10T09:30:00Z", True),
        ("2026-06-10T09:30:01Z", False),
    ],
)
def test_a_normal_reading_is_of_the_visit_to_the_second(at, measured):
    assert evaluate(SEEN, reading(118, 78, at)).findings["measured"].met is measured


@pytest.mark.parametrize(("at", "numerator"), [("2026-06-10T08:00:00Z", 1), ("2026-06-09T23:59:59Z", 0)])
def test_a_high_reading_counts_all_day(at, numerator):
    plan = [ordered(RETURN_IN_4_WEEKS), ordered(DIET)]
    assert counts(evaluate(SEEN, reading(135, 85, at), *plan)) == (1, numerator, 0)


@pytest.mark.parametrize(
    ("earlier", "step"),
    [
        (pressure(135, 78, "2025-06-10T09:00:00Z"), "return_in_6_months"),
        (pressure(135, 78, "2025-06-10T08:59:59Z"), "return_in_4_weeks"),
        (pressure(129, 79, "2026-05-01T09:00:00Z"), "return_in_4_weeks"),
        (pressure(135, 78, "2026-05-01T09:00:00Z", category=EXAM), "return_in_4_weeks"),
    ],
    ids=["a year before", "longer ago", "not high", "no vital sign"],
)
def test_it_is_high_again_after_a_high_reading_within_a_year(earlier, step):
    assert steps(evaluate(SEEN, earlier, reading(135, 78)))[0] == step


def test_the_last_reading_before_the_visit_decides_whether_it_is_the_first():
    normal_since = pressure(118, 78, "2026-04-01T10:00:00Z")
    assert steps(evaluate(SEEN, HIGH_BEFORE, normal_since, reading(135, 78)))[0] == "return_in_4_weeks"


ELEVATED = [reading(125, 75)]
FIRST = [reading(135, 85)]
AGAIN = [HIGH_BEFORE, reading(135, 85)]
VERY_HIGH_AGAIN = [HIGH_BEFORE, reading(145, 95)]
REFERRED = ordered(REFERRAL, reasonCode=FOR_HIGH)
ENOUGH = {
    "elevated": [*ELEVATED, ordered(RETURN_IN_6_MONTHS), ordered(EXERCISE)],
    "elevated, referred": [*ELEVATED, REFERRED],
    "first": [*FIRST, ordered(RETURN_IN_4_WEEKS), ordered(LIFESTYLE)],
    "first, advised later": [*FIRST, ordered(RETURN_IN_4_WEEKS), ordered(ALCOHOL, "2026-12-31")],
    "first, referred": [*FIRST, REFERRED],
    "first, very high": [reading(160, 100), ordered(RETURN_IN_4_WEEKS), ordered(DIET)],
    "again": [*AGAIN, ordered(RETURN_IN_6_MONTHS), ordered(DIET), ordered(LABORATORY)],
    "again, with an ECG later": [
        *AGAIN,
        ordered(RETURN_IN_6_MONTHS),
        ordered(DIET),
        ordered(ECG_STUDY, "2026-12-31"),
    ],
    "very high again": [
        *VERY_HIGH_AGAIN,
        ordered(RETURN_IN_4_WEEKS),
        ordered(DIET),
        ordered(LABORATORY),
        treated(),
    ],
    "very high again, referred": [*VERY_HIGH_AGAIN, REFERRED],
}
TOO_LITTLE = {
    "elevated, advised another day": (
        [*ELEVATED, ordered(RETURN_IN_6_MONTHS), ordered(EXERCISE, "2026-06-11")],
        "advised_at_visit",
    ),
    "elevated, no return": ([*ELEVATED, ordered(EXERCISE)], "return_in_6_months"),
    "first, return ordered the day after": (
        [*FIRST, ordered(RETURN_IN_4_WEEKS, "2026-06-11"), ordered(DIET)],
        "return_in_4_weeks",
    ),
    "first, return too late": ([*FIRST, ordered(RETURN_IN_6_MONTHS), ordered(DIET)], "return_in_4_weeks"),
    "first, advised last year": (
        [*FIRST, ordered(RETURN_IN_4_WEEKS), ordered(DIET, "2025-12-31")],
        "advised",
    ),
    "first, referred for something else": ([*FIRST, ordered(REFERRAL)], "return_in_4_weeks"),
    "first, advice only planned": (
        [*FIRST, ordered(RETURN_IN_4_WEEKS), ordered(DIET) | {"intent": "plan"}],
        "advised",
    ),
    "again, not advised": ([*AGAIN, ordered(RETURN_IN_6_MONTHS), ordered(LABORATORY)], "advised"),
    "again, tested last year": (
        [*AGAIN, ordered(RETURN_IN_6_MONTHS), ordered(DIET), ordered(LABORATORY, "2025-12-31")],
        "tested",
    ),
    "very high again, not advised": (
        [*VERY_HIGH_AGAIN, ordered(RETURN_IN_4_WEEKS), ordered(LABORATORY), treated()],
        "advised",
    ),
    "very high again, not tested": (
        [*VERY_HIGH_AGAIN, ordered(RETURN_IN_4_WEEKS), ordered(DIET), treated()],
        "tested",
    ),
    "very high again, treated last year": (
        [
            *VERY_HIGH_AGAIN,
            ordered(RETURN_IN_4_WEEKS),
            ordered(DIET),
            ordered(LABORATORY),
            treated("2025-12-31"),
        ],
        "treated",
    ),
    "again, not tested": ([*AGAIN, ordered(RETURN_IN_6_MONTHS), ordered(DIET)], "tested"),
    "very high again, not treated": (
        [*VERY_HIGH_AGAIN, ordered(RETURN_IN_4_WEEKS), ordered(DIET), ordered(LABORATORY)],
        "treated",
    ),
    "very high again, medicine stopped": (
        [
            *VERY_HIGH_AGAIN,
            ordered(RETURN_IN_4_WEEKS),
            ordered(DIET),
            ordered(LABORATORY),
            treated(status="completed"),
        ],
        "treated",
    ),
}


@pytest.mark.parametrize("events", ENOUGH.values(), ids=ENOUGH)
def test_the_whole_follow_up_or_a_referral_closes_the_gap(events):
    assert counts(evaluate(SEEN, *events)) == (1, 1, 0)


@pytest.mark.parametrize(("events", "step"), TOO_LITTLE.values(), ids=TOO_LITTLE)
def test_a_part_of_it_does_not_and_the_next_part_is_named(events, step):
    result = evaluate(SEEN, *events)
    assert (counts(result), steps(result)) == ((1, 0, 0), [step, "referred"])


def test_each_visit_counts_by_itself():
    later = visit(VISIT, "2026-09-10T09:00:00Z", "2026-09-10T09:30:00Z")
    diagnosed_between = diagnosed(HYPERTENSION, "2026-07-01")
    result = evaluate(SEEN, later, reading(118, 78), diagnosed_between)
    populations = result.groups[0].populations
    assert (populations["initial-population"], populations["denominator-exclusion"]) == (2, 1)
    assert counts(result) == (2, 1, 0)


def test_the_visit_that_is_open_is_the_one_shown():
    later = visit(VISIT, "2026-09-10T09:00:00Z", "2026-09-10T09:30:00Z", id="v2")
    result = evaluate(SEEN, later, reading(118, 78))
    assert [event.id for event in result.findings["seen"].evidence] == ["v2"]


def test_a_high_reading_elsewhere_that_day_does_not_undo_the_reading_of_the_visit():
    assert counts(evaluate(SEEN, reading(118, 78), reading(150, 95, "2026-06-10T15:00:00Z"))) == (1, 1, 0)


@pytest.mark.parametrize("kind", ["Observation", "ServiceRequest", "Condition"])
def test_what_was_not_gathered_is_never_a_gap(kind):
    assert evaluate(SEEN, reading(135, 85), gathered=all_but(kind)).status is GapStatus.UNKNOWN


def test_medicines_not_gathered_matter_only_where_one_is_due():
    gathered = all_but("MedicationRequest")
    assert evaluate(SEEN, *FIRST, gathered=gathered).status is GapStatus.OPEN
    assert evaluate(SEEN, *VERY_HIGH_AGAIN, gathered=gathered).status is GapStatus.UNKNOWN


def test_a_reading_of_the_day_without_its_time_cannot_say():
    assert evaluate(SEEN, reading(118, 78, "2026-06-10")).status is GapStatus.UNKNOWN


def test_the_nearest_reading_is_named_with_why_it_does_not_count():
    told = explain(evaluate(SEEN, pressure(118, 78, "2026-05-01T10:00:00Z", id="b1")), date(2026, 6, 10))
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("b1", "not at the visit")]
    assert (told.deadline, told.can_close_today) == (date(2026, 6, 10), True)


@pytest.mark.parametrize(
    ("events", "deadline"),
    [
        (FIRST, date(2026, 6, 10)),
        ([*FIRST, ordered(RETURN_IN_4_WEEKS)], date(2026, 12, 31)),
        ([*ELEVATED, ordered(RETURN_IN_6_MONTHS)], date(2026, 6, 10)),
    ],
    ids=["nothing ordered", "return ordered", "elevated, return ordered"],
)
def test_after_a_high_reading_the_rest_may_follow_once_a_return_visit_is_ordered(events, deadline):
    assert explain(evaluate(SEEN, *events), date(2026, 7, 1)).deadline == deadline
