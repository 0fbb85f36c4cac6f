"""What the features make of a chart, both sides of each edge."""

from __future__ import annotations

import pytest

from measures.gather import Gathered, State
from measures.risk.feature import answers
from measures.risk.points import LABEL, PointsError, expert_points, read_points
from tests.risk.charts import (
    DAY,
    appointment,
    chart,
    emergency,
    measured,
    office,
    ordered,
    phq9,
    problem,
    stay,
)


def value(name, *resources):
    return answers(chart(*resources), DAY)[name].number


def test_a_phq9_that_climbs_two_points_a_week_has_that_slope():
    found = answers(chart(phq9(10, 35), phq9(14, 21), phq9(20, 0)), DAY)["phq9_slope"]

    assert found.number == pytest.approx(2.0, abs=0.05)
    assert len(found.events) == 3


def test_one_phq9_has_no_slope():
    assert value("phq9_slope", phq9(10, 3)) is None


def test_a_phq9_of_28_points_is_no_phq9():
    assert value("phq9_last", phq9(28, 3)) is None
    assert value("phq9_last", phq9(27, 3)) == 27


@pytest.mark.parametrize("bound", [">=20", "<5"])
def test_a_score_told_as_a_bound_is_no_number_and_no_earlier_one_takes_its_place(bound):
    known = answers(chart(phq9(10, 35), phq9(14, 21), phq9(bound, 2)), DAY)

    assert known["phq9_last"].number is None
    assert known["phq9_slope"].number == pytest.approx(2.0, abs=0.05)  # of the two that are numbers
    assert known["days_since_phq9"].number == 2


@pytest.mark.parametrize(("seen", "missed"), [(3, 0), (2, 1)])
def test_follow_up_counts_up_to_the_seventh_day_after_a_psychiatric_stay(seen, missed):
    assert value("no_follow_up_7d", stay(15, 10), office(seen)) == missed


def test_follow_up_is_not_missed_while_its_seven_days_run():
    assert value("no_follow_up_7d", stay(15, 7)) == 0
    assert value("no_follow_up_7d", stay(15, 8)) == 1


def test_a_stay_for_another_reason_is_not_psychiatric():
    assert value("psychiatric_stays_30d", stay(10, 8, why="I21.4")) == 0
    assert value("hospital_stays_30d", stay(10, 8, why="I21.4")) == 1


def test_a_stay_is_psychiatric_by_the_diagnosis_it_refers_to():
    said = problem("F31.9", 9)
    encounter = stay(10, 8, why="Z00.0") | {
        "diagnosis": [{"condition": {"reference": f"Condition/{said['id']}"}}]
    }

    assert value("psychiatric_stays_30d", encounter, said) == 1


def test_buprenorphine_that_ran_out_three_days_ago_is_three_days_late():
    assert value("moud_ran_out", ordered("buprenorphine 8 MG", 31, 28)) == 4
    assert value("moud_ran_out", ordered("buprenorphine 8 MG", 10, 28)) == 0


def test_days_without_supply_are_counted_from_the_first_supply():
    assert value("antipsychotic_gap", ordered("olanzapine 5 MG", 39, 30)) == pytest.approx(10 / 40)


def test_no_medicine_of_the_class_is_not_known_rather_than_no_gap():
    assert value("lithium_gap", ordered("olanzapine 5 MG", 39, 30)) is None


def test_missed_and_cancelled_appointments_count_and_those_to_come_do_not():
    held = appointment(10, "noshow"), appointment(20, "cancelled"), appointment(-10, "cancelled")

    assert value("missed_visits_365d", *held) == 1
    assert value("cancelled_visits_365d", *held) == 1
    assert value("missed_visits_365d") is None


def test_contacts_that_halved_are_a_drop_of_one_half():
    before = [office(days) for days in (100, 120)]

    assert value("engagement_drop", *before, office(10)) == pytest.approx(0.5)
    assert value("engagement_drop", office(100)) is None


def test_points_add_up_and_each_reason_names_its_resources():
    visit = emergency(10, "R45.851")
    score = expert_points().score(chart(visit, problem("F20.0", 300)), DAY)

    assert score.label == LABEL
    assert score.at == {}
    assert score.points == sum(reason.adds for reason in score.reasons)
    assert {r.feature for r in score.reasons} >= {"ed_visits_90d", "crises_90d", "smi"}
    assert all(reason.resources for reason in score.reasons)


def test_more_of_what_is_worse_never_lowers_the_points():
    few, more = chart(emergency(10)), chart(emergency(10), emergency(20), stay(40, 30))

    least, most = (expert_points().score(one, DAY).points for one in (few, more))
    assert least is not None
    assert most is not None
    assert most > least


def test_a_file_of_points_tells_all_its_mistakes_at_once(tmp_path):
    file = tmp_path / "points.yaml"
    file.write_text("points:\n  - {feature: no_such, per: 1, most: 2}\n  - {feature: smi, from: 1}\n")

    with pytest.raises(PointsError) as caught:
        read_points(file)

    assert "entry 1: there is no feature 'no_such'" in str(caught.value)
    assert "entry 2" in str(caught.value)


def test_of_a_medicine_that_is_not_taken_nothing_is_missing_and_of_one_that_cannot_be_read_something_is():
    score = expert_points().score
    never = score(chart(office(3)), DAY)
    refused = chart(office(3))
    refused.gathered = Gathered({"MedicationRequest": State.NOT_PERMITTED}, State.GATHERED)

    assert "days without lithium, of the last 90" not in never.missing
    assert "last C-SSRS" in never.missing
    assert "days without lithium, of the last 90" in score(refused, DAY).missing


def test_the_teens_form_of_the_phq_9_counts_as_one():
    known = answers(chart(measured("89204-2", 14, 9)), DAY)

    assert known["phq9_last"].number == 14
    assert known["days_since_phq9"].number == 9
