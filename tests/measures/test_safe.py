"""SAFE: which C-SSRS calls for a safety plan, and what is one."""

from datetime import date

import pytest

from measures.library.safe_safety_plan import MEASURE as SAFE
from measures.measure import GapStatus
from measures.shared.suicide_risk import HIGH
from tests.clinic import all_but, chart, observed, performed
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR
from tests.measures.suicide_care import HIGH_RISK, LEVEL, MODERATE, PLAN_DONE, document, plan

PLANS = {
    "no plan": ([HIGH_RISK], OPEN),
    "a plan that day": ([HIGH_RISK, plan("2026-05-10")], CLOSED),
    "a plan since": ([HIGH_RISK, plan("2026-09-01")], CLOSED),
    "a plan the day before": ([HIGH_RISK, plan("2026-05-09")], OPEN),
    "a plan of that month": ([HIGH_RISK, plan("2026-05")], UNKNOWN),
    "an undated plan": ([HIGH_RISK, plan(None)], UNKNOWN),
    "a plan revoked": ([HIGH_RISK, plan("2026-05-12", status="revoked")], OPEN),
    "another plan": ([HIGH_RISK, plan("2026-05-12", title="Asthma action plan")], OPEN),
    "a plan as a procedure, by its code": ([HIGH_RISK, performed(PLAN_DONE, "2026-05-10")], CLOSED),
    "a plan as a procedure not done": (
        [HIGH_RISK, performed(PLAN_DONE, "2026-05-10", status="not-done")],
        OPEN,
    ),
    "a plan as a document": ([HIGH_RISK, document("2026-05-11")], CLOSED),
    "another document": ([HIGH_RISK, document("2026-05-11", "Progress note")], OPEN),
    "no C-SSRS": ([], OUT),
    "a moderate risk": ([observed(LEVEL, "2026-05-10", value=MODERATE)], OUT),
    "high in words": ([observed(LEVEL, "2026-05-10", valueString="High risk")], OPEN),
    "low in words": ([observed(LEVEL, "2026-05-10", valueString="low risk")], OUT),
    "a level nobody understands": ([observed(LEVEL, "2026-05-10", valueString="see note")], UNKNOWN),
    "a C-SSRS without a result": ([observed(LEVEL, "2026-05-10")], OUT),
    "moderate after high": ([HIGH_RISK, observed(LEVEL, "2026-05-16", value=MODERATE)], OPEN),
    "high again after the plan": (
        [HIGH_RISK, plan("2026-05-10"), observed(LEVEL, "2026-06-10", value=HIGH)],
        OPEN,
    ),
    "high on 31 December before": ([observed(LEVEL, "2025-12-31", value=HIGH)], OUT),
    "high on 1 January": ([observed(LEVEL, "2026-01-01", value=HIGH)], OPEN),
}


@pytest.mark.parametrize(("events", "status"), PLANS.values(), ids=PLANS)
def test_a_high_risk_calls_for_a_safety_plan(events, status):
    result = SAFE.evaluate(chart(*events), YEAR)

    assert result.status is status, result.reason


@pytest.mark.parametrize(("day", "status"), [("2025-10-03", GapStatus.PROSPECTIVE), ("2025-10-02", OUT)])
def test_a_high_risk_of_the_last_90_days_is_not_forgotten_at_new_year(day, status):
    record = chart(observed(LEVEL, day, value=HIGH))

    assert SAFE.evaluate(record, YEAR, date(2026, 1, 2)).status is status


@pytest.mark.parametrize("kind", ["CarePlan", "Procedure", "DocumentReference", "Observation"])
def test_where_plans_are_not_gathered_there_is_no_gap(kind):
    events = [] if kind == "Observation" else [HIGH_RISK]

    assert SAFE.evaluate(chart(*events, gathered=all_but(kind)), YEAR).status is UNKNOWN
