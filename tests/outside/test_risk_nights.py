"""A model watched in the database, on both kinds: what a refresh counts, and what a score then says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cds_service.outside.risk_nights import RiskNights
from cds_service.risk_choice import of_model
from measures.gather import Gathered, State
from measures.record import PatientRecord
from measures.risk.drift import SCORE
from measures.risk.model import Model
from measures.risk.policy import Policy
from measures.risk.watch import FEWEST_PATIENTS, BandMonth, Month, Night
from measures.vocabulary import starter_vocabulary
from tests.risk.charts import DAY, PATIENT, chart, emergency, office, phq9
from tests.risk.models import in_shadow, promotable

MONTH = timedelta(30)


@pytest.fixture
def model(risk) -> Model:
    """A model in use."""
    found = promotable()
    risk.models.add(found, by="staff/ann")
    risk.models.promote(found.version, by="staff/ann", outcomes=["acute"])
    risk.forget()
    return found


def named(identity: str, *resources) -> PatientRecord:
    moved = [{**one, "subject": {"reference": f"Patient/{identity}"}} for one in resources]
    return chart(*moved, patient={**PATIENT, "id": identity})


def panel(*more, size: int = 3) -> list[PatientRecord]:
    return [named(f"p{n}", office(400), phq9(4, 100), *more) for n in range(size)]


def test_nights_and_months_are_kept_by_host_ehr_and_model_and_counted_anew(database):
    nights = RiskNights(database)
    first = Night(DAY, 300, 4, ({"input": SCORE, "psi": 0.3, "stands": "alarm"},))
    nights.keep("riverside", "m", first, [Month(DAY, 100, 9.5, 8)])
    nights.keep("riverside", "m", replace(first, as_of=DAY + MONTH), [Month(DAY, 100, 9.5, 10)])
    nights.keep("riverside", "m", replace(first, patients=301), [])

    assert [one.as_of for one in nights.nights("riverside", "m", 9)] == [DAY + MONTH, DAY]
    assert nights.nights("riverside", "m", 9)[1] == replace(first, patients=301)
    assert nights.months("riverside", "m") == (Month(DAY, 100, 9.5, 10),)
    assert nights.days("riverside", "m", DAY + timedelta(1)) == (DAY + MONTH,)
    assert nights.nights("lakeside", "m") == nights.nights("riverside", "n") == ()
    assert nights.months("lakeside", "m") == nights.months("riverside", "n") == ()


def test_a_refresh_counts_the_drift_of_inputs_and_score(risk, model):
    risk.refresh("riverside", panel(), DAY)

    found = risk.watch.told("riverside", risk.in_use().key, model, DAY)

    assert found.night is not None
    assert (found.night.patients, found.night.abstained) == (3, 0)
    assert {one["input"] for one in found.night.drift} == {*(c.id for c in model.columns), SCORE}
    assert risk.watch.told("lakeside", risk.in_use().key, model, DAY).night is None


def test_who_too_little_is_known_of_counts_in_no_drift(risk, model):
    unborn = {key: value for key, value in PATIENT.items() if key != "birthDate"}
    risk.refresh("riverside", [chart(office(9), patient=unborn)], DAY)

    night = risk.watch.told("riverside", risk.in_use().key, model, DAY).night

    assert night is not None
    assert (night.patients, night.abstained, night.drift) == (1, 1, ())


def test_what_was_foretold_is_compared_with_what_came_once_the_month_is_over(risk, model):
    risk.refresh("riverside", panel(), DAY - 2 * MONTH)
    risk.refresh("riverside", panel(), DAY - 2 * MONTH + timedelta(1))  # the same month: told by its first
    key = risk.in_use().key
    foretold = risk.scores.foretold("riverside", "p0", key, [DAY - 2 * MONTH])[DAY - 2 * MONTH]

    risk.refresh("riverside", panel(emergency(31)), DAY - MONTH - timedelta(1))
    assert risk.watch.nights.months("riverside", key) == ()
    risk.refresh("riverside", [*panel(emergency(31), size=2), *panel(size=4)[3:]], DAY)

    month, later = risk.watch.nights.months("riverside", key)
    assert (later.as_of, later.observed) == (DAY - MONTH - timedelta(1), 0)
    assert (month.as_of, month.patients, month.observed) == (DAY - 2 * MONTH, 2, 2)
    assert month.expected == pytest.approx(foretold * 2)


def test_an_event_that_is_recorded_late_is_counted_at_the_next_refresh(risk, model):
    risk.refresh("riverside", panel(), DAY - MONTH)
    risk.refresh("riverside", panel(), DAY)
    risk.refresh("riverside", panel(emergency(20)), DAY + timedelta(1))

    (month,) = risk.watch.nights.months("riverside", risk.in_use().key)
    assert month.observed == 3


def test_nothing_is_compared_beyond_the_day_the_export_ends(risk, model):
    risk.refresh("riverside", panel(), DAY - MONTH)

    risk.refresh("riverside", panel(), DAY, covered=DAY - timedelta(1))
    assert risk.watch.nights.months("riverside", risk.in_use().key) == ()
    risk.refresh("riverside", panel(), DAY, covered=DAY)
    assert len(risk.watch.nights.months("riverside", risk.in_use().key)) == 1


def test_points_are_held_against_their_first_night_and_foretell_no_number(risk):
    key, everybody = risk.in_use().key, FEWEST_PATIENTS
    risk.refresh("riverside", panel(size=everybody - 1), DAY - 3 * MONTH)
    risk.refresh("riverside", panel(size=everybody), DAY - 2 * MONTH)
    risk.refresh("riverside", panel(size=everybody), DAY - MONTH)
    same = risk.watch.told("riverside", key, None, DAY - MONTH)
    risk.refresh("riverside", panel(emergency(5), size=everybody), DAY)

    found = risk.watch.told("riverside", key, None, DAY)

    assert (found.trained, found.stale, found.periods) == (False, "", ())
    assert found.first == same.first == DAY - 2 * MONTH
    assert same.night is not None
    assert {one["stands"] for one in same.night.drift} == {"stable"}
    assert found.night is not None
    assert {"ed_visits_90d", SCORE} <= {one["input"] for one in found.night.standing("alarm")}
    assert "phq9_last" not in {one["input"] for one in found.night.standing("alarm")}


def test_what_came_of_points_is_counted_by_band_once_the_month_is_over(risk):
    before = [office(400), *(emergency(100) for _ in "123")]
    high = [named(f"high{n}", *before) for n in range(2)]
    risk.refresh("riverside", [*panel(), *high], DAY - MONTH)
    key = risk.in_use().key
    assert risk.watch.nights.bands("riverside", key) == ()

    came = [named(f"high{n}", *before, emergency(20)) for n in range(2)]
    risk.refresh("riverside", [*panel(), *came], DAY)

    assert risk.watch.nights.bands("riverside", key) == (
        BandMonth(DAY - MONTH, 0, 3, 0),
        BandMonth(DAY - MONTH, 2, 2, 2),
    )
    assert risk.watch.nights.months("riverside", key) == ()
    assert risk.watch.nights.bands("lakeside", key) == ()


def test_a_model_in_shadow_is_watched_too(risk):
    tried = in_shadow()
    risk.refresh("riverside", panel(), DAY, of_model(tried, Policy()))

    assert risk.watch.told("riverside", of_model(tried, Policy()).key, tried, DAY).night is not None


def test_a_score_past_its_schedule_is_called_stale_wherever_it_is_told(risk, model):
    late = DAY.replace(year=DAY.year + 1)
    risk.refresh("riverside", panel(), DAY)
    risk.refresh("riverside", panel(), late)

    made = risk.of("riverside", named("new", office(9)), late)
    kept = risk.of("riverside", named("p0"), late)
    listed = risk.listed("riverside", late).outlooks["p0"]

    for one in (made, kept, listed):
        assert one.score.label.startswith("stale, trained on 2026-01-01, more than 365 days ago; local, ")
    assert risk.scores.latest("riverside", "p0")[1].score.label == model.label


def test_a_score_is_stale_after_an_alarm_at_that_host_ehr_only_and_until_it_holds_again(risk, model):
    key = risk.in_use().key
    alarm = Night(DAY, 900, 0, ({"input": SCORE, "psi": 0.3, "stands": "alarm"},))
    risk.watch.nights.keep("riverside", key, alarm, [])

    assert "stale, the scores of 2026-06-01" in risk.of("riverside", named("a", office(9)), DAY).score.label
    assert "stale" not in risk.of("lakeside", named("a", office(9)), DAY).score.label
    calm = replace(alarm, as_of=DAY + timedelta(1), drift=({"input": SCORE, "psi": 0.2, "stands": "watch"},))
    risk.watch.nights.keep("riverside", key, calm, [])
    risk.forget()
    assert "stale" not in risk.of("riverside", named("a", office(9)), DAY).score.label


def test_the_course_of_a_risk_has_all_horizons_of_one_model_and_ends_with_what_is_said_now(risk, model):
    for days in (200, 20, 6):
        risk.refresh("riverside", panel(), DAY - timedelta(days))
    now = risk.of("riverside", named("p0", office(400), emergency(1)), DAY)
    risk.models.turn("points", by="staff/ann")
    risk.forget()
    points = risk.of("riverside", named("p0", office(400)), DAY)

    told = risk.course("riverside", named("p0"), points)
    assert [(one.day, set(one.at)) for one in told] == [(DAY, {0})]
    risk.models.turn("on", by="staff/ann")
    risk.forget()
    told = risk.course("riverside", named("p0"), now)
    assert [one.day for one in told] == [DAY - timedelta(20), DAY - timedelta(6), DAY]
    assert told[-1].at == now.score.at
    assert set(told[0].at) == {30, 60, 90}


def test_who_may_not_read_all_that_is_scored_is_told_no_course(risk, model):
    risk.refresh("riverside", panel(), DAY - timedelta(20))
    some = Gathered({"Encounter": State.NOT_PERMITTED})
    refused = PatientRecord({**PATIENT, "id": "p0"}, [], starter_vocabulary(), gathered=some)
    now = risk.of("riverside", panel()[0], DAY)

    assert len(risk.course("riverside", panel()[0], now)) == 2
    assert risk.course("riverside", refused, now) == ()
