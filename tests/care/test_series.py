"""The lanes of the timeline: what each reads from a record and how it words it."""

import pytest

from measures.gather import State
from measures.terminology import LOINC, Code
from smart_app.care.series import find_series
from tests.care.desk import A1C, PHQ9, TODAY, WEIGHT, days_ago, desk, encounter, order, score, screen, stay
from tests.clinic import all_but, observed, pressure


def lane(key, *events, **more):
    """The lane called so, of a record with these events."""
    material = desk(*events, **more)
    lanes = {found.key: found for found in (s.lane(material.record, TODAY) for s in find_series())}
    return lanes[key]


def latest(found):
    return " ".join(filter(None, (found.latest.value, found.latest.unit, found.latest.word)))


def test_behavioral_lanes_stand_over_physical_ones():
    lanes = [series.lane(desk().record, TODAY) for series in find_series()]

    assert [found.key for found in lanes] == [
        "phq9", "gad7", "cssrs", "audit_c", "substance_use", "medicines", "events",
        "a1c", "blood_pressure", "weight", "lipids",
    ]  # fmt: skip
    assert [found.side for found in lanes] == ["mind"] * 7 + ["body"] * 4


@pytest.mark.parametrize(
    ("total", "word", "tone"),
    [
        (0, "none or minimal", ""),
        (4, "none or minimal", ""),
        (5, "mild", ""),
        (9, "mild", ""),
        (10, "moderate", "watch"),
        (14, "moderate", "watch"),
        (15, "moderately severe", "high"),
        (19, "moderately severe", "high"),
        (20, "severe", "high"),
        (27, "severe", "high"),
    ],
)
def test_phq9_is_called_by_its_severity(total, word, tone):
    found = lane("phq9", score(PHQ9, total, 9))

    assert (found.latest.word, found.latest.tone, found.latest.when) == (word, tone, "12 Nov")


def test_the_latest_value_is_told_with_where_it_came_from():
    found = lane("phq9", score(PHQ9, 17, 9), score(PHQ9, 14, 30))

    assert latest(found) == "17 moderately severe"
    assert found.latest.trend == "▲ from 14"
    assert [reading.says for reading in found.readings] == ["14", "17"]


@pytest.mark.parametrize(
    ("days", "stale", "when"), [(90, False, "23 Aug"), (91, True, "22 Aug, 91 days ago")]
)
def test_a_value_older_than_ninety_days_says_how_old_it_is(days, stale, when):
    found = lane("a1c", score(A1C, 7.2, days, unit="%"))

    assert (found.latest.stale, found.latest.when) == (stale, when)


@pytest.mark.parametrize(
    ("percent", "word"), [(6.9, "at goal"), (7.0, "above goal"), (9.0, "above goal"), (9.1, "above 9 %")]
)
def test_a1c_has_one_decimal_and_is_held_against_its_goal(percent, word):
    assert latest(lane("a1c", score(A1C, percent, 3, unit="%"))) == f"{percent:.1f} % {word}"


def test_a_value_in_a_unit_not_understood_is_listed_but_never_drawn_on_the_wrong_scale():
    found = lane("a1c", score(A1C, 53, 3, unit="mmol/mol"))

    (reading,) = found.readings
    assert (reading.says, reading.value) == ("53 mmol/mol", None)
    assert found.latest.value == "53 mmol/mol"


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (">=20", ">=20 severe"),
        (">14", ">14"),
        (">=15", ">=15"),
        ("<15", "<15"),
        ("<5", "<5 none or minimal"),
        ("<=4", "<=4 none or minimal"),
    ],
)
def test_a_score_told_as_a_bound_is_said_so_and_called_by_a_word_only_where_the_bound_decides(total, said):
    found = lane("phq9", score(PHQ9, 17, 30), score(PHQ9, total, 9))

    assert latest(found) == said
    assert found.latest.trend == ""  # neither up nor down from 17


def test_pounds_are_drawn_as_kilograms():
    assert latest(lane("weight", score(WEIGHT, 196.2, 3, unit="[lb_av]"))) == "89 kg"


def test_weight_tells_its_change_over_the_year():
    found = lane(
        "weight",
        score(WEIGHT, 80, 340, unit="kg"),
        score(WEIGHT, 84, 60, unit="kg"),
        score(WEIGHT, 89, 3, unit="kg"),
    )

    assert found.latest.trend == "+9 kg since 16 Dec 2025"


def test_a_partial_date_has_no_place_on_the_axis_but_one_in_the_table():
    found = lane("phq9", score(PHQ9, 17, 9), observed(PHQ9, "2026-10", value=11, unit="{score}"))

    assert [(r.when, r.day is None) for r in found.readings] == [("Oct 2026", True), ("12 Nov", False)]
    assert found.latest.trend == "1 value more in the tables"


def test_a_value_dated_in_the_future_is_not_the_latest():
    found = lane("phq9", score(PHQ9, 17, 9), score(PHQ9, 3, -2))

    assert latest(found) == "17 moderately severe"
    assert "dated in the future" in [r.meaning for r in found.readings]


