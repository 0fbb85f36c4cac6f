"""How a risk model is doing, as the quality team reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cds_service.outside import clock
from cds_service.outside.registry import HostEhr
from cds_service.risk import Risk
from measures.date_words import say_full_day
from measures.risk.drift import SCORE
from measures.risk.watch import BandMonth, Month, Night
from tests.risk.models import in_shadow, promotable

PAGE = "/staff/risk-watch/"
DRIFTED = {
    "input": "phq9_last", "psi": 0.412, "stands": "alarm", "missing at training": 0.12, "missing here": 0.6,
}  # fmt: skip
CALM = {"input": SCORE, "psi": 0.03, "stands": "stable", "missing at training": 0.0, "missing here": 0.0}


@pytest.fixture
def risk(app) -> Risk:
    """Riverside, with a model in use."""
    parts = app.extensions["throughline"]
    parts.host_ehrs.add(
        HostEhr.model_validate({"name": "riverside", "fhir_base": "https://ehr.riverside.example/fhir"})
    )
    model = replace(promotable(), card={**promotable().card, "trained_on": clock.today().isoformat()})
    parts.risk.models.add(model, by="staff/ann")
    parts.risk.models.promote(model.version, by="staff/ann", outcomes=["acute"])
    parts.risk.forget()
    return parts.risk


def told(risk: Risk, *drift: dict, months: tuple[Month, ...] = ()) -> None:
    night = Night(clock.today(), 900, 3, (*drift, CALM))
    risk.watch.nights.keep("riverside", risk.in_use().key, night, months)


def test_before_the_first_night_it_says_so(risk, signed_in):
    assert "no panel was scored with it here" in signed_in("analyst").get(PAGE).text


def test_an_input_that_is_no_longer_sent_is_an_alarm_in_words(risk, signed_in):
    told(risk, DRIFTED)

    page = signed_in("quality").get(PAGE).text

    assert "1 input beyond the alarm: look at where the data come from." in page
    assert "900 patients scored as of" in page
    assert "; of 3 of them too little is known." in page
    assert "last PHQ-9" in page
    assert "12 % at training, 60 % now" in page
    assert "As at training (1)" in page


def test_a_calm_night_holds(risk, signed_in):
    told(risk)

    assert "Inputs and scores are as at training." in signed_in("analyst").get(PAGE).text


def test_what_came_is_told_with_its_interval_and_too_few_events_are_not(risk, signed_in):
    today = clock.today()
    days = [today - timedelta(200 - 40 * n) for n in range(3)]
    told(
        risk,
        months=(Month(days[0], 900, 40.0, 60), Month(days[1], 900, 40.0, 41), Month(days[2], 900, 40.0, 4)),
    )

    page = signed_in("analyst").get(PAGE).text

    assert "1.50 (1.14 to 1.93)" in page
    assert "more than expected" in page
    assert "1.02 (0.74 to 1.39)" in page
    assert "fewer than 11<" in page
    assert "stale" not in page


def test_a_model_whose_events_come_more_often_is_called_stale_with_what_to_do(risk, signed_in):
    told(risk, months=(Month(clock.today() - timedelta(60), 900, 40.0, 80),))

    page = signed_in("analyst").get(PAGE).text

    assert "Its scores are called stale: more events came than expected since" in page
    assert "Train it again, or roll it back." in page


def test_a_model_in_shadow_can_be_looked_at_and_one_that_is_not_there_cannot(risk, signed_in):
    shadow = risk.models.add(in_shadow(2), by="staff/ann")
    analyst = signed_in("analyst")

    assert f"{shadow.model_id} {shadow.version}, shadow" in analyst.get(PAGE).text
    assert analyst.get(f"{PAGE}?model={shadow.hash}").status_code == 200
    assert analyst.get(f"{PAGE}?model=nothing").status_code == 404


def test_points_are_told_against_their_first_night_and_by_band_and_no_number_is_foretold(risk, signed_in):
    risk.models.turn("points", by="staff/ann")
    risk.forget()
    today, key = clock.today(), risk.in_use().key
    first = today - timedelta(40)
    risk.watch.nights.keep("riverside", key, Night(first, 900, 0, (CALM,)))
    assert "This is the first night" in signed_in("analyst").get(PAGE).text
    bands = [BandMonth(first, 0, 500, 5), BandMonth(first, 3, 60, 20), BandMonth(first, 2, 10, 3)]
    risk.watch.nights.keep("riverside", key, Night(today, 900, 0, (DRIFTED, CALM)), (), bands)

    page = signed_in("analyst").get(PAGE).text

    assert "Points are no probability" in page
    assert f"12 % on {say_full_day(first)}, 60 % now" in page
    assert f"As on {say_full_day(first)} (1)" in page
    assert "33 % of 60 (23 % to 46 %)" in page
    assert "too few to tell" in page
    assert "Observed / expected" not in page
    risk.watch.nights.keep("riverside", key, Night(today, 900, 0, (CALM,)), (), bands)
    assert "More points went with more events." in signed_in("analyst").get(PAGE).text


@pytest.mark.parametrize(
    ("role", "status"), [("analyst", 200), ("quality", 200), ("coordinator", 403), ("admin", 403)]
)
def test_who_sees_models_sees_it(risk, signed_in, role, status):
    assert signed_in(role).get(PAGE).status_code == status
