"""The last check-up, told by the type of the visit or by what it was for."""

from __future__ import annotations

import pytest

from measures.risk.feature import answers
from measures.terminology import SNOMED
from tests.risk.charts import DAY, ago, chart, emergency, of, office, stay


def since(*resources):
    return answers(chart(*resources), DAY)["days_since_check_up"].number


def with_a_cough(days):
    return stay(days, days, why="R05", where="AMB")


@pytest.mark.parametrize(("days", "told"), [(0, 0), (1824, 1824), (1825, None)])
def test_a_visit_is_a_check_up_by_its_reason_and_counts_for_five_years(days, told):
    assert since(office(days)) == told


def test_a_visit_is_a_check_up_by_its_type():
    kind = [{"coding": [{"system": SNOMED, "code": "185349003"}]}]
    period = {"start": ago(30), "end": ago(30)}

    assert since(of("Encounter", status="finished", type=kind, period=period)) == 30


def test_the_last_one_counts_whatever_came_after_it():
    assert since(office(700), office(300), with_a_cough(20), emergency(10)) == 300


def test_a_visit_with_a_complaint_is_no_check_up_nor_is_a_stay_in_hospital():
    assert since(with_a_cough(20), emergency(10), stay(40, 35, why="Z00.0")) is None
