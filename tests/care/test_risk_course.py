"""How a risk went: thinned to a line a horizon, said in a sentence, and in a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from measures.risk.course import Said, course, horizons
from smart_app.care.risk_course import drawn_course
from tests.care.test_risk_line import chance, shown

TODAY = date(2026, 11, 21)


def said(days: int, p30: float, **more: float) -> Said:
    return Said(TODAY - timedelta(days), {30: p30, 60: more.get("p60", 0.33), 90: more.get("p90", 0.39)})


def test_of_each_week_the_last_day_is_told_and_at_the_end_what_is_said_now():
    every_day = [said(days, days / 1000) for days in range(1, 30)]

    told = course(every_day, said(0, 0.24))

    assert [(TODAY - one.day).days for one in told] == [28, 21, 14, 7, 1, 0]


def test_half_a_year_is_looked_back_and_nothing_of_a_day_to_come_is_told():
    told = course([said(183, 0.1), said(182, 0.2), said(0, 0.3), said(-1, 0.4)], said(0, 0.24))

    assert [one.at[30] for one in told] == [0.2, 0.24]


def test_days_that_kept_the_nearest_horizon_alone_take_the_others_from_the_drawing():
    assert horizons([Said(TODAY, {30: 0.1}), said(0, 0.2)]) == (30,)
    assert horizons([said(1, 0.1), said(0, 0.2)]) == (30, 60, 90)
    assert horizons([Said(TODAY, {0: 14.0})]) == (0,)
    assert horizons([]) == ()


def test_one_day_is_no_course():
    assert drawn_course([said(0, 0.24)], TODAY) is None
    assert drawn_course([], TODAY) is None


def test_the_drawing_its_sentence_and_its_table_say_the_same():
    drawn = drawn_course([said(28, 0.15, p90=0.3), said(14, 0.001), said(0, 0.24)], TODAY)

    assert drawn is not None
    ways = "30 days: 15 to 24, 60 days: still 33, 90 days: 30 to 39 in 100."
    assert drawn.says == f"From 24 Oct to 21 Nov, {ways}"
    assert [(row.when, row.values) for row in drawn.rows] == [
        ("21 Nov", ("24", "33", "39")),
        ("7 Nov", ("<1", "33", "39")),
        ("24 Oct", ("15", "33", "30")),
    ]
    assert (drawn.most, drawn.first, drawn.last) == ("39", "24 Oct", "21 Nov")
    paths = {line.key: line.path for line in drawn.lines}
    assert paths["h90"].startswith("M0 11.8L500 3L1000 3")


def test_points_have_one_line_and_no_hundredths():
    drawn = drawn_course([Said(TODAY - timedelta(7), {0: 0.0}), Said(TODAY, {0: 14.0})], TODAY)

    assert drawn is not None
    assert [line.key for line in drawn.lines] == ["h0"]
    assert drawn.says == "From 14 Nov to 21 Nov, points: 0 to 14."


def test_a_course_of_noughts_stays_on_its_ground():
    drawn = drawn_course([Said(TODAY - timedelta(7), {0: 0.0}), Said(TODAY, {0: 0.0})], TODAY)

    assert drawn is not None
    assert drawn.lines[0].path == "M0 41L1000 41"


def test_the_page_draws_it_with_a_name_and_a_table_where_the_reasons_are_opened():
    line = replace(chance(0.24), course=drawn_course([said(28, 0.15), said(0, 0.24)], TODAY))

    page = shown(line)

    assert "<summary>All 4 reasons, how it went</summary>" in page
    assert '<svg role="img" aria-label="From 24 Oct to 21 Nov, 30 days: 15 to 24' in page
    assert page.count("<path") == 3
    assert "Solid: 30 days; dashed: 60 days; dotted: 90 days." in page
    assert '<th scope="row">24 Oct</th><td>15</td>' in page
    assert "how it went" not in shown(chance(0.24))
    assert "<summary>How it went" in shown(replace(line, reasons=()))
    assert "<summary>The reason" in shown(replace(line, reasons=line.reasons[:1]))


def test_only_the_horizons_that_are_wanted_are_drawn_and_named():
    course = drawn_course([said(28, 0.15), said(0, 0.24)], TODAY, (90, 60))

    page = shown(replace(chance(0.24), course=course))

    assert page.count("<path") == 2
    assert "Dashed: 60 days; dotted: 90 days." in page
    assert "Solid" not in page
