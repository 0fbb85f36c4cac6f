"""The burden of a visit: each fact once, a budget over all hooks, rests with an end, and what escapes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from joserfc.jwk import ECKey

from cds_service.conditions import Concern
from cds_service.drafts import load_drafts
from cds_service.outside import clock
from cds_service.outside.registry import HostEhr
from cds_service.reasons import LONGEST_SNOOZE_DAYS, REASONS
from cds_service.rules import BUILT_IN, CardRule, load_rules
from cds_service.visit import Visit, role_of, visit_key
from cds_service.wiring import Wiring
from measures.catalog import find_measures
from measures.orders.medicines import NSAIDS
from measures.shared.suicide_risk import CSSRS, HIGH
from measures.shared.visits import OFFICE
from tests.cds_service.calls import (
    DISCHARGE,
    ORDER_SIGN,
    SERVICE,
    TODAY,
    CdsClient,
    hook,
    prefetch,
    signing,
    view,
)
from tests.cds_service.test_order_hooks import TAKEN
from tests.clinic import concept, observed
from tests.measures.orders.signing import DIABETIC, draft_for

Json = dict[str, Any]
HIGH_RISK = observed(CSSRS[0], "2026-11-16", valueCodeableConcept={"text": "High"} | concept(HIGH))
IBUPROFEN = draft_for(OFFICE, "Ibuprofen")  # concerns no check
RULES = {rule.id: rule for rule in load_rules((BUILT_IN,), find_measures(), load_drafts())}


def rules_of(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    rules = [card["source"]["topic"]["display"] for card in answer.get_json()["cards"]]
    return [name for name in rules if name != "depression-screen-due"]  # which the same visit asks for


def opened(ehr: CdsClient, *record: Json, user: str = "Practitioner/dr-1", encounter: str) -> Any:
    context = {"userId": user, "patientId": "pat-1", "encounterId": encounter}
    return ehr.post(view(prefetch(*record)) | {"context": context})


def signed(ehr: CdsClient, *record: Json, draft: Json = IBUPROFEN, **context: Any) -> Any:
    return ehr.post(signing(prefetch(*record), draft, **context), ORDER_SIGN)


def test_the_chart_opened_again_shows_its_cards_again(ehr: CdsClient):
    encounter = str(uuid4())

    assert rules_of(opened(ehr, *DIABETIC, encounter=encounter)) == ["a1c-not-measured"]
    assert rules_of(opened(ehr, *DIABETIC, encounter=encounter)) == ["a1c-not-measured"]


def test_a_fact_told_at_one_hook_is_not_told_at_another_in_the_same_visit(ehr: CdsClient):
    encounter = str(uuid4())
    opened(ehr, *DIABETIC, encounter=encounter)

    assert rules_of(signed(ehr, *DIABETIC, encounterId=encounter)) == []
    assert rules_of(signed(ehr, *DIABETIC)) == ["a1c-not-measured"]  # another visit


def test_what_a_colleague_was_told_in_the_visit_is_still_told_to_me(ehr: CdsClient):
    encounter = str(uuid4())
    opened(ehr, *DIABETIC, encounter=encounter, user="Practitioner/dr-2")

    assert rules_of(signed(ehr, *DIABETIC, encounterId=encounter)) == ["a1c-not-measured"]


def test_without_an_encounter_the_visit_is_the_patients_day(ehr: CdsClient):
    who = {"userId": f"Practitioner/{uuid4()}", "encounterId": None}
    ehr.post(hook("patient-view", prefetch(*DIABETIC), **who))

    assert rules_of(ehr.post(signing(prefetch(*DIABETIC), IBUPROFEN, **who), ORDER_SIGN)) == []


def test_suicide_safety_is_said_again_at_discharge(ehr: CdsClient):
    encounter = str(uuid4())
    assert "safety-plan-due" in rules_of(opened(ehr, HIGH_RISK, encounter=encounter))

    again = ehr.post(hook("encounter-discharge", prefetch(HIGH_RISK), encounterId=encounter), DISCHARGE)

    assert rules_of(again) == ["safety-plan-due"]


def test_a_discharge_without_its_encounter_is_refused(ehr: CdsClient):
    for encounter in (None, ""):
        answer = ehr.post(hook("encounter-discharge", prefetch(), encounterId=encounter), DISCHARGE)
        assert answer.status_code == 400
        assert "context.encounterId" in answer.text


def rule(concern: Concern = Concern.GAP, indicator: str = "info") -> CardRule:
    found = RULES["a1c-not-measured"]
    return CardRule(**{**vars(found), "concern": concern, "indicator": indicator, "hooks": found.hooks})


ON_A_CHECK = RULES["lithium-interactions"]


@pytest.mark.parametrize(
    ("visit_so_far", "of", "shown"),
    [
        (Visit("s", {f"f{n}": {"s"} for n in range(5)}, budget=6), rule(), True),
        (Visit("s", {f"f{n}": {"s"} for n in range(6)}, budget=6), rule(), False),
        (Visit("s", {f"f{n}": {"s"} for n in range(6)}, budget=6), rule(Concern.SAFETY), True),
        (Visit("s", {f"f{n}": {"s"} for n in range(6)}, budget=6), rule(indicator="critical"), True),
        (Visit("s", {f"f{n}": {"s"} for n in range(6)}, budget=6), ON_A_CHECK, True),
        (Visit("s", {f"f{n}": {"s"} for n in range(6)}, budget=6), RULES["duplicate-test"], False),
        (Visit("s", {"x": {"t"}}), ON_A_CHECK, False),
        (Visit("s", {"x": {"t"}}, repeats="t"), ON_A_CHECK, True),
        (Visit("s", {"x": {"u"}}, repeats="t"), ON_A_CHECK, False),
        (Visit("s", {"x": {"t"}}, resting={"x"}, repeats="t"), ON_A_CHECK, False),
        (Visit("s", {"x": {"t"}}, repeats="t"), RULES["duplicate-test"], False),
        (Visit("s", {"x": {"t"}}, repeats="t"), rule(), False),
        (Visit("s", {"x": {"t"}}), rule(), False),
        (Visit("s", {"x": {"t"}}), rule(indicator="critical"), True),
        (Visit("s", {"x": {"s", "t"}}), rule(), True),
        (Visit("s", resting={"a1c-not-measured"}), rule(), False),
        (Visit("s", resting={"a1c-not-measured"}), rule(indicator="critical"), True),
        (Visit("s", resting={"x"}), rule(), True),
        (Visit("s", resting={"x"}), ON_A_CHECK, False),
        (Visit("s", resting={ON_A_CHECK.id}), ON_A_CHECK, True),
        (Visit("s", resting={"x"}), replace(ON_A_CHECK, fact="x"), True),
        (Visit("s", resting={ON_A_CHECK.id}), replace(ON_A_CHECK, fact="x"), False),
        (Visit("s", resting={"a1c-not-measured"}), rule(Concern.SAFETY), True),
    ],
)
def test_what_a_visit_admits(visit_so_far: Visit, of: CardRule, shown: bool):
    assert visit_so_far.admits(of, "x") is shown


def test_the_facts_of_the_answer_being_written_count_too():
    assert Visit("s", {"a": {"s"}}, budget=2).admits(rule(), "x", {"a"})
    assert not Visit("s", {"a": {"s"}}, budget=2).admits(rule(), "x", {"a", "b"})


def set_aside(ehr: CdsClient, answer: Any, code: str, user: str) -> None:
    for card in answer.get_json()["cards"]:
        reason = {"reason": {"code": code, "system": card["overrideReasons"][0]["system"]}}
        outcome = {"card": card["uuid"], "outcome": "overridden", "overrideReason": reason}
        sent = ehr.post(
            {"feedback": [outcome | {"outcomeTimestamp": "2026-11-22T09:30:00Z"}]}, f"{SERVICE}/feedback"
        )
        assert sent.status_code == 200, (sent.text, user)


@pytest.mark.parametrize("code", REASONS)
def test_what_is_set_aside_with_a_coded_reason_rests_for_its_days_and_not_a_day_longer(
    ehr: CdsClient, code: str
):
    user = f"Practitioner/{uuid4()}" if REASONS[code].of == "user" else f"{uuid4().hex.translate(LETTERS)}/1"
    now = clock.now()
    days = REASONS[code].snooze_days

    def rules_on(moment: datetime) -> list[str]:
        with time_machine.travel(moment, tick=False):
            return rules_of(opened(ehr, *DIABETIC, user=user, encounter=str(uuid4())))

    with time_machine.travel(now, tick=False):
        set_aside(ehr, opened(ehr, *DIABETIC, user=user, encounter=str(uuid4())), code, user)

    assert 0 < days <= LONGEST_SNOOZE_DAYS
    assert rules_on(now + timedelta(days=days, seconds=-1)) == []
    assert rules_on(now + timedelta(days=days)) == ["a1c-not-measured"]


LETTERS = str.maketrans("0123456789", "ghijklmnop")


def test_a_rest_is_for_who_set_it_and_a_role_where_the_patient_said_it(ehr: CdsClient, wiring: Wiring):
    role, me = uuid4().hex.translate(LETTERS), str(uuid4())
    set_aside(ehr, opened(ehr, *DIABETIC, user=f"Practitioner/{me}", encounter="e"), "not-appropriate", me)
    set_aside(ehr, opened(ehr, *DIABETIC, user=f"{role}/1", encounter="e"), "patient-declined", role)

    def shown(user: str) -> list[str]:
        return rules_of(opened(ehr, *DIABETIC, user=user, encounter=str(uuid4())))

    assert shown(f"Practitioner/{me}") == []
    assert shown("Practitioner/somebody-else") == ["a1c-not-measured"]
    assert shown(f"{role}/2") == []
    who = {snooze.who for snooze in wiring.visits.resting("riverside", "pat-1")}
    assert {f"user:Practitioner/{me}", f"role:{role}"} <= who


def test_suicide_safety_never_rests(ehr: CdsClient):
    user = f"Practitioner/{uuid4()}"
    set_aside(ehr, opened(ehr, HIGH_RISK, user=user, encounter="e"), "not-appropriate", user)

    assert "safety-plan-due" in rules_of(opened(ehr, HIGH_RISK, user=user, encounter=str(uuid4())))


def test_an_override_without_a_reason_of_ours_lets_nothing_rest(ehr: CdsClient):
    user = f"Practitioner/{uuid4()}"
    set_aside(ehr, opened(ehr, *DIABETIC, user=user, encounter="e"), "no-time", user)

    assert rules_of(opened(ehr, *DIABETIC, user=user, encounter=str(uuid4()))) == ["a1c-not-measured"]


@pytest.fixture
def quiet(ehr: CdsClient, wiring: Wiring) -> Iterator[CdsClient]:
    """A host EHR that tracks silently but for one user."""
    key = ECKey.generate_key("P-384", {"kid": "quiet"})
    client = {"iss": "https://quiet.example", "jwks": {"keys": [key.as_dict(private=False)]}}
    wiring.host_ehrs.add(
        HostEhr.model_validate(
            {
                "name": "quiet",
                "fhir_base": "https://quiet.example/fhir",
                "cds_clients": [client],
                "cds": {"show": ["Practitioner/pilot"]},
            }
        )
    )
    yield CdsClient(ehr.http, key, "https://quiet.example")
    wiring.host_ehrs.remove("quiet")


def test_silent_tracking_evaluates_and_logs_and_shows_nothing(quiet: CdsClient, wiring: Wiring):
    assert rules_of(opened(quiet, *DIABETIC, encounter="e1")) == []

    with wiring.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT rule_id, silent FROM card_in_visit WHERE host_ehr = 'quiet'"
        ).all()
        issued = connection.exec_driver_sql("SELECT 1 FROM issued_card WHERE host_ehr = 'quiet'").all()
    assert ("a1c-not-measured", 1) in [tuple(row) for row in rows]
    assert {row[1] for row in rows} == {1}
    assert issued == []  # nobody can give feedback on what nobody saw


def test_the_users_of_a_pilot_see_what_others_do_not(quiet: CdsClient):
    opened(quiet, *DIABETIC, encounter="e2")  # silent facts are no burden to anyone

    assert rules_of(opened(quiet, *DIABETIC, user="Practitioner/pilot", encounter="e2")) == [
        "a1c-not-measured"
    ]


def test_another_host_ehr_has_visits_of_its_own(ehr: CdsClient, quiet: CdsClient):
    encounter = str(uuid4())
    opened(quiet, *DIABETIC, user="Practitioner/pilot", encounter=encounter)
    body = signing(prefetch(*DIABETIC), IBUPROFEN, userId="Practitioner/pilot", encounterId=encounter)

    assert rules_of(ehr.post(body, ORDER_SIGN)) == ["a1c-not-measured"]


def test_a_safety_check_of_orders_is_kept_with_its_visit_and_without_names(ehr: CdsClient, wiring: Wiring):
    encounter = str(uuid4())
    for name in ("Ibuprofen 600 mg", "Ibuprofen"):  # a single word looks like an id
        draft = draft_for(NSAIDS, name, id="ibuprofen-1")
        told = signed(ehr, TAKEN, *DIABETIC, draft=draft, encounterId=encounter).get_json()["cards"]
        assert any("Ibuprofen" in card["summary"] for card in told)

    with wiring.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT fact FROM card_in_visit").all()
    assert not [row for row in rows if "ibuprofen" in row[0].lower()]


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ("Practitioner/1", "Practitioner"),
        ("PractitionerRole/1", "PractitionerRole"),
        ("https://ehr.example/fhir/Practitioner/1", "Practitioner"),
        ("dr-1", "unknown"),
        ("a b/1", "unknown"),
    ],
)
def test_the_role_is_the_kind_of_user_a_call_names(user: str, role: str):
    assert role_of(user) == role


def test_a_visit_is_its_encounter_or_its_day():
    assert visit_key("e1", TODAY) == "encounter:e1"
    assert visit_key(None, TODAY) == "day:2026-11-22"


def test_a_rule_holds_from_its_first_day_to_its_last():
    day = timedelta(days=1)
    held = CardRule(**{**vars(RULES["a1c-not-measured"]), "since": TODAY, "until": TODAY + day})

    assert [held.holds_on(TODAY + n * day) for n in (-1, 0, 1, 2)] == [False, True, True, False]
