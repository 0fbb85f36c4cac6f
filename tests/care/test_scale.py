"""The shared time axis and the height of a lane."""

from datetime import date

import pytest

from smart_app.care.scale import Height, Window
from tests.care.desk import TODAY


@pytest.mark.parametrize(
    ("span", "start"),
    [("3m", date(2026, 8, 21)), ("12m", date(2025, 11, 21)), ("all", date(2021, 5, 3))],
)
def test_a_window_reaches_back_as_far_as_it_says(span, start):
    window = Window.of(span, TODAY, date(2021, 5, 3))

    assert (window.start, window.end) == (start, TODAY)


def test_all_of_a_young_record_is_a_year():
    assert Window.of("all", TODAY, date(2026, 9, 1)).start == date(2025, 11, 21)
    assert Window.of("all", TODAY, None).start == date(2025, 11, 21)


def test_days_stand_in_order_from_the_left_edge_to_today():
    window = Window.of("12m", TODAY)

    assert window.x(window.start) == 0
    assert 0 < window.x(date(2026, 5, 1)) < window.x(date(2026, 5, 2)) < window.x(TODAY) <= 100


def test_days_outside_the_window_stand_at_its_edge():
    window = Window.of("3m", TODAY)

    assert window.x(date(2020, 1, 1)) == 0
    assert window.x(date(2030, 1, 1)) == window.x(TODAY)


@pytest.mark.parametrize(
    ("span", "earliest", "labels"),
    [
        ("3m", None, ["Sep", "15 Sep", "Oct", "15 Oct", "Nov", "15 Nov"]),
        ("all", date(2024, 6, 1), ["Jul", "Oct", "2025", "Apr", "Jul", "Oct", "2026", "Apr", "Jul", "Oct"]),
        ("all", date(2019, 6, 1), ["2020", "2021", "2022", "2023", "2024", "2025", "2026"]),
    ],
)
def test_ticks_suit_the_length_of_time(span, earliest, labels):
    assert [tick.label for tick in Window.of(span, TODAY, earliest).ticks()] == labels


def test_january_is_labelled_with_its_year_and_keeps_its_label_on_a_phone():
    ticks = Window.of("12m", TODAY).ticks()

    assert [tick.label for tick in ticks] == [
        "Dec",
        "2026",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
    ]
    assert [tick.minor for tick in ticks if tick.label == "2026"] == [False]


@pytest.mark.parametrize("years", [1, 5, 12, 40, 90])
def test_there_is_room_for_the_labels_of_any_record(years):
    window = Window.of("all", TODAY, date(2026 - years, 3, 1))

    assert 3 <= len(window.ticks()) <= 16


def test_high_values_stand_high_and_stay_inside_the_lane():
    height = Height(0, 27, 78)

    assert height.y(0) > height.y(10) > height.y(27) >= 0
    assert height.y(99) == height.y(27)


def test_a_height_stretches_to_a_value_beyond_it_and_no_further():
    assert Height(5, 11, 50).stretched((6.0, 13.5)) == Height(5, 13.5, 50)
    assert Height(5, 11, 50).stretched((6.0,)) == Height(5, 11, 50)


def test_a_free_height_is_as_tall_as_the_values_but_never_flatter_than_it_may_be():
    assert Height(0, 0, 50).fitted((80, 89), least=4) == Height(80, 89, 50)
    assert Height(0, 0, 50).fitted((80,), least=12) == Height(74, 86, 50)
