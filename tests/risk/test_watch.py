"""Whether a model still holds: drift counted a patient at a time, events against what was foretold, and when
scores are called stale.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from measures.risk.drift import SCORE, PanelCount, drift, profile, stands
from measures.risk.outcome import OUTCOMES, came_within
from measures.risk.watch import Month, Night, interval, periods, why_stale
from tests.risk.charts import DAY, PATIENT, chart, emergency, made_up, office, stay

ACUTE = OUTCOMES["acute"]


def score_at(index: float) -> dict[str, object]:
    return {"input": SCORE, "psi": index, "stands": stands(index)}


def night(index: float = 0.0, patients: int = 400, abstained: int = 0) -> Night:
    return Night(DAY, patients, abstained, (score_at(index),))


def month(number: int, observed: int, expected: float = 10.0) -> Month:
    return Month(date(2026, number, 1), 100, expected, observed)


def test_a_panel_counted_a_patient_at_a_time_has_the_drift_of_its_rows_together():
    trained, now = made_up(seed=1), made_up(seed=2)
    now.x[:, 0] += 1
    chances = np.linspace(0.01, 0.5, len(now.x))
    held = profile(trained, chances)
    counted = PanelCount(held)
    for row, chance in zip(now.x.tolist(), chances.tolist(), strict=True):
        known = {c.id: None if np.isnan(v) else v for c, v in zip(now.columns, row, strict=True)}
        counted.add({**known, SCORE: chance})

    assert counted.drift() == drift(held, now, chances)
    assert counted.drift()[0]["input"] == "x0"


def test_an_input_the_site_no_longer_sends_is_an_alarm():
    trained = made_up()
    counted = PanelCount(profile(trained, np.full(len(trained.x), 0.5)))
    for _ in range(300):
        counted.add({"x1": 0.0, "x2": 0.0, "x3": 0.0, SCORE: 0.5})

    found = {one["input"]: one for one in counted.drift()}

    assert found["x0"]["stands"] == "alarm"
    assert found["x0"]["missing here"] == 1
    assert found[SCORE]["stands"] == "stable"


@pytest.mark.parametrize(
    ("index", "says"), [(0.1, "stable"), (0.1001, "watch"), (0.25, "watch"), (0.2501, "alarm")]
)
def test_an_index_stands_so(index, says):
    assert stands(index) == says


def test_with_199_patients_nothing_is_an_alarm_and_with_200_it_is():
    assert night(0.9, patients=199).standing("alarm") == ()
    assert night(0.9, patients=200).standing("alarm") == (score_at(0.9),)
    assert night(0.9, patients=205, abstained=6).standing("alarm") == ()


def test_months_are_told_together_until_eleven_events_came():
    told = periods([month(3, 11), month(1, 10), month(2, 1), month(4, 10)])

    assert [(one.first.month, one.last.month, one.observed) for one in told] == [
        (1, 2, 11),
        (3, 3, 11),
        (4, 4, 10),
    ]
    assert [one.ratio is None for one in told] == [False, False, True]
    assert told[-1].stands == "too few to tell"
    assert told[0].ratio == pytest.approx(11 / 20)


def test_no_event_at_all_where_eleven_were_expected_is_told():
    assert periods([month(1, 0, 10.9)])[0].stands == "too few to tell"
    assert periods([month(1, 0, 11.0)])[0].stands == "fewer than expected"


def test_the_interval_is_that_of_a_poisson_count():
    low, high = interval(11, 1.0)

    assert low == pytest.approx(5.49, abs=0.02)  # exact: 5.491 to 19.682
    assert high == pytest.approx(19.68, abs=0.02)


@pytest.mark.parametrize(
    ("observed", "expected", "says"),
    [
        (100, 100.0, "as expected"),
        (126, 100.0, "more than expected"),
        (124, 100.0, "as expected"),  # the interval is off 1, the ratio not beyond 1.25
        (14, 10.0, "as expected"),  # beyond 1.25, and chance alone can do it
        (79, 100.0, "fewer than expected"),
        (81, 100.0, "as expected"),
    ],
)
def test_more_or_fewer_needs_both_the_interval_and_the_size(observed, expected, says):
    assert periods([month(1, observed, expected)])[0].stands == says


def test_scores_are_stale_a_year_and_a_day_after_training():
    trained = date(2026, 1, 1)

    assert why_stale(trained, trained + timedelta(365), None, ()) == ""
    assert "more than 365 days ago" in why_stale(trained, trained + timedelta(366), None, ())
    assert why_stale(None, DAY, None, ()) == ""


def test_scores_are_stale_when_they_drift_or_events_come_otherwise_and_not_for_an_input():
    an_input = Night(DAY, 400, 0, (score_at(0.0), {"input": "ed", "psi": 0.9, "stands": "alarm"}))

    assert "spread otherwise" in why_stale(DAY, DAY, night(0.26), ())
    assert why_stale(DAY, DAY, night(0.25), ()) == ""
    assert why_stale(DAY, DAY, an_input, ()) == ""
    assert why_stale(DAY, DAY, night(), periods([month(1, 200, 100)])) == (
        "more events came than expected since 2026-01-01"
    )
    assert why_stale(DAY, DAY, night(), periods([month(1, 200, 100), month(2, 100, 100)])) == ""
    assert why_stale(DAY, DAY, night(), periods([month(1, 200, 100), month(2, 3, 100)])) != ""


def came(*resources, day=DAY - timedelta(60), until=DAY, patient=PATIENT):
    """Whether an acute visit came within 30 days; None where nobody would have been asked."""
    return came_within(chart(*resources, patient=patient), ACUTE, [day], 30, until).get(day)


def test_an_event_counts_from_the_day_after_to_the_thirtieth():
    assert came(office(400), emergency(30)) is True
    assert came(office(400), emergency(29)) is False
    assert came(office(400), emergency(60)) is False
    assert came(office(400), emergency(59)) is True
    assert came(office(400), office(50)) is False


def test_a_day_is_left_out_while_its_time_runs_and_when_nobody_would_have_been_asked():
    died = {**PATIENT, "deceasedDateTime": (DAY - timedelta(30)).isoformat()}

    assert came(emergency(30), until=DAY - timedelta(30)) is True
    assert came(emergency(30), until=DAY - timedelta(31)) is None
    assert came(stay(70, 50)) is None
    assert came(stay(70, 60)) is False
    assert came(office(400), patient=died) is False
    assert came(office(400), day=DAY - timedelta(30), patient=died) is None


def test_nothing_is_told_of_a_model_without_a_profile():
    assert replace(night(), drift=()).score is None
