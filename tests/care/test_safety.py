"""The safety line: there when it must be, with what it rests on, and never a false "no plan"."""

import pytest

from measures.gather import State
from measures.shared.suicide_risk import PHQ9_PANEL
from measures.terminology import LOINC, Code
from smart_app.care.safety import safety_lines
from tests.care.desk import TODAY, days_ago, desk, score, screen
from tests.clinic import all_but, concept, event, observed

ITEM_9 = Code(LOINC, "44260-8")


def lines(*events, **more):
    return [(line.tone, line.fact, line.says) for line in safety_lines(desk(*events, **more).record, TODAY)]


def plan(days, **more):
    return event("CarePlan", status="active", title="Safety plan", period={"start": days_ago(days)}, **more)


def in_panel(points):
    """A PHQ-9 filed as one Observation, its items as components."""
    item = {"code": concept(ITEM_9), "valueInteger": points}
    return event(
        "Observation",
        status="final",
        code=concept(PHQ9_PANEL),
        effectiveDateTime=days_ago(9),
        component=[item],
    )


def test_an_item_9_told_as_a_bound_is_said_so():
    answer = observed(ITEM_9, days_ago(9), value=">=2", unit="{score}")

    assert lines(answer)[0][1] == "PHQ-9 item 9 scored >=2, 12 Nov."
    assert lines(observed(ITEM_9, days_ago(9), value=">=0", unit="{score}")) == []  # may be 0


def test_a_high_screen_without_a_plan_calls_for_action():
    assert lines(screen("high", 11)) == [("high", "C-SSRS high, 10 Nov.", "No safety plan on file.")]


def test_a_plan_of_the_day_of_the_screen_or_later_answers_it():
    for days in (11, 2):
        assert lines(screen("high", 11), plan(days))[0][0] == "watch"


def test_a_plan_from_before_the_screen_does_not_answer_it():
    assert lines(screen("high", 11), plan(12)) == [
        ("high", "C-SSRS high, 10 Nov.", "The safety plan on file is from 9 Nov, before this screen.")
    ]


@pytest.mark.parametrize(
    ("month", "tone", "says"),
    [
        ("2026-11", "watch", "Safety plan on file since Nov 2026."),
        ("2026-10", "high", "The safety plan on file is from Oct 2026, before or after this screen."),
        ("2026-09", "high", "The safety plan on file is from Sep 2026, before this screen."),
        (None, "high", "The safety plan on file is undated."),
    ],
)
def test_of_a_plan_that_gives_only_its_month_no_more_is_said_than_that(month, tone, says):
    """The screen is of 22 October."""
    written = plan(2) | {"period": {"start": month} if month else {}}

    assert lines(screen("high", 30), written) == [(tone, "C-SSRS high, 22 Oct.", says)]
    assert lines(screen("high", 30), plan(31), written)[0][2] == (
        "The safety plan on file is from 21 Oct, before this screen." if month == "2026-09" else says
    )


@pytest.mark.parametrize(
    "written",
    [
        event(
            "Procedure", status="completed", code={"text": "Safety planning"}, performedDateTime=days_ago(2)
        ),
        event(
            "DocumentReference",
            status="current",
            type={"text": "Crisis plan"},
            date=f"{days_ago(2)}T10:00:00Z",
        ),
        event(
            "CarePlan",
            status="active",
            category=[{"text": "Suicide prevention plan"}],
            period={"start": days_ago(2)},
        ),
    ],
    ids=["procedure", "document", "care plan"],
)
def test_a_plan_may_be_charted_in_several_ways(written):
    assert lines(screen("high", 11), written)[0][2] == "Safety plan on file since 19 Nov."


def test_a_revoked_plan_is_none():
    assert lines(screen("high", 11), plan(2) | {"status": "revoked"})[0][2] == "No safety plan on file."


def test_no_plan_is_not_said_while_a_place_for_plans_was_not_read():
    ((tone, _, says),) = lines(screen("high", 11), gathered=all_but("DocumentReference"))

    assert tone == "high"
    assert says == "The record cannot say whether there is a safety plan: documents not read."


def test_a_moderate_screen_is_watched_and_a_low_one_is_silent():
    assert [tone for tone, _, _ in lines(screen("moderate", 11))] == ["watch"]
    assert lines(screen("low", 11)) == []


def test_the_latest_screen_counts():
    assert lines(screen("high", 40), screen("low", 3)) == []


def test_a_screen_stands_at_the_top_for_a_year():
    assert lines(screen("high", 365)) != []
    assert lines(screen("high", 366)) == []


@pytest.mark.parametrize(
    ("month", "fact"),
    [("2026-11", "C-SSRS high, Nov 2026."), ("2026", "C-SSRS high, 2026."), (None, "C-SSRS high, undated.")],
)
def test_a_screen_that_may_be_the_last_is_told_with_as_much_of_its_date_as_is_known(month, fact):
    vague = screen("high", 0) | {"effectiveDateTime": month}

    assert lines(vague) == [("high", fact, "No safety plan on file.")]
    assert lines(vague, screen("low", 5))[0][1] == fact
    assert (
        lines(vague, plan(5))[0][2] == "The safety plan on file is from 16 Nov, before or after this screen."
    )


def test_a_screen_of_a_month_that_is_over_is_told_by_the_one_that_followed():
    october = screen("high", 0) | {"effectiveDateTime": "2026-10"}
    longer_ago = screen("high", 0) | {"effectiveDateTime": "2025-10"}

    assert lines(october, screen("low", 5)) == []
    assert lines(longer_ago) == []
    assert lines(october, plan(5))[0][2] == "Safety plan on file since 16 Nov."


def test_of_an_item_nine_of_some_day_the_record_may_not_say_whether_a_cssrs_followed():
    vague = score(ITEM_9, 2, 0) | {"effectiveDateTime": "2026-11"}

    assert lines(vague) == [("high", "PHQ-9 item 9 scored 2, Nov 2026.", "C-SSRS not recorded since.")]
    assert lines(vague, screen("low", 5))[0][2] == "The record cannot say whether a C-SSRS followed."
    assert lines(vague, screen("low", 21))[0][2] == "C-SSRS not recorded since."


def test_item_nine_above_nought_asks_for_a_cssrs_until_one_follows():
    assert lines(score(ITEM_9, 2, 9)) == [
        ("high", "PHQ-9 item 9 scored 2, 12 Nov.", "C-SSRS not recorded since (9 days).")
    ]
    assert lines(score(ITEM_9, 0, 9)) == []
    often = observed(ITEM_9, days_ago(9), value=Code(LOINC, "LA6570-1", "More than half the days"))
    assert lines(often)[0][1] == "PHQ-9 item 9 scored 2, 12 Nov."
    assert lines(observed(ITEM_9, days_ago(9), value=Code(LOINC, "LA6568-5", "Not at all"))) == []
    assert lines(in_panel(2))[0][1] == "PHQ-9 item 9 scored 2, 12 Nov."
    assert lines(in_panel(0)) == []
    assert lines(score(ITEM_9, 2, 9), screen("low", 9)) == []
    assert len(lines(score(ITEM_9, 2, 9), screen("low", 10))) == 1


def test_without_observations_the_risk_is_unknown_not_absent():
    for state in (State.FAILED, State.NOT_PERMITTED, State.NOT_FETCHED):
        ((tone, fact, _),) = lines(gathered=all_but("Observation", state=state))
        assert (tone, fact) == ("unknown", "Suicide risk not known.")
