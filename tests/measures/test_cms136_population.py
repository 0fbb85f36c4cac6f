"""CMS136: who is counted. (The follow-up visits: test_cms136.py)

The first prescription is of 1 January 2025.
"""

import pytest

from measures.library.cms136_adhd_follow_up import (
    ATOMOXETINE,
    CLONIDINE,
    MENTAL_DISORDER,
    METHAMPHETAMINE,
    METHYLPHENIDATE,
    NARCOLEPSY,
)
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_CARE, INPATIENT
from measures.shared.visits import (
    OFFICE,
    PREVENTIVE_INITIAL_CHILD,
)
from tests.clinic import diagnosed, performed, prescribed, visit
from tests.measures.adhd import FIRST, LONG, SEEN, after, counts, evaluate, follow_up, medicine

REFILLED = {"expectedSupplyDuration": {"value": 105, "code": "d"}, "numberOfRepeatsAllowed": 1}
SUPPLIES = {
    "210 days": ([medicine(0, 210)], 1),
    "209 days": ([medicine(0, 209)], 0),
    "with gaps": ([medicine(0, 105), medicine(196, 105)], 1),
    "with a gap too many": ([medicine(0, 105), medicine(197, 105)], 0),
    "fetched early": ([medicine(0, 105), medicine(50, 105)], 1),
    "two medicines at one time": ([medicine(0, 105), medicine(50, 105, CLONIDINE)], 0),
    "two medicines one after the other": ([medicine(0, 105), medicine(105, 105, CLONIDINE)], 1),
    "with a refill": ([medicine(0, 105) | {"dispenseRequest": REFILLED}], 1),
    "cancelled": ([medicine(0, 105), medicine(105, 105, status="cancelled")], 0),
}


@pytest.mark.parametrize(("orders", "counted"), SUPPLIES.values(), ids=SUPPLIES)
def test_only_who_is_medicated_for_210_of_301_days_is_in_the_second_rate(orders, counted):
    assert counts(evaluate(SEEN, *orders), "initial-population") == (1, counted)


def test_an_order_of_unknown_length_may_last_long_enough():
    groups = evaluate(SEEN, medicine(0, None)).groups
    assert [group.status for group in groups] == [GapStatus.OPEN, GapStatus.UNKNOWN]


PRESCRIPTIONS = {
    "on 1 March of the year before": ("2024-03-01", [], 1),
    "on the last of February of the year before": ("2024-02-29", [], 0),
    "on the last of February": ("2025-02-28", [], 1),
    "on 1 March": ("2025-03-01", [], 0),
    "another active until 121 days before": (
        "2024-03-01",
        [prescribed(ATOMOXETINE, "2023-10-04", 29)],
        1,
    ),
    "another active until 120 days before": (
        "2024-03-01",
        [prescribed(ATOMOXETINE, "2023-10-04", 30)],
        0,
    ),
    "another active the day before": ("2024-03-01", [prescribed(ATOMOXETINE, "2024-02-29", 1)], 0),
    "another until then, no longer active": (
        "2024-03-01",
        [prescribed(ATOMOXETINE, "2023-10-04", 30, status="completed")],
        1,
    ),
    "another active of unknown length": ("2024-03-01", [prescribed(ATOMOXETINE, "2023-01-04")], 0),
}


@pytest.mark.parametrize(("day", "others", "counted"), PRESCRIPTIONS.values(), ids=PRESCRIPTIONS)
def test_a_first_prescription_after_120_days_without(day, others, counted):
    first = prescribed(METHAMPHETAMINE, day, 30)
    result = evaluate(visit(OFFICE, day), first, *others)
    assert counts(result, "initial-population")[0] == counted


def test_an_active_order_without_a_date_may_have_been_before():
    undated = prescribed(ATOMOXETINE, None, 30)
    assert evaluate(SEEN, FIRST, undated).groups[0].status is GapStatus.UNKNOWN


def test_of_two_prescriptions_the_first_counts():
    both = (medicine(0, 30, status="completed"), medicine(50, 30, CLONIDINE, status="completed"))
    assert counts(evaluate(SEEN, *both, follow_up(10)))[0] == 1
    assert counts(evaluate(SEEN, *both, follow_up(60)))[0] == 0


def test_it_begins_with_the_bounds_of_the_dosage_where_they_are_given():
    bounds = {"timing": {"repeat": {"boundsPeriod": {"start": "2025-02-01", "end": "2025-03-02"}}}}
    later = prescribed(METHYLPHENIDATE, "2025-01-01", dosageInstruction=[bounds])
    assert counts(evaluate(visit(OFFICE, "2025-01-20"), later, visit(OFFICE, "2025-03-03")))[0] == 1
    assert counts(evaluate(visit(OFFICE, "2025-01-20"), later, visit(OFFICE, "2025-03-04")))[0] == 0


@pytest.mark.parametrize(
    ("day", "counted"),
    [("2024-07-01", 1), ("2024-06-30", 0), ("2025-01-01", 1), ("2025-01-02", 0)],
)
def test_a_visit_in_the_6_months_up_to_the_prescription(day, counted):
    result = evaluate(visit(PREVENTIVE_INITIAL_CHILD, day), FIRST)
    assert counts(result, "initial-population")[0] == counted


def test_a_visit_that_ended_after_the_prescription_began_is_not_before_it():
    assert counts(evaluate(visit(OFFICE, "2024-12-31", "2025-01-02"), FIRST), "initial-population")[0] == 0


@pytest.mark.parametrize(
    ("born", "counted"),
    [("2018-03-01", 1), ("2018-03-02", 0), ("2012-03-01", 1), ("2012-02-28", 0)],
    ids=["6 on 1 March", "5 on 1 March", "12 at the end of February", "13 at the end of February"],
)
def test_6_at_the_start_and_12_at_the_end_of_the_intake(born, counted):
    assert counts(evaluate(SEEN, FIRST, born=born), "initial-population")[0] == counted


def stay(days, rank=1):
    diagnosis = [{"condition": {"reference": "Condition/c1"}, "rank": rank}]
    return [
        visit(INPATIENT, after(days), after(days + 5), diagnosis=diagnosis),
        diagnosed(MENTAL_DISORDER, "2020-01-01", id="c1"),
    ]


STAYS = {
    "on the day it began": (stay(0), (1, 1)),
    "the day after": (stay(1), (0, 0)),
    "on the 30th day": (stay(30), (0, 0)),
    "on the 31st day": (stay(31), (1, 0)),
    "on the 300th day": (stay(300), (1, 0)),
    "on the 301st day": (stay(301), (1, 1)),
    "not as the principal diagnosis": (stay(10, rank=2), (1, 1)),
}


@pytest.mark.parametrize(("events", "counted"), STAYS.values(), ids=STAYS)
def test_a_hospital_stay_for_a_mental_disorder_takes_the_child_out(events, counted):
    assert counts(evaluate(SEEN, LONG, *events), "initial-population") == counted


@pytest.mark.parametrize(
    ("event", "excluded"),
    [
        (diagnosed(NARCOLEPSY, "2023-01-01"), 1),
        (diagnosed(NARCOLEPSY, "2025-12-31"), 1),
        (diagnosed(NARCOLEPSY, "2026-01-01"), 0),
        (performed(HOSPICE_CARE, "2025-06-01"), 1),
    ],
)
def test_narcolepsy_or_hospice_care_excludes(event, excluded):
    assert counts(evaluate(SEEN, LONG, event), "denominator-exclusion") == (excluded, excluded)
