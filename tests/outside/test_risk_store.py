"""Risk in the database, on both kinds: scores and their history, models and who may use them, the switch, the
worklist.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from cds_service.outside.other_sources import OtherSources
from cds_service.outside.prepared import Prepared
from cds_service.outside.risk_models import NotAllowed
from cds_service.risk_choice import of_model
from measures.gather import Gathered, State
from measures.record import PatientRecord
from measures.risk.outlook import value
from measures.risk.policy import Policy
from tests.outside.audited import actions
from tests.risk.charts import DAY, PATIENT, chart, measured, office, phq9
from tests.risk.models import in_shadow, promotable

RISING = (office(400), phq9(9, 45), phq9(19, 5))


def named(identity: str, *resources) -> PatientRecord:
    moved = [{**one, "subject": {"reference": f"Patient/{identity}"}} for one in resources]
    return chart(*moved, patient={**PATIENT, "id": identity, "name": [{"text": "Dana Marrowbrook"}]})


@pytest.fixture
def statements(database, monkeypatch):
    """Every SQL statement that is sent from here on."""
    sent: list[str] = []
    run = Prepared._run

    def noted(prepared, *how):
        sent.append(prepared._text)
        return run(prepared, *how)

    monkeypatch.setattr(Prepared, "_run", noted)

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    engines = {database._reads, database._writes}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def test_a_score_is_made_once_kept_and_then_read_in_one_statement(risk, statements):
    made = risk.of("riverside", named("dana", *RISING), DAY)
    statements.clear()

    again = risk.of("riverside", named("dana"), DAY + timedelta(1))

    assert again == made
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
    assert "risk_score" in " ".join(statements)


def test_a_score_of_the_day_before_yesterday_is_made_anew(risk):
    risk.of("riverside", named("dana", *RISING), DAY)

    again = risk.of("riverside", named("dana", *RISING), DAY + timedelta(2))

    assert again.score.as_of == DAY + timedelta(2)
    assert [(day, said) for day, _, said in risk.scores.past("riverside", "dana")] == [
        (DAY.isoformat(), value(risk.of("other", named("dana", *RISING), DAY).score)),
        ((DAY + timedelta(2)).isoformat(), value(again.score)),
    ]


def test_a_fact_that_came_since_has_the_score_made_anew_and_kept_the_same_day(risk):
    before = risk.of("riverside", named("dana", office(400), phq9(9, 45)), DAY)
    screened = named("dana", office(400), phq9(9, 45), phq9(27, 0))

    after = risk.of("riverside", screened, DAY)

    assert after.score.points > before.score.points
    assert risk.scores.latest("riverside", "dana")[1] == after


def test_an_amended_result_has_the_score_made_anew_and_one_that_is_never_scored_does_not(risk, statements):
    result, visit = {**phq9(9, 5), "meta": {"versionId": "1"}}, office(400)
    risk.of("riverside", named("dana", visit, result), DAY)
    amended = {**phq9(27, 5), "id": result["id"], "status": "amended", "meta": {"versionId": "2"}}

    assert risk.of("riverside", named("dana", visit, amended), DAY).score.reasons[0].value == 27
    statements.clear()
    risk.of("riverside", named("dana", visit, amended, measured("2823-3", 4.1, 0)), DAY)
    assert not [one for one in statements if not one.startswith("SELECT")]


def test_a_result_entered_in_error_is_not_scored_any_more(risk):
    result = phq9(27, 5)
    risk.of("riverside", named("dana", office(400), result), DAY)

    after = risk.of("riverside", named("dana", office(400), {**result, "status": "entered-in-error"}), DAY)

    assert not [one for one in after.score.reasons if "phq9" in one.feature]


def test_what_cannot_be_read_is_seen_once_and_the_score_then_read(risk, statements):
    record = named("dana", *RISING, {**office(3), "reasonCode": ["zz"]})
    made = risk.of("riverside", record, DAY)
    assert len(record.problems) == 1
    statements.clear()

    assert risk.of("riverside", record, DAY) == made
    assert not [one for one in statements if not one.startswith("SELECT")]


def test_a_score_kept_by_an_earlier_version_is_made_anew(risk):
    record = named("dana", *RISING)
    earlier = replace(risk.of("riverside", record, DAY), seen="", before=None)
    risk.scores.keep("riverside", risk.in_use().key, earlier)

    assert risk.of("riverside", record, DAY).before is not None


def test_the_same_patient_id_at_another_host_ehr_is_another_patient(risk):
    risk.of("riverside", named("dana", *RISING), DAY)

    assert risk.of("lakeside", named("dana", office(3)), DAY).score.points == 0


def test_names_reasons_and_resources_are_not_in_the_database_in_the_clear(risk, database):
    risk.of("riverside", named("dana", *RISING), DAY)

    with database.reading() as connection:
        row = str(connection.execute(text("SELECT * FROM risk_score")).one())
    assert "Marrowbrook" not in row
    assert "PHQ" not in row


@pytest.mark.parametrize("state", [State.NOT_PERMITTED, State.FAILED])
def test_a_score_of_half_a_record_is_kept_for_nobody(risk, state):
    whole = risk.of("riverside", named("dana", *RISING), DAY)
    half = named("ines", *RISING)
    half.gathered = Gathered({"Observation": state}, State.GATHERED)

    risk.of("riverside", half, DAY)

    assert risk.scores.latest("riverside", "ines") is None
    assert risk.scores.latest("riverside", "dana")[1] == whole


def test_who_may_not_read_a_type_is_shown_no_number_made_of_it(risk):
    risk.of("riverside", named("dana", *RISING), DAY)
    refused = named("dana", RISING[0])
    refused.gathered = Gathered({"Observation": State.NOT_PERMITTED}, State.GATHERED)

    shown = risk.of("riverside", refused, DAY)

    assert not [one for one in shown.score.reasons if "phq9" in one.feature]
    assert shown.before is None


def test_a_model_that_may_not_be_promoted_stays_in_shadow_whoever_asks(risk):
    known = risk.models.add(in_shadow(), by="staff/ann")

    with pytest.raises(NotAllowed, match=r"may not be promoted: in shadow .*450 are needed"):
        risk.models.promote(known.version, by="staff/ann", outcomes=["acute"])
    assert risk.in_use().label == "expert points"
    assert risk.models.find(known.hash).state == "shadow"


def test_a_person_promotes_rolls_back_and_switches_and_each_step_is_in_the_audit(risk, database):
    first, second = (risk.models.add(promotable(seed), by="staff/ann") for seed in (1, 2))

    def used() -> str:
        risk.forget()
        return risk.in_use().key

    risk.models.promote(first.version, by="staff/ann", outcomes=["acute"])
    assert first.hash in used()
    risk.models.promote(second.version, by="staff/ben", outcomes=["acute"])
    assert second.hash in used()
    assert risk.models.roll_back(by="staff/ben", outcome="acute").hash == first.hash
    assert first.hash in used()
    assert risk.models.roll_back(by="staff/ben", outcome="acute") is None
    assert "expert-points" in used()
    with pytest.raises(NotAllowed, match="nothing to roll back"):
        risk.models.roll_back(by="staff/ben", outcome="acute")

    risk.models.turn("off", by="staff/cy")
    risk.forget()
    assert risk.of("riverside", named("dana", *RISING), DAY) is None
    risk.models.turn("on", by="staff/cy")
    assert actions(database) == [
        "risk-model-added",
        "risk-model-added",
        "risk-model-promoted",
        "risk-model-promoted",
        "risk-model-rolled-back",
        "risk-model-rolled-back",
        "risk-switched-off",
        "risk-switched-on",
    ]


def test_a_refresh_takes_the_place_of_the_panel_before_it_also_on_the_same_day(risk):
    risk.refresh("riverside", [named("dana", *RISING), named("omar", office(3))], DAY)
    risk.of("riverside", named("omar", office(3)), DAY + timedelta(5))
    risk.refresh("lakeside", [named("dana", *RISING)], DAY)

    risk.refresh("riverside", [named("ines", office(3)), named("omar", office(3))], DAY)

    panel = risk.scores.panel("riverside", risk.in_use().key)
    assert [one.score.patient for one in panel] == ["ines", "omar"]
    assert risk.worklists.patients("riverside") == ("ines",)
    assert risk.worklists.patients("lakeside") == ("dana",)
    assert risk.scores.latest("riverside", "dana") is not None


def test_with_the_switch_on_points_no_model_scores(risk):
    known = risk.models.add(promotable(), by="staff/ann")
    risk.models.promote(known.version, by="staff/ann", outcomes=["acute"])
    risk.models.turn("points", by="staff/ann")

    assert risk.of("riverside", named("dana", *RISING), DAY).score.label == "expert points: not a probability"


def test_a_model_that_predicts_something_else_than_the_team_asks_for_is_refused(risk):
    known = risk.models.add(promotable(), by="staff/ann")

    with pytest.raises(NotAllowed, match="predicts acute, the quality team's file asks for psychiatric"):
        risk.models.promote(known.version, by="staff/ann", outcomes=["psychiatric"])


@pytest.mark.faults_are_expected
def test_a_model_changed_in_the_database_is_not_used_and_the_points_are(risk, database):
    known = risk.models.add(promotable(), by="staff/ann")
    risk.models.promote(known.version, by="staff/ann", outcomes=["acute"])
    with database.transaction() as connection:
        connection.execute(text("UPDATE risk_model SET document = replace(document, '\"acute\"', '\"ed\"')"))

    used = risk.in_use()

    assert used.label == "expert points"
    assert "does not fit its hash" in used.note


def test_a_refresh_scores_the_panel_and_lists_it_and_an_old_panel_is_gone(risk):
    risk.refresh(
        "riverside", [named(f"p{n}", phq9(19 if n == 3 else 4, 5), office(9)) for n in range(10)], DAY
    )
    assert risk.worklists.patients("riverside") == ("p3",)

    risk.of("riverside", named("not-in-the-panel", *RISING), DAY + timedelta(1))
    risk.refresh("riverside", [named(f"p{n}", office(9)) for n in range(5)], DAY + timedelta(1))

    assert risk.worklists.patients("riverside") == ("p0",)


def test_a_model_in_shadow_is_remembered_and_moves_nobody(risk):
    risk.refresh("riverside", [named("dana", *RISING)], DAY)
    before = risk.scores.latest("riverside", "dana")

    risk.refresh("riverside", [named("dana", *RISING)], DAY, of_model(in_shadow(), Policy()))

    assert risk.scores.latest("riverside", "dana") == before
    assert len(risk.scores.past("riverside", "dana")) == 2


def test_only_a_patient_of_the_list_is_given_to_somebody(risk, database):
    risk.worklists.replace("riverside", ["dana"])

    assert risk.worklists.give("riverside", "dana", "carla", by="staff/carla")
    assert not risk.worklists.give("riverside", "ines", "carla", by="staff/carla")
    assert not risk.worklists.give("lakeside", "dana", "carla", by="staff/carla")
    assert risk.worklists.owners("riverside") == {"dana": "carla"}
    assert actions(database) == ["worklist-owner"]


def test_a_model_of_a_table_scores_no_chart(risk):
    with pytest.raises(NotAllowed, match="trained on a table"):
        risk.models.add(replace(promotable(), source="table"), by="staff/ann")


def test_a_score_that_lacks_what_claims_tell_is_shown_and_not_kept(risk, database, vault):
    told = {**office(30), "id": "x-1"}
    OtherSources(database, vault).replace("riverside", "claims", [("dana", told)])

    assert risk.of("riverside", named("dana", *RISING), DAY) is not None
    assert risk.scores.latest("riverside", "dana") is None
    risk.of("riverside", named("dana", *RISING, told), DAY, with_others=True)
    assert risk.scores.latest("riverside", "dana") is not None
    risk.of("riverside", named("ines", *RISING), DAY)
    assert risk.scores.latest("riverside", "ines") is not None
