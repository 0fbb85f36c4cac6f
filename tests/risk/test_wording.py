"""A reason as people read it: words for levels, a sign for changes, a unit for numbers."""

from dataclasses import replace

import pytest

from measures.risk.points import expert_points
from measures.risk.score import Reason
from measures.risk.wording import say_points, say_reason, say_value
from tests.risk.charts import DAY, chart


@pytest.mark.parametrize(
    ("feature", "value", "said"),
    [
        ("phq9_last", 19.0, "it: 19 points"),
        ("cssrs_level", 0.0, "it: no risk found"),
        ("cssrs_level", 3.0, "it: high"),
        ("pain_last", 7.0, "it: 7 on a scale of 0 to 10"),
        ("phq9_slope", 1.86, "it: +1.9 points a week"),
        ("systolic_trend", -130.4, "it: -130.4 mm[Hg] a year"),
        ("phq9_item9", 1.0, "it"),
        ("phq9_item9", 0.0, "it: no"),
        ("engagement_drop", 0.6, "it: 60 % fewer"),
        ("moud_gap", 0.25, "it: 25 %"),
        ("ed_visits_90d", 2.0, "it: 2"),
        ("phq9_last", None, "it: not known"),
        ("phq9_item9", None, "it: not known"),
        ("cssrs_level", None, "it: not known"),
    ],
)
def test_a_reason_is_told_in_the_words_of_its_unit(feature: str, value: float | None, said: str):
    assert say_reason(Reason(feature, "it", value, 1.0, ())) == said


def test_a_unit_that_the_words_begin_with_is_not_said_twice():
    late = Reason("moud_ran_out", "days since the medicine ran out", 10.0, 7.0, ())

    assert say_reason(late) == "days since the medicine ran out: 10"


@pytest.mark.parametrize(("points", "said"), [(1.0, "1 point"), (0.5, "0.5 points"), (0.0, "0 points")])
def test_one_point_is_one_point(points: float, said: str):
    assert say_value(replace(expert_points().score(chart(), DAY), points=points), 30) == said


@pytest.mark.parametrize(
    ("points", "said"),
    [(50.5, "50.5"), (51.5, "51.5"), (12.0, "12"), (0.0, "0"), (7.26, "7.3")],
)
def test_points_are_rounded_in_one_way(points: float, said: str):
    assert say_points(points) == said
