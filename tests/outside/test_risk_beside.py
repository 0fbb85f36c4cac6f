"""Several outcomes in the database, on both kinds: one ranks, the others are told beside it, each by the
model promoted for it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from cds_service.outside.risk_models import NotAllowed
from cds_service.risk_choice import of_model
from measures.gather import Gathered, State
from measures.risk.model import Model
from measures.risk.outlook import outlook
from measures.risk.policy import Foretold
from smart_app.studio.risk_file import NeedsPanel, tried_on, what_scores
from tests.outside.test_risk_store import named
from tests.risk.charts import DAY, emergency, office, phq9, stay
from tests.risk.models import in_shadow, promotable

ILL = (office(400), phq9(19, 5), emergency(20))
WELL = (office(400),)


def of(outcome: str, seed: int = 2) -> Model:
    return replace(promotable(seed), outcome=outcome)


@pytest.fixture
def told(risk):
    """Releases a risk file that names these outcomes, and promotes a model for each that is given."""

    def prepared(outcomes: str, *models: Model) -> None:
        file = f'version: "9"\noutcomes: [{outcomes}]\nworklist: {{panel_percent: 10}}\n'
        number = risk.policies.save("9", file, author="staff/quinn").number
        risk.policies.approve(number, by="staff/quentin")
        for model in models:
            risk.models.add(model, by="staff/ann")
            risk.models.promote(model.version, by="staff/ann", outcomes=risk.policy().named)
        risk.forget()

    return prepared


def test_each_outcome_has_its_own_model_and_the_first_ranks(risk, told):
    told("acute, psychiatric, ed", promotable(), of("psychiatric"))

    ranks, beside = risk.in_use(), risk.beside()

    assert promotable().hash in ranks.key
    assert [one.foretold.outcome for one in beside] == ["psychiatric", "ed"]
    assert of("psychiatric").hash in beside[0].key
    assert (beside[1].scores, beside[1].note) == (None, "no model of ed is promoted")


def test_where_the_first_outcome_has_no_model_the_points_rank_and_say_why(risk, told):
    told("psychiatric, acute", promotable())

    assert risk.in_use().label == "expert points"
    assert risk.in_use().note == "no model of psychiatric is promoted"
    assert promotable().hash in risk.beside()[0].key


def test_a_refresh_keeps_what_is_told_beside_and_the_list_is_ranked_by_the_first(risk, told):
    told("acute, psychiatric", promotable(), of("psychiatric"))
    risk.refresh("riverside", [named("dana", *ILL), named("omar", *WELL)], DAY)

    listed = risk.listed("riverside", DAY)

    assert listed.patients == ("dana",)
    [said] = listed.beside["dana"].values()
    assert (set(listed.beside["dana"]), said.day, set(said.at)) == ({"psychiatric"}, DAY, {30, 60, 90})
    assert said.at[90] == risk.of_beside("riverside", named("dana", *ILL), DAY)[0].at[90]
    assert risk.scores.latest("riverside", "dana")[0] == risk.in_use().key
    assert risk.watch.nights.days("riverside", risk.beside()[0].key, DAY) == (DAY,)


def test_a_file_that_ranks_by_what_stands_beside_is_tried_on_the_scores_that_are_kept(risk, told):
    told("acute, psychiatric", promotable(), of("psychiatric"))
    people = [named(f"p{n:02}", office(400), phq9(n, 5), *[emergency(20)] * (n % 3)) for n in range(20)]
    risk.refresh("riverside", people, DAY)
    policy = risk.policy()
    swapped = risk.tried(replace(policy, outcomes=policy.outcomes[::-1]))

    kept = risk.ranked("riverside", swapped, risk.kept_beside("riverside", swapped))

    anew = risk.ranked("riverside", swapped, (outlook(swapped.scores, one, DAY) for one in people))
    assert [(one.patient, one.value) for one in kept] == [(one.patient, one.value) for one in anew]
    assert len(kept) == 2
    found = tried_on(risk, "riverside", swapped.policy, None)
    assert set(found.enter) == {one.patient for one in kept} - set(risk.worklists.patients("riverside"))
    risk.refresh("riverside", people, DAY + timedelta(1), of_model(in_shadow(3), policy))
    assert risk.kept_beside("riverside", of_model(in_shadow(3), policy)) is None
    with pytest.raises(NeedsPanel):
        tried_on(risk, "riverside", replace(policy, outcomes=(Foretold("ed"),)), None)


@pytest.mark.parametrize(("days", "there"), [(7, True), (8, False)])
def test_what_was_said_beside_more_than_a_week_ago_is_on_no_list(risk, told, days, there):
    told("acute, psychiatric", promotable(), of("psychiatric"))
    risk.refresh("riverside", [named("dana", *ILL)], DAY)

    assert bool(risk.listed("riverside", DAY + timedelta(days)).beside) is there


def test_another_host_ehr_is_told_nothing_of_it(risk, told):
    told("acute, psychiatric", promotable(), of("psychiatric"))
    risk.refresh("riverside", [named("dana", *ILL)], DAY)
    risk.refresh("lakeside", [named("omar", *ILL)], DAY)
    risk.worklists.replace("lakeside", ["dana"])

    assert risk.listed("lakeside", DAY).beside == {}


def test_a_patient_in_a_call_is_scored_by_the_first_alone(risk, told):
    told("acute, psychiatric", promotable(), of("psychiatric"))

    risk.of("riverside", named("dana", *ILL), DAY)

    assert [model for _, model, _ in risk.scores.past("riverside", "dana")] == [risk.in_use().key]


def test_a_roll_back_is_of_one_outcome_and_leaves_the_others(risk, told):
    told("acute, psychiatric", promotable(), of("psychiatric"), of("psychiatric", 3))

    back = risk.models.roll_back(by="staff/ann", outcome="psychiatric")

    assert back is not None
    assert back.hash == of("psychiatric").hash
    assert risk.models.roll_back(by="staff/ann", outcome="psychiatric") is None
    with pytest.raises(NotAllowed, match="no model of psychiatric is in use"):
        risk.models.roll_back(by="staff/ann", outcome="psychiatric")
    assert risk.models.in_use() == ("on", {"acute": promotable().hash})


def test_what_an_earlier_version_wrote_of_a_roll_back_to_the_points_is_understood(risk, told, database):
    told("acute", promotable(), promotable(2))
    risk.models.roll_back(by="staff/ann", outcome="acute")
    risk.models.roll_back(by="staff/ann", outcome="acute")
    with database.transaction() as connection:
        connection.execute(text("UPDATE risk_promotion SET hash = '' WHERE hash = 'no acute'"))
    risk.models.promote(promotable(2).version, by="staff/ann", outcomes=["acute"])

    assert risk.models.roll_back(by="staff/ann", outcome="acute") is None


def test_with_models_switched_off_nothing_is_told_beside_the_points(risk, told):
    told("acute, psychiatric", promotable(), of("psychiatric"))
    risk.models.turn("points", by="staff/cy")
    risk.forget()

    assert risk.in_use().label == "expert points"
    assert risk.of_beside("riverside", named("dana", *ILL), DAY) == ()
    risk.models.turn("off", by="staff/cy")
    risk.forget()
    assert risk.beside() == ()


def test_who_may_not_read_a_type_is_told_the_same_beside_whatever_it_holds(risk, told):
    told("acute, psychiatric", promotable(), of("psychiatric"))
    risk.refresh("riverside", [named("dana", *ILL)], DAY)
    risk.refresh("lakeside", [named("dana", office(400), phq9(2, 5), emergency(20))], DAY)
    seen = named("dana", office(400), emergency(20))
    seen.gathered = Gathered({"Observation": State.NOT_PERMITTED}, State.GATHERED)

    one, other = (risk.of_beside(host_ehr, seen, DAY) for host_ehr in ("riverside", "lakeside"))

    assert one == other
    assert one != risk.of_beside("riverside", named("dana", *ILL), DAY)
    shown = risk.of("riverside", seen, DAY)
    assert shown is not None
    assert [shown.at(days)[1] for days in (30, 60, 90)] == [None, None, None]


@pytest.mark.parametrize(("days", "scored"), [(30, True), (31, False)])
def test_a_readmission_is_told_of_who_left_hospital_within_30_days_and_of_nobody_else(
    risk, told, days, scored
):
    told("readmission", of("readmission"))
    records = [named("dana", *ILL, stay(days + 3, days)), named("omar", *ILL)]

    risk.refresh("riverside", records, DAY)

    made = {one.score.patient: one.score for one in risk.scores.panel("riverside", risk.in_use().key)}
    assert bool(made["dana"].at) is scored
    assert made["omar"].abstained == (
        "another hospital stay after leaving one is told of who left hospital within 30 days"
    )
    assert risk.worklists.patients("riverside") == (("dana",) if scored else ())


def test_it_is_said_what_ranks_what_stands_beside_and_which_model_nobody_asks_for(risk, told):
    told("acute, psychiatric, ed", promotable(), of("psychiatric"))
    narrower = replace(risk.policy(), outcomes=(Foretold("ed"), Foretold("acute")))

    assert list(what_scores(risk)) == [
        f"ranked by acute, 90 days: {promotable().label}",
        f"beside it, psychiatric: {of('psychiatric').label}",
        "beside it, ed: not told, no model of ed is promoted",
    ]
    assert list(what_scores(risk, narrower)) == [
        "ranked by expert points (no model of ed is promoted)",
        f"beside it, acute: {promotable().label}",
        "not told, psychiatric: a model of it is live, but the risk file does not name it",
    ]
