"""Where a rule stands after each deed, and who may not do it: both sides of every edge."""

from __future__ import annotations

from datetime import date

import pytest

from cds_service.life_cycle import ALLOWED, FOLDERS, Deed, NotAllowed, Standing, State, Step, check, standing

DAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
SENT = Step(Deed.SEND, 1, "ann", State.LIVE)
APPROVED = Step(Deed.APPROVE, 1, "ben")
RETIRED = (Step(Deed.SEND, 1, "ann", State.RETIRED), Step(Deed.APPROVE, 1, "ben"))
SHADOWED = (Step(Deed.SEND, 1, "ann", State.SHADOW), APPROVED)


def second(deed: Deed, by: str = "ann", **more: object) -> Step:
    return Step(deed, 2, by, **more)  # type: ignore[arg-type]


def refused(step: Step, *before: Step, author: str = "ann") -> str:
    return refused_on(DAY, step, *before, author=author)


def refused_on(day: date, step: Step, *before: Step, author: str = "ann") -> str:
    with pytest.raises(NotAllowed) as error:
        check(step, author, standing(before), day)
    return str(error.value)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), State.DRAFT),
        ((SENT,), State.WAITING),
        ((SENT, Step(Deed.SEND_BACK, 1, "ben")), State.DRAFT),
        ((SENT, APPROVED), State.LIVE),
        (SHADOWED, State.SHADOW),
        ((*SHADOWED, SENT), State.WAITING),
        ((*SHADOWED, SENT, APPROVED), State.LIVE),
        ((*SHADOWED, Step(Deed.RETIRE, 1, "ann")), State.RETIRED),
        ((SENT, APPROVED, RETIRED[0]), State.LIVE),
        ((SENT, APPROVED, *RETIRED), State.RETIRED),
        ((SENT, APPROVED, RETIRED[0], Step(Deed.SEND_BACK, 1, "ben")), State.LIVE),
        ((SENT, APPROVED, Step(Deed.RETIRE, 1, "ann")), State.RETIRED),  # as it was kept before 2026-11-25
        ((SENT, APPROVED, Step(Deed.ROLL_BACK, 1, "ann")), State.RETIRED),
    ],
)
def test_a_revision_stands_where_its_steps_brought_it(steps: tuple[Step, ...], state: State):
    assert standing(steps).state_of(1, DAY) is state


def test_a_scheduled_revision_is_live_from_its_day_on_and_the_one_before_until_then():
    planned = (Step(Deed.SEND, 2, "ann", State.LIVE, TOMORROW), Step(Deed.APPROVE, 2, "ben"))
    now = standing((SENT, APPROVED, *planned))

    assert (now.state_of(1, DAY), now.state_of(2, DAY)) == (State.LIVE, State.SCHEDULED)
    assert (now.state_of(1, TOMORROW), now.state_of(2, TOMORROW)) == (State.RETIRED, State.LIVE)


def test_a_rollback_brings_back_the_revision_before_and_at_last_the_rule_of_the_folders():
    two = (SENT, APPROVED, Step(Deed.SEND, 2, "ann", State.LIVE), Step(Deed.APPROVE, 2, "ben"))

    once = standing((*two, Step(Deed.ROLL_BACK, 2, "ann")))
    twice = once.after(Step(Deed.ROLL_BACK, 1, "ann"))

    assert once.state_of(1, DAY) is State.LIVE
    assert twice.live_on(DAY) is None


def test_a_rollback_after_retiring_brings_the_rule_back():
    retired = (SENT, APPROVED, *RETIRED)

    check(Step(Deed.ROLL_BACK, 1, "ann"), "ann", standing(retired), DAY)
    assert standing(retired).after(Step(Deed.ROLL_BACK, 1, "ann")).state_of(1, DAY) is State.LIVE


def test_a_shadow_that_was_ended_has_nothing_to_roll_back():
    assert "only the newest" in refused(
        Step(Deed.ROLL_BACK, 1, "ann"), *SHADOWED, Step(Deed.RETIRE, 1, "ann")
    )


def test_what_is_live_is_not_retired_under_a_revision_that_is_to_follow():
    planned = (Step(Deed.SEND, 2, "ann", State.LIVE, TOMORROW), Step(Deed.APPROVE, 2, "ben"))

    assert "revision 2 is to follow" in refused(RETIRED[0], SENT, APPROVED, *planned)


