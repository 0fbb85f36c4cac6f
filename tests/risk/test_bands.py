"""Expert points watched: the bands, how often events came in each, and how inputs are spread since the first
night.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from measures.risk.bands import (
    BANDS,
    FEWER,
    MORE,
    all_together,
    as_first_counted,
    band_of,
    band_periods,
    ranges_of,
    say_order,
)
from measures.risk.drift import SCORE, PanelCount
from measures.risk.points import expert_points
from measures.risk.watch import BandMonth, Night
from tests.risk.charts import DAY


def month(number: int, *bands: tuple[int, int]) -> list[BandMonth]:
    """Patients and events of each band."""
    day = date(2026, number, 1)
    return [BandMonth(day, at, patients, observed) for at, (patients, observed) in enumerate(bands)]


@pytest.mark.parametrize(
    ("points", "band"),
    [
        (0, "no points"),
        (0.5, "below 10"),
        (9.5, "below 10"),
        (10, "10 to 19"),
        (19.5, "10 to 19"),
        (20, BANDS[3]),
    ],
)
def test_each_number_of_points_is_in_one_band(points, band):
    assert BANDS[band_of(points)] == band


def test_months_are_told_together_until_eleven_events_came_and_small_bands_are_not_told():
    few, enough = month(1, (100, 2), (10, 3)), month(2, (100, 3), (11, 3))

    first, last = band_periods([*enough, *few, *month(3, (100, 10))])

    assert (first.first, first.last) == (date(2026, 1, 1), date(2026, 2, 1))
    assert [rate.share for rate in first.rates] == [5 / 200, 6 / 21, None, None]
    assert [rate.share for rate in last.rates] == [None] * 4
    assert [rate.share for rate in band_periods(few)[0].rates] == [None] * 4


@pytest.mark.parametrize(("few", "more", "told"), [(4, 6, False), (4, 7, True)])
def test_a_month_is_not_told_where_it_and_all_months_would_tell_those_too_few(few, more, told):
    months = [*month(1, (50, 11), (few, 1)), *month(2, (50, 11), (more, 1)), *month(3, (50, 11), (20, 5))]

    one, other, third = band_periods([*months, *month(4, (50, 11), (30, 5))])[:3]

    assert [period.rates[1].share is not None for period in (one, other, third)] == [False, False, told]
    assert [period.rates[0].share for period in (one, other, third)] == [11 / 50] * 3


def test_a_band_of_ten_patients_is_not_told_and_one_of_eleven_is():
    told = band_periods(month(1, (100, 20), (10, 5), (11, 5)))[0].rates

    assert [rate.share is None for rate in told] == [False, True, False, True]


def test_all_months_together_are_told_over_the_single_ones():
    months = [*month(1, (100, 6), (8, 2)), *month(2, (100, 5), (3, 2))]

    whole = all_together(months)

    assert whole is not None
    assert (whole.first, whole.last) == (date(2026, 1, 1), date(2026, 2, 1))
    assert [rate.share for rate in whole.rates] == [11 / 200, 4 / 11, None, None]
    assert all_together([]) is None


@pytest.mark.parametrize(
    ("bands", "says"),
    [
        (((500, 5), (100, 10), (60, 20)), MORE),
        (((100, 40), (100, 20), (100, 5)), FEWER),
        (((100, 10), (100, 11)), "the bands cannot be told apart yet"),
        (((100, 5), (100, 5)), "too few to tell"),
        (((100, 20), (10, 5)), "too few to tell"),
    ],
)
def test_whether_more_points_went_with_more_events_is_said_only_where_the_intervals_part(bands, says):
    assert say_order(month(1, *bands)) == says


def test_a_panel_is_counted_where_the_points_begin_and_step():
    ranges = ranges_of(expert_points())

    assert set(ranges) == {SCORE, *(rule.feature for rule in expert_points().rules)}
    count = PanelCount(ranges)
    for value in (9, 10, 19, 20, None):
        count.add({"phq9_last": value})
    shares = next(one["shares"] for one in count.drift_since() if one["input"] == "phq9_last")
    assert shares == [0.2, 0.4, 0.2, 0.2]  # below 10, to 19, from 20, not known


def test_a_night_is_compared_with_the_first_and_the_first_with_itself():
    first = PanelCount(as_first_counted(expert_points(), None))
    for _ in range(300):
        first.add({"housing": 0.0, SCORE: 3.0})
    night = Night(DAY, 300, 0, tuple(first.drift_since()))
    assert {one["stands"] for one in night.drift} == {"stable"}

    later = PanelCount(as_first_counted(expert_points(), night))
    for _ in range(300):
        later.add({"housing": 1.0, SCORE: 3.0})

    found = {one["input"]: one["stands"] for one in later.drift_since()}
    assert (found["housing"], found[SCORE], found["sud"]) == ("alarm", "stable", "stable")


def test_points_that_were_changed_are_not_compared_with_ranges_they_no_longer_have():
    first = PanelCount(as_first_counted(expert_points(), None))
    first.add({"housing": 0.0})
    garbled = tuple({**one, "shares": [1.0]} for one in first.drift_since())
    night = replace(Night(DAY, 300, 0), drift=garbled)

    assert all("shares" not in held for held in as_first_counted(expert_points(), night).values())
