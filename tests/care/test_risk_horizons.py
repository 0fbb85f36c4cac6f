"""What the risk file's outcomes and horizons do to a chart, a line of the worklist and a card."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from cds_service.risk_card import RiskReading
from cds_service.risk_reading import reading
from measures.risk.course import Said
from measures.risk.outlook import Outlook
from measures.risk.policy import Foretold, Moved, Policy
from measures.risk.score import Reason, Score
from measures.risk.worklist import candidate
from smart_app.care.risk_line import RiskLine
from smart_app.care.risk_of_chart import shown_risk
from smart_app.care.worklist import entries
from tests.risk.charts import DAY, chart

BEFORE = DAY - timedelta(30)


def made(outcome: str = "acute", **more) -> Score:
    at = {30: 0.1, 60: 0.2, 90: 0.3}
    reasons = (Reason("phq9_last", "last PHQ-9", 19, 0.4, ("Observation/o1",)),)
    held = {"at": at, "points": None, "reasons": reasons, "missing": (), "base": 0, "sum": 0, **more}
    model = ("p", DAY, f"{outcome}-logistic", "1a2b", "local, 900 events", "x", outcome)
    return Score(*model, reasons_in="", **held)


OUTLOOK = Outlook(made(), 0.05, BEFORE, before_at={30: 0.05, 60: 0.25, 90: 0.15})
PSYCHIATRIC = Foretold("psychiatric", (60, 30))


def policy(*horizons: int, beside: Foretold | None = None) -> Policy:
    first = Foretold("acute", horizons)
    return Policy(outcomes=(first, beside) if beside else (first,))


def drawn(outlook: Outlook, asked: Policy, *more) -> RiskLine:
    line = shown_risk(outlook, asked, DAY, *more)["risk"]
    assert line is not None
    return line


def card(outlook: Outlook, asked: Policy) -> RiskReading:
    """Of a risk that is high wherever the line is drawn so low."""
    found = reading(outlook, replace(asked, high=Moved(in_100=10, points=10)), chart())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("horizons", "shown", "trend"),
    [
        ((90, 30, 60), ["10", "20", "30"], "▲ from 5"),
        ((60, 90), ["20", "30"], "▼ from 25"),
        ((90,), ["30"], "▲ from 15"),
    ],
)
def test_a_chart_shows_the_horizons_of_the_file_and_the_trend_of_the_nearest(horizons, shown, trend):
    said = [Said(DAY - timedelta(days), {30: 0.1, 60: 0.2, 90: 0.3}) for days in (14, 0)]

    line = drawn(OUTLOOK, policy(*horizons), said)

    assert [one.value for one in line.horizons] == shown
    assert line.trend == trend
    assert line.course is not None
    assert [one.key for one in line.course.lines] == [f"h{days}" for days in sorted(horizons)]


@pytest.mark.parametrize(
    ("horizons", "risk", "change", "rises"),
    [
        ((90, 30), "30 in 100 in 90 days", "▲ from 15 on ", True),
        ((60,), "20 in 100 in 60 days", "▼ from 25 on ", False),
    ],
)
def test_a_line_tells_risk_and_change_of_the_horizon_it_is_ranked_by(horizons, risk, change, rises):
    asked = policy(*horizons)
    [line] = entries(["p"], {"p": OUTLOOK}, {}, asked, DAY)

    assert (line.risk, line.rises) == (risk, rises)
    assert line.change.startswith(change)
    assert candidate(OUTLOOK, asked).value == OUTLOOK.score.at[horizons[0]]
    assert candidate(OUTLOOK, asked).change == pytest.approx(OUTLOOK.change(horizons[0]))


@pytest.mark.parametrize(
    ("horizons", "says"),
    [((90, 30), "in 30 days rose from 5 to 10"), ((90, 60), "in 60 days fell from 25 to 20")],
)
def test_a_card_is_of_the_nearest_horizon_of_the_file(horizons, says):
    found = card(OUTLOOK, policy(*horizons))

    assert says in found.change
    assert ("rising" in found.moves) is ("rose" in says)


def test_the_other_outcomes_stand_beside_with_their_reasons_and_the_model_that_says_so():
    asked = policy(90, beside=PSYCHIATRIC)

    [other] = drawn(OUTLOOK, asked, (), [made("psychiatric")]).beside

    assert other.says == "a hospital stay for mental illness or self-harm"
    assert other.values == ("20 in 100 in 60 days", "10 in 100 in 30 days")
    assert [(one.says, one.source) for one in other.reasons] == [
        ("last PHQ-9: 19 points", "source/Observation/o1")
    ]
    assert other.by == "psychiatric-logistic 1a2b; local, 900 events"


def test_an_outcome_whose_score_abstains_is_not_told_beside():
    abstains = made("psychiatric", at={}, reasons=(), abstained="too little is known")

    assert drawn(OUTLOOK, Policy(), (), [abstains]).beside == ()


def test_a_line_tells_the_other_outcomes_by_their_first_horizon_and_of_another_day_which():
    said = Said(DAY, {30: 0.1, 60: 0.2, 90: 0.3})
    asked = policy(90, beside=PSYCHIATRIC)

    def beside(one: Said) -> tuple[str, ...]:
        [line] = entries(["p"], {"p": OUTLOOK}, {}, asked, DAY, {"p": {"psychiatric": one}})
        return line.beside

    says = "a hospital stay for mental illness or self-harm: 20 in 100 in 60 days"
    assert beside(said) == (says,)
    assert beside(replace(said, day=DAY - timedelta(2))) == (f"{says}, as of 30 May",)


def test_points_are_of_no_one_outcome():
    points = replace(OUTLOOK, score=made(at={}, points=24.0), before=15.0, before_at={})

    assert drawn(points, policy(60)).title == "Risk of a crisis"
    assert card(points, policy(60)).change.startswith("Risk of a crisis rose from 15 to 24 points")
    assert candidate(points, policy(60)).value == 24


def test_an_outlook_comes_back_from_json_and_so_does_one_that_an_earlier_version_kept():
    kept = orjson.loads(orjson.dumps(OUTLOOK.as_json()))
    earlier = {name: said for name, said in kept.items() if name != "before_at"}

    assert Outlook.from_json(kept) == OUTLOOK
    assert Outlook.from_json(earlier).at(30) == (0.1, 0.05)
    assert Outlook.from_json(earlier).at(90) == (0.3, None)
