"""What is to be done about a reason is true where it stands: of what is in place, and of what is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from measures.risk.as_of import Known
from measures.risk.feature import find_features
from measures.risk.in_place import NALOXONE, SAFETY_PLAN, VISIT, in_place
from measures.risk.next_action import IN_HOSPITAL, OTHERWISE, action_for, actions, next_action
from measures.risk.score import Reason
from measures.terminology import LOINC
from tests.risk.charts import DAY, Resource, ago, appointment, chart, of, ordered


def reason(feature: str, value: float | None, adds: float = 1.0) -> Reason:
    return Reason(feature, feature, value, adds, ())


def plan(days: int, **more) -> Resource:
    code = [{"coding": [{"system": LOINC, "code": "96339-7"}]}]
    return of("CarePlan", status="active", intent="plan", category=code, period={"start": ago(days)}, **more)


def found(*resources: Resource):
    return in_place(Known(chart(*resources), DAY))


def test_the_heaviest_reason_somebody_can_act_on_names_the_next_action():
    reasons = [
        reason("age", 80, 9),
        reason("smi", 1, -8),
        reason("moud_ran_out", 10, 7),
        reason("housing", 1, 5),
    ]

    assert next_action(reasons) == "Call about the late refill"
    assert next_action(reasons[:2]) == OTHERWISE
    assert next_action(reasons, after_discharge=True) == "Call after discharge; book a visit if there is none"
    assert next_action(reasons, after_discharge=True, in_hospital=True) == IN_HOSPITAL


def test_every_action_stands_by_a_feature_there_is_and_looks_at_what_can_be_in_place():
    assert set(actions()) <= {one.id for one in find_features()}
    assert {name for one in actions().values() for name in one.where} == {SAFETY_PLAN, VISIT, NALOXONE}


@pytest.mark.parametrize(
    ("feature", "value", "there", "says"),
    [
        ("cssrs_level", 3, {SAFETY_PLAN}, "Go through the safety plan with the clinician today"),
        ("cssrs_level", 2, set(), "Ask the clinician today for a safety plan, if there is none"),
        ("cssrs_level", 1, set(), ""),
        ("crises_90d", 1, {SAFETY_PLAN}, "Go through the safety plan again"),
        ("crises_90d", 1, {VISIT}, "Make a safety plan if there is none"),
        ("phq9_last", 10, {VISIT}, "Have the PHQ-9 looked at in the booked visit"),
        ("phq9_last", 10, set(), "Book a visit about the PHQ-9"),
        ("phq9_last", 9, set(), ""),
        ("phq9_last", None, {VISIT}, "Send a PHQ-9"),
        ("overdose_ever", 1, {NALOXONE}, "Ask whether the naloxone is still at hand"),
        ("antipsychotic_ran_out", None, set(), ""),
        ("antipsychotic_gap", 0.2, set(), "Ask about the days without the medicine"),
        ("housing", 0, set(), ""),
        ("days_since_overdose", 0, set(), "Check that naloxone is at hand; none was ordered in a year"),
        ("days_since_outpatient", 89, set(), ""),
        ("days_since_outpatient", 90, set(), "Call to re-engage; offer a visit"),
    ],
)
def test_an_action_is_true_of_the_value_and_of_what_is_in_place(feature, value, there, says):
    assert action_for(reason(feature, value), there) == says


def test_a_safety_plan_is_in_place_by_its_code_or_its_words_and_not_one_of_a_day_to_come():
    words = of("Procedure", status="completed", code={"text": "Crisis plan made"}, performedDateTime=ago(3))
    drafted = plan(1, id="d") | {"status": "draft"}

    assert found(plan(40), words, drafted) == {SAFETY_PLAN: DAY - timedelta(3)}
    assert found(plan(-1)) == {}


@pytest.mark.parametrize(
    ("days", "status", "made", "there"),
    [
        (-5, "booked", None, True),
        (-5, "booked", ago(0), True),
        (-5, "booked", ago(-1), False),
        (-5, "cancelled", None, False),
        (-5, "proposed", None, False),
        (0, "booked", None, False),
    ],
)
def test_a_visit_is_booked_that_is_to_come_and_was_made_by_the_day(days, status, made, there):
    visit = appointment(days, status) | ({"created": made} if made else {})

    assert found(visit, appointment(-30, "booked")).get(VISIT) == DAY + timedelta(5 if there else 30)


@pytest.mark.parametrize(("days", "there"), [(364, True), (365, False)])
def test_naloxone_is_in_place_for_a_year_from_its_order(days, there):
    spray = ordered("1725059", days, 1)

    assert (NALOXONE in found(spray, ordered("1010600", 10, 28))) is there
