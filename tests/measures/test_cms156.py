"""CMS156, case by case. Three rates; lower is better. (Amounts: test_cms156_amounts.py)"""

from datetime import date, timedelta

import pytest

from measures.explain import explain
from measures.library.cms156_high_risk_medications import (
    ANTIHISTAMINES,
    ANTIPSYCHOTICS,
    ANXIETY,
    BENZODIAZEPINES,
    BIPOLAR,
    BRIEF_VISIT,
    CLASSES,
    ERGOLOID,
    PAIN,
    SCHIZOPHRENIA,
    SEIZURES,
)
from measures.measure import GapStatus
from measures.shared.hospice import HOSPICE_CARE
from measures.shared.palliative import DIAGNOSIS
from measures.shared.visits import NURSING_FACILITY, OFFICE
from tests.clinic import all_but, diagnosed, performed, prescribed, visit
from tests.measures.high_risk_medicines import SEEN, counts, evaluate, supplied

REPEATS = {
    "once": ([prescribed(ANTIHISTAMINES, "2025-02-01")], 0),
    "on two days": ([prescribed(ANTIHISTAMINES, "2025-02-01"), prescribed(ANTIHISTAMINES, "2025-02-02")], 1),
    "on the first and the last day": (
        [prescribed(ANTIHISTAMINES, "2025-01-01"), prescribed(ANTIHISTAMINES, "2025-12-31T23:59:59Z")],
        1,
    ),
    "once in the period and once before": (
        [prescribed(ANTIHISTAMINES, "2024-12-31"), prescribed(ANTIHISTAMINES, "2025-02-01")],
        0,
    ),
    "once in the period and once after": (
        [prescribed(ANTIHISTAMINES, "2025-02-01"), prescribed(ANTIHISTAMINES, "2026-01-01")],
        0,
    ),
    "twice on one day": (
        [
            prescribed(ANTIHISTAMINES, "2025-02-01T08:00:00Z"),
            prescribed(ANTIHISTAMINES, "2025-02-01T18:00:00Z"),
        ],
        0,
    ),
    "once with a refill": ([supplied(ANTIHISTAMINES, "2025-02-01", 30, refills=1)], 1),
    "once without a refill": ([supplied(ANTIHISTAMINES, "2025-02-01", 30, refills=0)], 0),
    "with a refill before the period": ([supplied(ANTIHISTAMINES, "2024-12-31", 30, refills=3)], 0),
    "one of them cancelled": (
        [
            prescribed(ANTIHISTAMINES, "2025-02-01"),
            prescribed(ANTIHISTAMINES, "2025-03-01", status="cancelled"),
        ],
        0,
    ),
    "one of them not to be given": (
        [
            prescribed(ANTIHISTAMINES, "2025-02-01"),
            prescribed(ANTIHISTAMINES, "2025-03-01", doNotPerform=True),
        ],
        0,
    ),
    "of two classes": ([prescribed(ANTIHISTAMINES, "2025-02-01"), prescribed(ERGOLOID, "2025-03-01")], 0),
}


@pytest.mark.parametrize(("orders", "numerator"), REPEATS.values(), ids=REPEATS)
def test_two_orders_of_one_class_on_different_days(orders, numerator):
    assert counts(evaluate(SEEN, *orders)) == (numerator, 0, numerator)


@pytest.mark.parametrize("medicine", [*CLASSES, *PAIN], ids=lambda m: getattr(m, "title", "Ergoloid"))
def test_every_high_risk_class_counts_by_itself(medicine):
    orders = (prescribed(medicine, "2025-02-01"), prescribed(medicine, "2025-02-02"))
    assert counts(evaluate(SEEN, *orders)) == (1, 0, 1)


def to_begin(day, until="2025-12-31"):
    bounds = {"timing": {"repeat": {"boundsPeriod": {"start": day, "end": until}}}}
    return prescribed(ANTIHISTAMINES, "2025-02-01", dosageInstruction=[bounds])


@pytest.mark.parametrize(
    ("one", "other", "numerator"),
    [
        ("2025-02-01", "2025-06-01", 1),
        ("2025-06-01", "2025-06-01", 0),
        ("2025-02-01", "2026-01-01", 0),
        ("2024-12-31", "2025-02-01", 0),
    ],
)
def test_two_orders_of_one_day_count_when_they_begin_on_two_days_of_the_period(one, other, numerator):
    orders = (to_begin(one, "2026-03-01"), to_begin(other, "2026-03-01"))
    assert counts(evaluate(SEEN, *orders))[0] == numerator


def twice(medicine):
    return [prescribed(medicine, "2025-02-01T09:00:00Z"), prescribed(medicine, "2025-06-01")]