def test_what_is_live_takes_two_people_to_retire():
    assert "takes two people to retire" in refused(Step(Deed.RETIRE, 1, "ann"), SENT, APPROVED)
    assert "takes two people to retire" in refused(Step(Deed.RETIRE, FOLDERS, "ann"))
    assert "ask a second person" in refused(
        RETIRED[1], SENT, APPROVED, Step(Deed.SEND, 1, "ben", State.RETIRED)
    )
    check(RETIRED[1], "ben", standing((SENT, APPROVED, RETIRED[0])), DAY)  # who wrote it may agree


def test_only_what_is_live_is_sent_to_be_retired():
    assert "revision 1 is draft; only what is live" in refused(RETIRED[0])
    assert "is shadow; only what is live" in refused(RETIRED[0], *SHADOWED)


def test_a_rollback_ends_what_waits_to_be_retired_and_nothing_else_that_waits():
    rolled_back = (SENT, APPROVED, RETIRED[0], Step(Deed.ROLL_BACK, 1, "ann"))
    assert standing(rolled_back).waiting is None
    assert "is retired and cannot be approved" in refused(RETIRED[1], *rolled_back)
    check(Step(Deed.SEND, FOLDERS, "ann", State.RETIRED), "", standing(rolled_back), DAY)

    another = standing((SENT, APPROVED, second(Deed.SEND, aim=State.LIVE), Step(Deed.ROLL_BACK, 1, "ann")))
    assert another.waits(2)


ROLLED_BACK = Step(Deed.ROLL_BACK, 1, "ann")


def test_a_rollback_that_would_leave_no_rule_takes_two_people_as_retiring_does():
    assert "nothing was live before revision 1" in refused(ROLLED_BACK, SENT, APPROVED)
    check(ROLLED_BACK, "ann", standing((SENT, APPROVED)), DAY, falls_back=True)


def test_a_rollback_may_leave_none_where_none_was_shown_or_two_people_had_wanted_it_so():
    later = (Step(Deed.SEND, 1, "ann", State.LIVE, TOMORROW), APPROVED)
    check(ROLLED_BACK, "ann", standing(later), DAY)
    assert "nothing was live" in refused_on(TOMORROW, ROLLED_BACK, *later)

    again = (SENT, APPROVED, *RETIRED, second(Deed.SEND, aim=State.LIVE), second(Deed.APPROVE, "ben"))
    check(second(Deed.ROLL_BACK), "ann", standing(again), DAY)


def test_what_is_scheduled_can_be_brought_forward_and_not_put_off():
    later = date(2030, 1, 1)
    planned = (Step(Deed.SEND, 1, "ann", State.LIVE, later), APPROVED)

    now = standing((*planned, SENT, APPROVED))
    assert (now.state_of(1, DAY), now.state_of(1, later)) == (State.LIVE, State.LIVE)
    check(SENT, "ann", standing(planned), DAY)
    check(Step(Deed.SEND, 1, "ann", State.LIVE, TOMORROW), "ann", standing(planned), DAY)
    assert "live from 2030-01-01; send it for an earlier day" in refused(planned[0], *planned)
    assert "roll it back" in refused(Step(Deed.SEND, 1, "ann", State.SHADOW), *planned)
    assert now.after(Step(Deed.ROLL_BACK, 1, "ann")).state_of(1, DAY) is State.SCHEDULED


def test_what_is_live_is_not_sent_into_the_shadow():
    assert "is live and shown" in refused(Step(Deed.SEND, 1, "ann", State.SHADOW), SENT, APPROVED)


def test_a_scheduled_revision_that_was_overtaken_does_not_come_back():
    planned = (Step(Deed.SEND, 2, "ann", State.LIVE, TOMORROW), Step(Deed.APPROVE, 2, "ben"))
    at_once = (Step(Deed.SEND, 3, "ann", State.LIVE), Step(Deed.APPROVE, 3, "ben"))
    now = standing((SENT, APPROVED, *planned, *at_once))

    assert [now.state_of(n, DAY) for n in (1, 2, 3)] == [State.RETIRED, State.RETIRED, State.LIVE]
    assert now.state_of(3, TOMORROW) is State.LIVE


def test_a_shadow_leaves_what_is_live_alone():
    shadow = (Step(Deed.SEND, 2, "ann", State.SHADOW), Step(Deed.APPROVE, 2, "ben"))
    now = standing((SENT, APPROVED, *shadow))

    assert (now.state_of(1, DAY), now.state_of(2, DAY)) == (State.LIVE, State.SHADOW)


