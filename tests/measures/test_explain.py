"""The explanation in plain sentences, for the cases that other engines explain wrongly."""

from datetime import date

import pytest

from measures.explain import explain
from measures.library.cms2_depression_screening import ADULT_SCREEN, NEGATIVE, POSITIVE, VISIT
from measures.library.cms2_depression_screening import MEASURE as CMS2
from measures.library.cms22_blood_pressure_screening import MEASURE as CMS22
from measures.library.cms22_blood_pressure_screening import VISIT as CMS22_VISIT
from measures.library.cms122_glycemic_status import A1C, DIABETES
from measures.library.cms122_glycemic_status import MEASURE as CMS122
from measures.library.cms165_blood_pressure import EMERGENCY, HYPERTENSION
from measures.library.cms165_blood_pressure import MEASURE as CMS165
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.clinic import all_but, chart, diagnosed, observed, pressure, visit

YEAR = Period.year(2025)
MARCH_12 = date(2025, 3, 12)
SEEN = visit(OFFICE, "2025-03-10", id="v1")
DIABETIC = diagnosed(DIABETES, "2019-04-01", category="encounter-diagnosis", id="dm")
HYPERTENSIVE = diagnosed(HYPERTENSION, "2019-04-01", id="htn")


def sentences(measure, *events, as_of=MARCH_12, **more):
    return explain(measure.evaluate(chart(*events, **more), YEAR, as_of), as_of).sentences()


def test_an_unscreened_adult_has_a_gap_and_a_way_out():
    said = sentences(CMS2, visit(VISIT, "2025-03-10", id="v1"))
    assert said[0] == "Screening for depression and follow-up plan: open gap."
    assert (
        "To close it: screen for depression at a visit and record whether the result is positive or negative."
        in said
    )
    assert (
        "If declined, or there is a medical reason: record the screening as not done, with the reason."
        in said
    )


def test_the_nearest_screen_and_why_it_is_not_enough():
    said = sentences(
        CMS2, visit(VISIT, "2025-03-10"), observed(ADULT_SCREEN, "2025-02-20", value=NEGATIVE, id="old")
    )
    assert any(
        s.startswith("Nearest: ") and "[Observation/old]: 18 days before the visit; limit 14." in s
        for s in said
    )


def test_a_positive_screen_can_be_followed_up_for_two_days_after_the_visit():
    events = (visit(VISIT, "2025-03-10"), observed(ADULT_SCREEN, "2025-03-10", value=POSITIVE))
    in_time = explain(CMS2.evaluate(chart(*events), YEAR, MARCH_12), MARCH_12)
    assert (in_time.deadline, in_time.can_close_today) == (MARCH_12, True)
    assert in_time.to_close == (
        "Record a follow-up plan: a referral, an intervention or a medicine for depression",
    )
    a_day_late = explain(CMS2.evaluate(chart(*events), YEAR, date(2025, 3, 13)), date(2025, 3, 13))
    assert (a_day_late.deadline, a_day_late.can_close_today) == (MARCH_12, False)
    assert "By 2025-03-12; that day has passed." in a_day_late.sentences()


def test_an_a1c_above_9_is_a_gap_though_the_patient_is_in_the_numerator():
    said = sentences(CMS122, SEEN, DIABETIC, observed(A1C, "2025-03-01", value=9.4, id="a1c"))
    assert said[0] == "Glycemic status assessment greater than 9 %: open gap."
    assert any("[Observation/a1c]: above 9 %." in s for s in said)
    assert "To close it: treat, and measure A1c again: the last one of the year counts." in said


def test_last_years_a1c_is_told_by_its_date():
    said = sentences(CMS122, SEEN, DIABETIC, observed(A1C, "2024-11-01", value=7, id="a1c"))
    assert any("[Observation/a1c]: before 2025-01-01." in s for s in said)
    assert "To close it: measure A1c." in said


def test_a_pressure_from_the_emergency_department_is_not_turned_into_advice_to_go_there():
    stay = visit(EMERGENCY, "2025-02-01T08:00:00Z", "2025-02-01T12:00:00Z")
    said = sentences(CMS165, SEEN, HYPERTENSIVE, stay, pressure(120, 70, "2025-02-01T09:00:00Z", id="bp"))
    assert any("[Observation/bp]: taken in hospital or emergency care." in s for s in said)
    assert "To close it: measure blood pressure." in said


def test_why_the_patient_is_in_the_measure_cites_the_resources():
    said = sentences(CMS165, SEEN, HYPERTENSIVE)
    assert any(
        "[Condition/htn]" in s and s.startswith("In the measure: essential hypertension") for s in said
    )


def test_what_cannot_be_told_is_told_as_such_with_nothing_to_close():
    said = sentences(CMS122, SEEN, DIABETIC, gathered=all_but("Observation"))
    assert said[0].endswith("the record cannot say.")
    assert any("not gathered: Observation" in s for s in said)
    assert not any(s.startswith("To close it") for s in said)


@pytest.mark.parametrize("codings", [True, 7, "8462-4", [None], ["8462-4"], {"code": "8462-4"}])
def test_a_malformed_part_of_what_comes_nearest_is_named_and_costs_only_itself(codings):
    bp = pressure(120, 80, "2025-02-10T09:10:00Z", id="bp")
    bp["component"][1]["code"] = {"coding": codings}
    record = chart(visit(CMS22_VISIT, "2025-03-10T09:00:00Z", "2025-03-10T09:30:00Z"), bp)

    told = explain(CMS22.evaluate(record, YEAR, MARCH_12), MARCH_12)

    assert [(miss.event.id, miss.why) for miss in told.nearest] == [("bp", "part of it cannot be read")]
    assert [problem.partition(":")[0] for problem in record.problems] == ["Observation/bp"]
