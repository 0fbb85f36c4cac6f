"""A score with its month before, and where the patient stands; and what consent keeps out of all of it."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from measures.consent import disclosable
from measures.risk.outlook import Clock, Outlook, outlook
from measures.risk.points import expert_points
from measures.risk.policy import Policy
from measures.risk.worklist import candidate
from measures.terminology import HCPCS, SNOMED
from tests.clinic import PART_2
from tests.risk.charts import (
    DAY,
    PATIENT,
    Resource,
    ago,
    chart,
    emergency,
    of,
    office,
    ordered,
    phq9,
    problem,
    stay,
)

POINTS = expert_points().score


def hospice_care(days: int, *, ended: int | None = None) -> Resource:
    found = problem("Z99", days, ended=ended)
    return found | {"code": {"coding": [{"system": SNOMED, "code": "385763009"}]}}


def at_home_hospice(days: int) -> Resource:
    code = {"coding": [{"system": HCPCS, "code": "T2042"}]}
    return of("Procedure", status="completed", code=code, performedDateTime=ago(days))


def test_the_month_before_is_the_same_record_as_it_stood_then():
    found = outlook(POINTS, chart(office(400), phq9(9, 45), phq9(19, 5)), DAY)

    assert found.before_on == DAY - timedelta(30)
    assert found.before == POINTS(chart(office(400), phq9(9, 45)), DAY - timedelta(30)).points
    assert found.change(30) > 0


@pytest.mark.parametrize(
    ("left", "clock"), [(0, 0), (30, 30), (31, None)], ids=["today", "30 days ago", "31 days ago"]
)
def test_a_clock_runs_for_30_days_after_leaving_hospital(left: int, clock: int | None):
    found = outlook(POINTS, chart(stay(left + 4, left)), DAY)

    assert found.clock == (None if clock is None else Clock(DAY - timedelta(clock), True))


def test_what_keeps_a_patient_off_the_list_is_told_by_the_record():
    hospice = chart(hospice_care(20))
    inside = chart(stay(3, None))

    assert outlook(POINTS, hospice, DAY).marks == ("hospice",)
    assert outlook(POINTS, inside, DAY).marks == ("in_hospital",)
    assert outlook(POINTS, chart(office(3)), DAY).marks == ()


@pytest.mark.parametrize(
    "held",
    [
        [problem("Z51.5", 20)],
        [problem("F20.0", 20), stay(50, 40, why="F20.0")],
        [hospice_care(90, ended=30)],
        [at_home_hospice(60)],
    ],
    ids=["palliative care", "another stay", "hospice care that ended", "60 days since the last hospice day"],
)
def test_who_is_not_in_hospice_now_may_be_on_the_list(held: list[Resource]):
    assert outlook(POINTS, chart(*held), DAY).marks == ()


def test_a_hospice_day_of_the_last_sixty_keeps_off_the_list():
    assert outlook(POINTS, chart(at_home_hospice(59)), DAY).marks == ("hospice",)


def test_an_outlook_comes_back_from_json_as_it_was():
    made = outlook(POINTS, chart(stay(9, 5), phq9(21, 4)), DAY)

    assert Outlook.from_json(orjson.loads(orjson.dumps(made.as_json()))) == made


def test_what_a_part_2_programme_disclosed_moves_no_score_no_reason_and_no_rank():
    open_ = [office(200), phq9(12, 20), emergency(40)]
    secret = [
        problem("F11.20", 300) | {"meta": PART_2},
        stay(60, 50, why="F11.20") | {"meta": PART_2},
        ordered("buprenorphine", 40, 7) | {"meta": PART_2},
    ]
    with_secret, without = (chart(*disclosable(held)) for held in ([*open_, *secret], open_))

    one, other = (outlook(POINTS, record, DAY) for record in (with_secret, without))

    assert one == other
    assert candidate(one, Policy()) == candidate(other, Policy())
    assert outlook(POINTS, chart(*open_, *secret), DAY) != other  # without consent's say it would have moved


@pytest.mark.parametrize(("born", "marks"), [("2020", ("minor",)), ("1990-05", ())])
def test_a_year_of_birth_marks_a_minor_where_it_is_certain(born, marks):
    record = chart(office(3), patient={**PATIENT, "birthDate": born})

    assert outlook(POINTS, record, DAY).marks == marks


@pytest.mark.parametrize("born", ["19/01/2020", "", None])
def test_a_birth_date_that_is_none_marks_nobody_as_a_minor(born):
    record = chart(office(3), patient={**PATIENT, "birthDate": born})

    assert outlook(POINTS, record, DAY).marks == ()