def test_neither_who_wrote_nor_who_sent_a_revision_approves_it():
    assert "second person" in refused(Step(Deed.APPROVE, 1, "ann"), SENT, author="eve")
    assert "second person" in refused(Step(Deed.APPROVE, 1, "eve"), SENT, author="eve")
    check(APPROVED, "ann", standing((SENT,)), DAY)


@pytest.mark.parametrize("deed", [deed for deed in Deed if State.DRAFT not in ALLOWED[deed]])
def test_a_draft_can_only_be_sent(deed: Deed):
    assert "revision 1 is draft and cannot be" in refused(Step(deed, 1, "ben"))


def test_only_one_revision_waits_at_a_time():
    assert "revision 1 waits for approval already" in refused(second(Deed.SEND, aim=State.LIVE), SENT)


def test_a_day_that_has_passed_and_a_day_for_a_shadow_are_refused():
    check(Step(Deed.SEND, 1, "ann", State.LIVE, DAY), "ann", Standing(), DAY)
    assert "passed" in refused(Step(Deed.SEND, 1, "ann", State.LIVE, date(2026, 11, 19)))
    assert "to be live" in refused(Step(Deed.SEND, 1, "ann", State.SHADOW, TOMORROW))
    assert "shadow or live" in refused(Step(Deed.SEND, 1, "ann", State.DRAFT))


def test_a_shadow_is_not_sent_to_become_a_shadow():
    assert "is shadow already" in refused(Step(Deed.SEND, 1, "ann", State.SHADOW), *SHADOWED)


def test_an_older_change_is_not_rolled_back_under_a_newer_one():
    planned = (Step(Deed.SEND, 2, "ann", State.LIVE, TOMORROW), Step(Deed.APPROVE, 2, "ben"))

    assert "only the newest" in refused(Step(Deed.ROLL_BACK, 1, "ann"), SENT, APPROVED, *planned)


OFF = (Step(Deed.SEND, FOLDERS, "ann", State.RETIRED), Step(Deed.APPROVE, FOLDERS, "ben"))


def test_the_rule_of_the_folders_is_retired_and_brought_back():
    off = standing(OFF)
    assert standing(()).state_of(FOLDERS, DAY) is State.LIVE
    assert off.state_of(FOLDERS, DAY) is State.RETIRED
    assert off.live_on(DAY) is not None

    back = off.after(Step(Deed.ROLL_BACK, FOLDERS, "ben"))

    assert back == standing(())


def test_a_revision_takes_the_place_of_a_retired_rule_and_a_rollback_leaves_it_off():
    released = standing((*OFF, SENT, APPROVED))
    assert (released.state_of(1, DAY), released.state_of(FOLDERS, DAY)) == (State.LIVE, State.RETIRED)

    back = released.after(Step(Deed.ROLL_BACK, 1, "ann"))

    assert back.placed == standing(OFF).placed


@pytest.mark.parametrize(
    ("step", "before", "says"),
    [
        (
            Step(Deed.SEND, FOLDERS, "ann", State.LIVE),
            (),
            "cannot be sent for approval; save it as a revision",
        ),
        (Step(Deed.APPROVE, FOLDERS, "ann"), (SENT,), "cannot be approved"),
        (Step(Deed.ROLL_BACK, FOLDERS, "ann"), (), "was not retired here"),
        (OFF[0], OFF, "the rule of the folders is retired; only what is live"),
        (OFF[0], (SENT, APPROVED), "the rule of the folders is retired; only what is live"),
        (SENT, OFF[:1], "the rule of the folders waits for approval already"),
        (Step(Deed.ROLL_BACK, FOLDERS, "ann"), (*OFF, SENT, APPROVED), "only the newest change"),
        (
            OFF[0],
            (Step(Deed.SEND, 1, "ann", State.LIVE, TOMORROW), APPROVED),
            "revision 1 is to follow; roll that one back first",
        ),
    ],
)
def test_what_cannot_be_done_with_the_rule_of_the_folders_is_told(
    step: Step, before: tuple[Step, ...], says: str
):
    assert says in refused(step, *before, author="")


@pytest.mark.parametrize(("before", "step"), [(OFF[:1], OFF[1]), (OFF, Step(Deed.ROLL_BACK, FOLDERS, "ann"))])
def test_what_the_check_lets_through_changes_where_it_stands(before: tuple[Step, ...], step: Step):
    check(step, "", standing(before), DAY)

    assert standing((*before, step)).state_of(FOLDERS, DAY) is not standing(before).state_of(FOLDERS, DAY)
