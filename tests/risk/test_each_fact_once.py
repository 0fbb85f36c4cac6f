"""A short list of reasons names the same visits once; where all reasons are shown, they sum to the score."""

from __future__ import annotations

import csv
import io

import pytest

from measures.record import PatientRecord
from measures.risk.outlook import outlook
from measures.risk.points import expert_points
from measures.risk.policy import Policy
from measures.risk.score import Reason
from measures.risk.wording import each_fact_once
from smart_app.care.risk_of_chart import shown_risk
from smart_app.care.worklist import as_csv, entries
from tests.risk.charts import DAY, chart, emergency, office

VISITS = ("Encounter/e3", "Encounter/e2", "Encounter/e1")


def reason(feature: str, value: float | None, adds: float = 1.0, of: tuple[str, ...] = VISITS) -> Reason:
    return Reason(feature, feature, value, adds, of)


YEAR, QUARTER, MONTH = (f"ed_visits_{days}d" for days in (365, 90, 30))
CASES: dict[str, tuple[list[Reason], list[str]]] = {
    "the narrowest says the others": (
        [reason(YEAR, 3), reason(QUARTER, 3), reason(MONTH, 3)],
        [MONTH],
    ),
    "one visit more is another fact": ([reason(YEAR, 4), reason(QUARTER, 3)], [YEAR, QUARTER]),
    "other visits are another fact": (
        [reason(YEAR, 3), reason(QUARTER, 3, of=VISITS[:1])],
        [YEAR, QUARTER],
    ),
    "where the heaviest stood": (
        [reason(YEAR, 3), reason("age", 70, of=()), reason(QUARTER, 3)],
        [QUARTER, "age"],
    ),
    "asked otherwise, the heaviest": ([reason("crises_90d", 3), reason(MONTH, 3)], ["crises_90d"]),
    "the narrowest of what the heaviest asks": (
        [reason("crises_90d", 3), reason(MONTH, 3), reason("crises_30d", 3)],
        ["crises_30d"],
    ),
    "without resources nothing is the same": (
        [reason("age", 1, of=()), reason("sex_male", 1, of=())],
        ["age", "sex_male"],
    ),
    "what is not known": ([reason(YEAR, None), reason(QUARTER, None)], [QUARTER]),
    "a feature of another version": ([reason("gone_90d", 3), reason("gone", 3)], ["gone_90d"]),
    "none": ([], []),
}


@pytest.mark.parametrize(("reasons", "told"), CASES.values(), ids=CASES)
def test_each_fact_is_told_once(reasons: list[Reason], told: list[str]):
    assert [one.feature for one in each_fact_once(reasons)] == told


SEEN = chart(office(300), *(emergency(day) for day in (5, 20, 60)))


def line(record: PatientRecord) -> tuple[str, ...]:
    made = outlook(expert_points().score, record, DAY)
    [entry] = entries(["p"], {"p": made}, {}, Policy(), DAY)
    [row] = csv.DictReader(io.StringIO(as_csv([entry])))
    assert row["reasons"] == "; ".join(entry.reasons)
    return entry.reasons


def test_a_line_of_the_worklist_names_the_visits_once():
    assert line(SEEN) == ("emergency visits in 90 days: 3",)
    assert line(chart(office(300), *(emergency(day) for day in (5, 20, 200)))) == (
        "emergency visits in 90 days: 2",
        "emergency visits in 365 days: 3",
    )


def test_the_chart_shows_all_reasons_and_they_sum_to_the_score():
    made = outlook(expert_points().score, SEEN, DAY)
    shown = shown_risk(made, Policy(), DAY)["risk"]

    assert shown is not None
    assert sum(one.points for one in shown.reasons) + made.score.base == pytest.approx(made.score.sum)
    assert len(shown.reasons) == len(made.score.reasons)
