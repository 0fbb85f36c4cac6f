"""A reason as people read it: words for levels, a sign for changes, a unit for numbers."""

import pytest

from measures.risk.score import Reason
from measures.risk.wording import say_points, say_reason


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
        ("phq9_item9", 0.0, "no it"),
        ("phq9_last", None, "it: not known"),
        ("phq9_item9", None, "it: not known"),
        ("cssrs_level", None, "it: not known"),
    ],
)
def test_a_reason_is_told_in_the_words_of_its_unit(feature: str, value: float | None, said: str):
    assert say_reason(Reason(feature, "it", value, 1.0, ())) == said


@pytest.mark.parametrize(
    ("points", "said"),
    [(50.5, "50.5"), (51.5, "51.5"), (12.0, "12"), (0.0, "0"), (7.26, "7.3")],
)
def test_points_are_rounded_in_one_way(points: float, said: str):
    assert say_points(points) == said