REASONS = {
    "antipsychotic": ([*twice(ANTIPSYCHOTICS)], 1),
    "antipsychotic once": (twice(ANTIPSYCHOTICS)[:1], 0),
    "antipsychotic in schizophrenia": (
        [*twice(ANTIPSYCHOTICS), diagnosed(SCHIZOPHRENIA, "2010-01-01")],
        0,
    ),
    "in bipolar disorder since the first order": (
        [*twice(ANTIPSYCHOTICS), diagnosed(BIPOLAR, "2025-02-01T09:00:00Z")],
        0,
    ),
    "in bipolar disorder since after the first order": (
        [*twice(ANTIPSYCHOTICS), diagnosed(BIPOLAR, "2025-02-01T09:00:01Z")],
        1,
    ),
    "in bipolar disorder until a year before the period": (
        [*twice(ANTIPSYCHOTICS), diagnosed(BIPOLAR, "2010-01-01", "2024-01-01", clinical="resolved")],
        0,
    ),
    "in bipolar disorder until the day before that": (
        [*twice(ANTIPSYCHOTICS), diagnosed(BIPOLAR, "2010-01-01", "2023-12-31", clinical="resolved")],
        1,
    ),
    "in bipolar disorder until the first order of the period, not that of before": (
        [
            *twice(ANTIPSYCHOTICS),
            prescribed(ANTIPSYCHOTICS, "2024-06-01"),
            diagnosed(BIPOLAR, "2025-01-01"),
        ],
        0,
    ),
    "antipsychotic in anxiety": ([*twice(ANTIPSYCHOTICS), diagnosed(ANXIETY, "2010-01-01")], 1),
    "benzodiazepine": ([*twice(BENZODIAZEPINES)], 1),
    "benzodiazepine in anxiety": ([*twice(BENZODIAZEPINES), diagnosed(ANXIETY, "2010-01-01")], 0),
    "benzodiazepine in epilepsy": ([*twice(BENZODIAZEPINES), diagnosed(SEIZURES, "2010-01-01")], 0),
    "benzodiazepine in schizophrenia": (
        [*twice(BENZODIAZEPINES), diagnosed(SCHIZOPHRENIA, "2010-01-01")],
        1,
    ),
}


@pytest.mark.parametrize(("events", "numerator"), REASONS.values(), ids=REASONS)
def test_antipsychotics_and_benzodiazepines_count_without_a_diagnosis_for_them(events, numerator):
    assert counts(evaluate(SEEN, *events)) == (0, numerator, numerator)


def test_a_diagnosis_that_ended_some_time_may_have_been_the_reason():
    ended = diagnosed(BIPOLAR, "2010-01-01", clinical="inactive")
    assert evaluate(SEEN, *twice(ANTIPSYCHOTICS), ended).groups[1].status is GapStatus.UNKNOWN


@pytest.mark.parametrize(("born", "counted"), [("1960-12-31", 1), ("1961-01-01", 0)])
def test_65_at_the_end_of_the_period(born, counted):
    assert counts(evaluate(SEEN, born=born), "initial-population") == (counted,) * 3


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (visit(NURSING_FACILITY, "2025-12-31"), 1),
        (visit(BRIEF_VISIT, "2025-01-01"), 1),
        (visit(OFFICE, "2024-12-31"), 0),
        (visit(OFFICE, "2026-01-01"), 0),
        (visit(OFFICE, "2024-12-31", "2025-01-01"), 0),
        (visit(OFFICE, "2025-06-01", status="planned"), 0),
    ],
)
def test_a_finished_visit_of_the_period(seen, counted):
    assert counts(evaluate(seen), "initial-population") == (counted,) * 3


@pytest.mark.parametrize("event", [performed(HOSPICE_CARE, "2025-06-01"), diagnosed(DIAGNOSIS, "2025-06-01")])
def test_hospice_or_palliative_care_excludes(event):
    assert counts(evaluate(SEEN, event), "denominator-exclusion") == (1, 1, 1)


@pytest.mark.parametrize("kind", ["MedicationRequest", "Encounter", "Condition", "Observation", "Procedure"])
def test_what_was_not_gathered_is_never_a_gap_nor_the_absence_of_one(kind):
    events = [event for event in (SEEN, *twice(ANTIPSYCHOTICS)) if event["resourceType"] != kind]
    result = evaluate(*events, gathered=all_but(kind))
    assert result.groups[1].status is GapStatus.UNKNOWN
    assert result.groups[2].status is GapStatus.UNKNOWN


def test_an_open_gap_shows_the_order_and_says_what_to_do():
    last = prescribed(ANTIHISTAMINES, "2025-06-01", id="m2")
    told = explain(evaluate(SEEN, prescribed(ANTIHISTAMINES, "2025-02-01", id="m1"), last), date(2025, 6, 2))
    assert [(miss.event.id, miss.why) for miss in told.nearest] == [
        ("m2", "ordered with a refill, or again for another day")
    ]
    assert told.to_close == ("Stop the high-risk medicine, or change to a safer one",)


@pytest.mark.parametrize(
    ("orders", "last_day"),
    [
        ([prescribed(ANTIHISTAMINES, f"2025-{month}-01") for month in ("02", "06", "09")], date(2025, 6, 1)),
        ([supplied(ANTIHISTAMINES, "2025-02-01", 30, refills=1)], date(2025, 2, 1)),
    ],
    ids=["three orders", "one with a refill"],
)
def test_after_the_day_of_the_second_order_it_cannot_be_closed_any_more(orders, last_day):
    on_the_day = explain(evaluate(SEEN, *orders), last_day)
    assert (on_the_day.deadline, on_the_day.can_close_today) == (last_day, True)
    assert not explain(evaluate(SEEN, *orders), last_day + timedelta(days=1)).can_close_today


def test_without_high_risk_medicines_the_gap_is_closed():
    assert evaluate(SEEN).status is GapStatus.CLOSED
