"""The risk section: numbers that say what they are, and reasons that open their facts."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask, render_template
from jinja2 import StrictUndefined

from smart_app.care.risk_line import Reason, RiskLine, points, probabilities

TODAY = date(2026, 11, 21)
TITLE = "Risk of ED or inpatient care"
REASONS = (
    Reason("sertraline refill 22 days late", 3),
    Reason("psychiatric discharge 3 days ago", 6, "source/Encounter/e1"),
    Reason("a visit <b>booked", -1),
    Reason("PHQ-9 11 to 17 in ten weeks", 4, "source/Observation/o1"),
)


def chance(now: float, before: float | None = None, **more) -> RiskLine:
    then = None if before is None else (before, date(2026, 10, 20))
    horizons = ((30, now), (60, 0.33), (90, 0.39))
    return probabilities(TITLE, horizons, REASONS, "calibrated elsewhere", before=then, today=TODAY, **more)


def shown(risk: RiskLine | None, *, expected: bool = True) -> str:
    """The section as the page draws it."""
    app = Flask("smart_app")
    app.jinja_env.undefined = StrictUndefined
    with app.app_context():
        return render_template(
            "chart/risk.html", chart={"risk": risk, "risk_expected": expected, "no_risk": ""}
        )


@pytest.mark.parametrize(
    ("probability", "said"), [(0.24, "24"), (0.0, "0"), (0.001, "<1"), (0.999, ">99"), (1.0, "100")]
)
def test_a_chance_is_so_many_in_100_and_never_rounded_to_certainty(probability, said):
    first = chance(probability).horizons[0]

    assert (first.value, first.unit, first.label) == (said, "in 100", "next 30 days")


@pytest.mark.parametrize(
    ("before", "trend", "tone"),
    [(0.15, "▲ from 15", "high"), (0.30, "▼ from 30", ""), (0.24, "as before: 24", "")],
)
def test_the_trend_says_from_what_and_since_when(before, trend, tone):
    line = chance(0.24, before)

    assert (line.trend, line.since, line.tone) == (trend, "20 Oct", tone)


def test_reasons_stand_by_their_weight_with_a_bar_of_their_share():
    ranked = [(reason.says_points, reason.share) for reason in chance(0.24).reasons]

    assert ranked == [("+6", 100), ("+4", 67), ("+3", 50), ("−1", 17)]


def test_points_are_points_and_say_so():
    line = points(TITLE, 13, 30, REASONS, "expert points: not a probability", today=TODAY)

    assert [(h.value, h.unit, h.label) for h in line.horizons] == [("13", "of 30", "points")]
    assert "expert points: not a probability" in shown(line)
    assert "in 100" not in shown(line)


def test_the_section_opens_the_fact_of_a_reason_and_folds_the_lesser_ones():
    page = shown(chance(0.24, 0.15, missing=("appointments",)))

    assert '<a href="source/Encounter/e1">psychiatric discharge 3 days ago</a>' in page
    assert (
        page.index("sertraline refill") < page.index("All 4 reasons") < page.index("a visit &lt;b&gt;booked")
    )
    assert "Not known: appointments." in page


def test_without_a_score_the_page_says_so_only_where_one_is_expected():
    assert "Risk not computed yet." in shown(None)
    assert shown(None, expected=False).strip() == ""
