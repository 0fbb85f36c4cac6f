"""One rate: which of several episodes gives its status, and when its reason is put into words."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from measures.criteria import Criterion, Findings
from measures.events import RecordCannotSay
from measures.group import GapStatus, Group
from measures.measure import Measure
from measures.time import Period
from tests.clinic import chart, event

YEAR = Period.year(2025)
AS_OF = date(2025, 7, 1)
DAYS = (AS_OF - timedelta(days=1), AS_OF, None)


def leaf(name, met):
    """A leaf that says of each episode what stands in `met` by its id."""
    return Criterion(name, name, lambda _patient, _period, episode: met[episode.id], of_episode=True)


def counting(cases, *numbers):
    """A measure over the episodes of these numbers; a case is three truths and the last day to close it."""
    truths = [{f"e{n}": case[part] for n, case in enumerate(cases)} for part in range(4)]
    member, met, excepted = (
        leaf(name, truth) for name, truth in zip(("member", "met", "excepted"), truths, strict=False)
    )
    group = Group(
        initial_population=member,
        numerator=met,
        exceptions=excepted,
        deadline=lambda found: truths[3][found.episode.id if found.episode else ""],
    )
    return Measure(
        id="M",
        title="",
        version="1",
        steward="",
        groups=(group,),
        episodes=lambda patient, _period: patient.every("Encounter").where(
            lambda episode: episode.id in {f"e{n}" for n in numbers}
        ),
    )


OPEN, CLOSED, UNKNOWN, NO_MEMBER = (
    (True, False, False),
    (True, True, False),
    (None, False, False),
    (False,) * 3,
)
some_cases = st.lists(
    st.builds(
        lambda truths, day: (*truths, day),
        st.sampled_from((OPEN, OPEN, CLOSED, UNKNOWN, NO_MEMBER)),
        st.sampled_from(DAYS),
    ),
    min_size=1,
    max_size=4,
)


@given(some_cases)
def test_the_status_is_that_of_the_most_pressing_episode_the_first_of_those_alike(cases):
    record = chart(*(event("Encounter", id=f"e{n}", status="finished") for n in range(len(cases))))
    alone = [counting(cases, n).evaluate(record, YEAR, AS_OF).foremost for n in range(len(cases))]

    together = counting(cases, *range(len(cases))).evaluate(record, YEAR, AS_OF).foremost

    foremost = min(alone, key=lambda result: result.pressing)
    assert (together.status, together.reason) == (foremost.status, foremost.reason)
    assert together.found.episode is foremost.found.episode
    assert [step.name for step in together.next_steps] == [step.name for step in foremost.next_steps]
    assert together.populations == {
        name: sum(result.populations[name] for result in alone) for name in together.populations
    }


def test_a_reason_is_put_into_words_when_it_is_read_and_asks_no_more_than_that():
    asked = []

    def told(name, met):
        def test(_patient, _period):
            asked.append(name)
            return met

        return Criterion(name, name, test)

    excluded, excluded_too = told("in hospice", True), told("in a nursing home", True)
    measure = Measure(
        id="M",
        title="",
        version="1",
        steward="",
        groups=(
            Group(
                initial_population=told("seen", True),
                numerator=told("tested", False),
                exclusions=excluded | excluded_too,
            ),
        ),
    )
    found = Findings(chart(), YEAR)

    result = measure.evaluate(found.record, YEAR, found=found)

    assert result.status is GapStatus.NOT_APPLICABLE
    assert asked == ["seen", "in hospice"]
    assert result.reason == "excluded: in hospice; in a nursing home"
    assert asked == ["seen", "in hospice", "in a nursing home"]
    assert replace(result).reason == result.reason


def cannot_say(_found):
    raise RecordCannotSay("MedicationRequest was not gathered")


def test_a_day_of_which_the_record_cannot_say_is_none_and_the_gap_stays():
    yes, no = (
        Criterion(name, name, lambda _p, _y, met=met: met) for name, met in (("seen", True), ("done", False))
    )
    group = Group(initial_population=yes, numerator=no, deadline=cannot_say, due_from=cannot_say)
    measure = Measure(id="M", title="", version="1", steward="", groups=(group,))

    [result] = measure.evaluate(chart(), YEAR, AS_OF).groups

    assert result.status is GapStatus.OPEN
    assert (result.deadline, result.due_from, result.is_over) == (None, None, False)
