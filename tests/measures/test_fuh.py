"""FUH, stay by stay: 7 and 30 days on both sides, and what the record cannot say."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.fuh_hospitalization import MEASURE
from measures.measure import GapStatus
from measures.shared.hospice import INPATIENT
from measures.shared.mental_health import MENTAL_HEALTH_VISIT, MENTAL_ILLNESS
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.clinic import all_but, chart, concept, diagnosed, performed, visit
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR

ILL = [concept(MENTAL_ILLNESS)]


def stay(day="2026-05-01", end="2026-05-10", name=INPATIENT, **more):
    return visit(name, day, end, **({"reasonCode": ILL, "id": "stay"} | more))


def seen(day, name=MENTAL_HEALTH_VISIT, **more):
    return visit(name, day, **more)


STAYS = {
    "nobody saw the patient": ([stay()], OPEN, OPEN),
    "seen on the day of discharge": ([stay(), seen("2026-05-10")], OPEN, OPEN),
    "seen the day after": ([stay(), seen("2026-05-11")], CLOSED, CLOSED),
    "seen on day 7": ([stay(), seen("2026-05-17")], CLOSED, CLOSED),
    "seen on day 8": ([stay(), seen("2026-05-18")], OPEN, CLOSED),
    "seen on day 30": ([stay(), seen("2026-06-09")], OPEN, CLOSED),
    "seen on day 31": ([stay(), seen("2026-06-10")], OPEN, OPEN),
    "seen some time in May": ([stay(), seen("2026-05")], UNKNOWN, UNKNOWN),
    "did not come": ([stay(), seen("2026-05-15", status="cancelled")], OPEN, OPEN),
    "office visit for the illness": ([stay(), seen("2026-05-15", OFFICE, reasonCode=ILL)], CLOSED, CLOSED),
    "office visit for something else": (
        [stay(), seen("2026-05-15", OFFICE, reasonCode=[concept(OFFICE)])],
        OPEN,
        OPEN,
    ),
    "office visit that does not say for what": ([stay(), seen("2026-05-15", OFFICE)], UNKNOWN, UNKNOWN),
    "office visit with the illness among its diagnoses": (
        [
            stay(),
            diagnosed(MENTAL_ILLNESS, "2020-01-01", id="ill"),
            seen("2026-05-15", OFFICE, diagnosis=[{"condition": {"reference": "Condition/ill"}, "rank": 2}]),
        ],
        CLOSED,
        CLOSED,
    ),
    "psychotherapy as a procedure": (
        [stay(), performed(MENTAL_HEALTH_VISIT, "2026-05-15")],
        CLOSED,
        CLOSED,
    ),
    "an emergency visit is no follow-up": (
        [stay(), seen("2026-05-15", OFFICE, reasonCode=ILL, **{"class": {"code": "EMER"}})],
        OPEN,
        OPEN,
    ),
    "told by its class alone": ([stay(name=OFFICE, **{"class": {"code": "IMP"}})], OPEN, OPEN),
    "in hospital for something else": ([stay(reasonCode=[concept(OFFICE)])], OUT, OUT),
    "the illness as a second diagnosis": (
        [
            diagnosed(MENTAL_ILLNESS, "2020-01-01", id="ill"),
            stay(
                reasonCode=None,
                diagnosis=[
                    {"condition": {"reference": "Condition/other"}, "rank": 1},
                    {"condition": {"reference": "Condition/ill"}, "rank": 2},
                ],
            ),
        ],
        OUT,
        OUT,
    ),
    "back in hospital on day 30": (
        [stay(), stay("2026-06-09", "2026-06-12", id="again", reasonCode=[concept(OFFICE)])],
        OUT,
        OUT,
    ),
    "back in hospital on day 31": (
        [stay(), stay("2026-06-10", "2026-06-12", id="again", reasonCode=[concept(OFFICE)])],
        OPEN,
        OPEN,
    ),
    "discharged on 31 December of the year before": ([stay("2025-12-20", "2025-12-31")], OUT, OUT),
    "discharged on 1 January": ([stay("2025-12-20", "2026-01-01")], OPEN, OPEN),
    "discharged on 1 December": ([stay("2026-11-20", "2026-12-01")], OPEN, OPEN),
    "discharged on 2 December": ([stay("2026-11-20", "2026-12-02")], OUT, OUT),
}


@pytest.mark.parametrize(("events", "week", "month"), STAYS.values(), ids=STAYS)
def test_a_stay(events, week, month):
    result = MEASURE.evaluate(chart(*events), YEAR)

    assert [group.status for group in result.groups] == [week, month], result.reason


@pytest.mark.parametrize(("born", "status"), [("2020-05-10", OPEN), ("2020-05-11", OUT)])
def test_a_child_is_six_at_discharge(born, status):
    assert MEASURE.evaluate(chart(stay(), born=born), YEAR).status is status


@pytest.mark.parametrize(("died", "status"), [("2026-06-09", OUT), ("2026-06-10", OPEN)])
def test_who_died_within_30_days_is_out(died, status):
    assert MEASURE.evaluate(chart(stay(), deceasedDateTime=died), YEAR).status is status


@pytest.mark.parametrize("kind", ["Encounter", "Procedure"])
def test_what_was_not_gathered_is_no_gap(kind):
    result = MEASURE.evaluate(chart(stay(), gathered=all_but(kind)), YEAR)

    assert result.status is UNKNOWN
    assert kind in result.reason


def test_an_undocumented_contact_is_named():
    result = MEASURE.evaluate(chart(stay(), seen("2026-05-15", OFFICE, id="v")), YEAR)

    assert "does not say what it was for: Encounter/v on 2026-05-15" in result.reason


@pytest.mark.parametrize(
    ("as_of", "group", "deadline", "closable"),
    [
        (date(2026, 5, 17), "Group_7", date(2026, 5, 17), True),
        (date(2026, 5, 18), "Group_30", date(2026, 6, 9), True),
        (date(2026, 6, 9), "Group_30", date(2026, 6, 9), True),
        (date(2026, 6, 10), "Group_7", date(2026, 5, 17), False),
    ],
)
def test_the_gap_shown_is_the_one_that_can_still_be_closed(as_of, group, deadline, closable):
    result = MEASURE.evaluate(chart(stay()), YEAR, as_of)
    told = explain(result, as_of)

    assert (result.status, result.foremost.group.id) == (OPEN, group)
    assert (told.deadline, told.can_close_today) == (deadline, closable)


def test_of_two_stays_the_one_whose_days_still_run_is_shown():
    record = chart(stay(), stay("2026-08-01", "2026-08-05", id="second"))
    result = MEASURE.evaluate(record, YEAR, date(2026, 8, 7))

    assert result.groups[0].populations["denominator"] == 2
    assert result.foremost.deadline == date(2026, 8, 12)


def test_a_december_discharge_is_prospective_while_its_days_run():
    record = chart(stay("2026-12-01", "2026-12-10"))

    assert MEASURE.evaluate(record, YEAR, date(2026, 12, 20)).status is GapStatus.PROSPECTIVE
    assert MEASURE.evaluate(record, Period.year(2027), date(2027, 1, 9)).status is GapStatus.PROSPECTIVE
    assert MEASURE.evaluate(record, Period.year(2027), date(2027, 1, 10)).status is OUT


def test_the_nearest_visit_is_named_with_its_distance():
    result = MEASURE.evaluate(chart(stay(), seen("2026-05-18", id="late")), YEAR, date(2026, 5, 18))
    told = explain(result, date(2026, 5, 18))

    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("late", "8 days after leaving; limit 7")]