def test_preliminary_and_erroneous_results_are_not_drawn():
    for status in ("preliminary", "entered-in-error", "cancelled"):
        assert lane("phq9", score(PHQ9, 17, 9, status=status)).readings == ()


@pytest.mark.parametrize(
    ("gender", "total", "word"),
    [
        ("female", 2, "negative"),
        ("female", 3, "positive"),
        ("male", 3, "negative"),
        ("male", 4, "positive"),
        ("unknown", 3, "positive"),
    ],
)
def test_audit_c_is_positive_from_three_for_women_and_four_for_men(gender, total, word):
    assert lane("audit_c", score(Code(LOINC, "75626-2"), total, 3), gender=gender).latest.word == word


def test_levels_of_suicide_risk_differ_in_shape_as_well_as_in_colour():
    found = lane("cssrs", screen("low", 30), screen("moderate", 20), screen("high", 10))

    assert [(r.says, r.shape, r.tone) for r in found.readings] == [
        ("low", "dot", ""),
        ("moderate", "triangle", "watch"),
        ("high", "diamond", "high"),
    ]
    assert found.latest.value == "high"


def test_a_screen_without_a_level_is_listed_in_its_own_words():
    found = lane("cssrs", observed(Code(LOINC, "93374-7"), days_ago(3), valueString="see note"))

    assert [(r.says, r.value) for r in found.readings] == [("see note", None)]


@pytest.mark.parametrize(
    ("systolic", "diastolic", "word", "tone"),
    [
        (139, 89, "at goal", ""),
        (140, 89, "above goal", "watch"),
        (139, 90, "above goal", "watch"),
        (180, 90, "far above goal", "high"),
    ],
)
def test_blood_pressure_is_one_bar_held_against_140_over_90(systolic, diastolic, word, tone):
    found = lane("blood_pressure", pressure(systolic, diastolic, days_ago(3)))

    (reading,) = found.readings
    assert (reading.says, reading.value, reading.low) == (f"{systolic}/{diastolic} mmHg", systolic, diastolic)
    assert (found.latest.word, found.latest.tone) == (word, tone)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "word"),
    [
        ("<140", 80, "at goal"),
        ("<150", 80, ""),
        (">150", 80, "above goal"),
        (">=180", 80, "far above goal"),
        ("<150", 95, "above goal"),
        (130, ">=90", "above goal"),
    ],
)
def test_a_pressure_told_as_a_bound_is_held_against_the_goal_as_far_as_the_bound_says(
    systolic, diastolic, word
):
    found = lane("blood_pressure", pressure(systolic, diastolic, days_ago(3)))

    assert (found.latest.value, found.latest.word) == (f"{systolic}/{diastolic}", word)


def test_only_medicines_for_the_mind_are_drawn_and_the_running_ones_stand_first():
    found = lane(
        "medicines",
        order("metformin 500 MG Oral Tablet", 200),
        order("sertraline 50 MG Oral Tablet", 200, status="completed", supply=100),
        order("olanzapine 10 MG Oral Tablet", 90),
    )

    assert [(r.label, r.row) for r in found.readings] == [("sertraline 50 mg", 1), ("olanzapine 10 mg", 0)]
    assert latest(found) == "1 active"


def test_a_medicine_that_goes_on_reaches_today_and_one_that_ended_its_last_day():
    found = lane(
        "medicines",
        order("sertraline 50 MG", 200, status="completed", supply=100),
        order("lithium 300 MG", 9),
    )

    ended, going_on = found.readings
    assert (ended.until.isoformat(), ended.tone) == (days_ago(101), "ended")
    assert (going_on.until, going_on.tone) == (TODAY, "")


def test_proposals_drafts_and_refusals_are_no_medicine():
    for change in ({"status": "draft"}, {"doNotPerform": True}, {"intent": "proposal"}):
        assert lane("medicines", order("sertraline 50 MG", 9) | change).readings == ()


def test_ed_inpatient_and_crisis_each_have_a_shape_and_a_discharge_marks_every_lane():
    found = lane(
        "events",
        encounter("EMER", 40, 40, what="Emergency visit"),
        encounter("AMB", 30, 30, what="Crisis intervention"),
        stay(13, 3),
        encounter("AMB", 2, 2),
    )

    assert [(r.says, r.shape) for r in found.readings] == [
        ("ED visit", "square"),
        ("crisis contact", "diamond"),
        ("inpatient stay", "stay"),
    ]
    assert [day.isoformat() for day in found.turning_points] == [days_ago(3)]
    assert found.latest.value == "1 ED, 1 crisis, 1 inpatient"


def test_a_lane_without_values_says_whether_anybody_looked():
    assert lane("phq9").absence.says == "no value on record"
    for state in (State.FAILED, State.NOT_PERMITTED, State.NOT_FETCHED):
        assert lane("phq9", gathered=all_but("Observation", state=state)).absence.state == state.value
