"""Self-harm, overdoses and injuries: told by the diagnoses, from the day they were written down."""

from __future__ import annotations

import pytest

from measures.risk.feature import answers, find_features
from measures.risk.scoring import score
from measures.risk.wording import NAMES_SUBSTANCE_USE
from tests.risk.charts import DAY, chart, emergency, office, phq9, problem
from tests.risk.models import promotable


def answer(name, *resources):
    return answers(chart(*resources), DAY)[name]


@pytest.mark.parametrize("code", ["T40.1X1A", "T42.4X2A", "T51.0X1A"])
def test_an_overdose_of_long_ago_still_counts_and_names_its_diagnosis(code):
    said = problem(code, 4000, ended=3990)

    assert answer("overdose_ever", said).number == 1
    assert answer("days_since_overdose", said).number == 4000
    assert [event.id for event in answer("overdose_ever", said).events] == [said["id"]]


def test_without_an_overdose_there_are_no_days_since_it():
    assert answer("overdose_ever", problem("F11.20", 30)).number == 0
    assert answer("days_since_overdose", problem("F11.20", 30)).number is None


def test_the_days_count_from_the_last_overdose_when_it_was_written_down():
    held = problem("T40.1X1A", 900), problem("T40.1X1A", 40, recorded=30)

    assert answer("days_since_overdose", *held).number == 30


@pytest.mark.parametrize(("days", "year", "five"), [(364, 1, 1), (365, 0, 1), (1824, 0, 1), (1825, 0, 0)])
def test_injuries_count_to_the_last_day_of_their_window(days, year, five):
    assert answer("injuries_365d", problem("S93.401A", days)).number == year
    assert answer("injuries_1825d", problem("S93.401A", days)).number == five


@pytest.mark.parametrize(("code", "count"), [("T14.90XA", 1), ("T14.91XA", 0), ("T43.011A", 0), ("T20.0", 1)])
def test_a_suicide_attempt_or_a_poisoning_is_no_injury_among_these(code, count):
    assert answer("injuries_365d", problem(code, 10)).number == count


@pytest.mark.parametrize("word", ["overdose", "opioid", "alcohol", "substance"])
def test_a_feature_that_names_substance_use_is_never_told_where_others_read_along(word):
    named = {one.id for one in find_features() if word in one.says}

    assert named
    assert named <= NAMES_SUBSTANCE_USE


def test_a_model_scores_by_the_names_of_its_columns_whatever_the_order_of_the_catalogue():
    model = promotable()
    record = chart(office(400), phq9(19, 5), emergency(20))
    there = score(model, record, DAY)
    features = [one.id for one in find_features()]

    assert [features.index(column.id) for column in model.columns] != sorted(
        features.index(column.id) for column in model.columns
    )
    values = {reason.feature: reason.value for reason in there.reasons}
    assert (values["phq9_last"], values["ed_visits_90d"]) == (19, 1)
