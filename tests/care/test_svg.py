"""Where the marks of the timeline stand."""

from smart_app.care.scale import Window
from smart_app.care.svg import picture
from smart_app.care.timeline import timeline
from tests.care.desk import PHQ9, TODAY, days_ago, desk, order, score, screen, stay
from tests.clinic import pressure


def drawn(*events, span="12m"):
    """The drawings by lane."""
    shown = picture(timeline(desk(*events).record, TODAY, span))
    return {d.lane.key: d for half in shown.halves for d in half.drawings}


def test_a_mark_stands_at_its_day_on_the_shared_axis_whatever_its_lane():
    lanes = drawn(score(PHQ9, 17, 9), pressure(150, 94, days_ago(9)), screen("high", 9))

    assert {lane.marks[0].x for lane in lanes.values()} == {Window.of("12m", TODAY).x(TODAY.replace(day=12))}


def test_a_worse_score_stands_higher():
    marks = drawn(score(PHQ9, 5, 60), score(PHQ9, 17, 9))["phq9"].marks

    assert marks[0].y > marks[1].y


def test_one_value_is_a_dot_and_two_are_joined():
    assert drawn(score(PHQ9, 5, 60))["phq9"].path == ""
    assert drawn(score(PHQ9, 5, 60), score(PHQ9, 17, 9))["phq9"].path.startswith("M")


def test_blood_pressures_are_never_joined():
    assert drawn(pressure(150, 94, days_ago(60)), pressure(150, 94, days_ago(9)))["blood_pressure"].path == ""


def test_the_line_enters_from_the_left_where_an_earlier_value_leads_in():
    lane = drawn(score(PHQ9, 5, 200), score(PHQ9, 17, 9), span="3m")["phq9"]

    assert len(lane.marks) == 1
    assert lane.path.startswith("M0 ")
    assert lane.earlier == 1


def test_what_lies_before_the_window_is_counted_not_drawn():
    lane = drawn(score(PHQ9, 5, 400))["phq9"]

    assert (lane.marks, lane.rows, lane.earlier) == ((), (), 1)
    assert lane.lane.latest.value == "5"


def test_a_bar_that_began_before_the_window_is_drawn_from_its_edge():
    (mark,) = drawn(order("sertraline 50 MG", 400))["medicines"].marks

    assert mark.x == 0
    assert mark.width == Window.of("12m", TODAY).x(TODAY)


def test_a_short_stay_is_wide_enough_to_be_seen_and_stays_inside():
    (mark,) = drawn(stay(0, 0))["events"].marks

    assert mark.width > 1
    assert mark.x + mark.width <= 100


def test_the_label_of_a_short_bar_stands_outside_it():
    (long,) = drawn(order("sertraline 50 MG", 300))["medicines"].marks
    (late,) = drawn(order("sertraline 50 MG", 3))["medicines"].marks
    (early,) = drawn(order("sertraline 50 MG", 360, status="completed", supply=20))["medicines"].marks

    assert (long.label_x, long.label_end) == (long.x, False)
    assert (late.label_x, late.label_end) == (late.x, True)
    assert early.label_x > early.x + 5
    assert not early.label_end


def test_the_table_lists_what_is_drawn_latest_first():
    rows = drawn(score(PHQ9, 5, 60), score(PHQ9, 17, 9))["phq9"].rows

    assert [row.says for row in rows] == ["17", "5"]


def test_a_lane_is_told_in_one_sentence():
    assert drawn(score(PHQ9, 17, 9))["phq9"].says == (
        "PHQ-9, depression. Latest 17 moderately severe, 12 Nov. 1 shown."
    )


def test_discharges_in_the_window_cross_all_lanes():
    shown = picture(timeline(desk(stay(13, 3), stay(500, 490)).record, TODAY, "12m"))

    assert [line.says for line in shown.discharges] == ["Left hospital 18 Nov"]


def test_lanes_with_the_same_to_say_share_one_line():
    shown = picture(timeline(desk().record, TODAY, "12m"))

    assert shown.halves[1].silent == {"no value on record": ["HbA1c", "Blood pressure", "Weight", "Lipids"]}
    assert not shown.drawn
