"""What a card must never do: run, overflow, take others down with it, show another patient, go unaudited."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from markdown_it import MarkdownIt

from cds_service.wiring import Wiring
from measures.library.cms2_depression_screening import ADULT_SCREEN, POSITIVE, VISIT
from measures.library.cms122_glycemic_status import A1C, DIABETES
from measures.library.cms165_blood_pressure import HYPERTENSION
from measures.shared.visits import OFFICE
from measures.terminology import ACT_CODE
from tests.cds_service.calls import CdsClient, bundle, of_measure, patient, prefetch, view
from tests.clinic import diagnosed, observed, visit

SEEN = visit(OFFICE, "2026-03-10", id="visit-1")
DIABETIC = diagnosed(DIABETES, "2019-04-01", category="encounter-diagnosis", id="diabetes-1")
HYPERTENSIVE = diagnosed(HYPERTENSION, "2019-04-01", id="hypertension-1")
BH_VISIT = visit(VISIT, "2026-03-10", id="visit-2")


def test_text_from_the_record_is_text_and_never_markup(ehr: CdsClient):
    hostile = (
        "<img src=x onerror=alert(1)> ![x](http://evil.example/a.png) [a](javascript:b) **b** "
        "www.evil.example\x00\n# h"
    )
    concept = {"coding": [{"system": "urn:test", "code": A1C.oid}], "text": hostile}
    a1c = observed(A1C, "2025-08-12", value=8.2) | {"code": concept}

    [card] = of_measure(ehr.cards(SEEN, DIABETIC, a1c), "CMS122")

    line = next(line for line in card["detail"].splitlines() if "onerror" in line)
    rendered = MarkdownIt("commonmark", {"html": True}).render(card["detail"])
    assert "://" not in line  # GitHub makes a link of a bare address
    assert "\x00" not in card["detail"]
    assert "&lt;img src=x onerror=alert(1)&gt; ![x](http" in rendered
    assert [tag for tag in ("<img", "<a ", "<strong>b") if tag in rendered] == []


def test_a_summary_stays_under_140_characters_whatever_a_result_is_called(ehr: CdsClient):
    long = {"coding": [{"system": POSITIVE.system, "code": POSITIVE.value}], "text": "very " * 100}
    screen = observed(ADULT_SCREEN, "2026-03-10") | {"valueCodeableConcept": long}

    [card] = of_measure(ehr.cards(BH_VISIT, screen), "CMS2")

    assert len(card["summary"]) < 140
    assert card["summary"].startswith("Depression screen 10 Mar 2026: very very")


@pytest.mark.faults_are_expected
def test_a_rule_that_fails_costs_its_own_card_and_a_count(
    ehr: CdsClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch, log: list[Any]
):
    monkeypatch.setattr("cds_service.wording.discreet", lambda value: 1 / 0 if "%" in value else value)

    cards = ehr.cards(SEEN, DIABETIC, HYPERTENSIVE, observed(A1C, "2025-08-12", value=8.2))

    assert [card["summary"][:17] for card in cards] == ["No blood pressure", "No depression scr"]
    assert [line["rule"] for line in log if line["log_level"] == "error"] == ["a1c-not-measured"]


def test_resources_of_another_patient_are_dropped_counted_and_audited(ehr: CdsClient, wiring: Wiring):
    theirs = observed(A1C, "2026-11-01", value=8.0) | {"subject": {"reference": "Patient/pat-2"}}
    elsewhere = theirs | {"id": "x", "subject": {"reference": "https://other.example/fhir/Patient/pat-1"}}
    nested = {"resource": bundle(observed(A1C, "2026-11-01", value=8.0))}
    given = prefetch(SEEN, DIABETIC)
    given["Observation"]["entry"] = [{"resource": theirs}, {"resource": elsewhere}, nested]
    given["Observation"].pop("total")

    answer = ehr.post(view(given))

    [card] = of_measure(answer.get_json()["cards"], "CMS122")
    assert card["summary"] == "No A1c in 2026; none in this record"
    assert last_audit(wiring)["other_patients_resources_dropped"] == 2


def test_the_audit_holds_who_saw_which_cards_and_the_resources_behind_them(ehr: CdsClient, wiring: Wiring):
    body = view(prefetch(SEEN, DIABETIC, observed(A1C, "2025-08-12", value=8.2, id="a1c-1"), who=patient()))

    card = of_measure(ehr.post(body).get_json()["cards"], "CMS122")[0]

    audited = last_audit(wiring)
    assert audited["hook_instance"] == body["hookInstance"]
    assert audited["client"] == ehr.iss
    shown = next(shown for shown in audited["cards"] if shown["uuid"] == card["uuid"])
    assert shown["rule"] == "a1c-not-measured:1"
    assert shown["resources"] == ["Observation/a1c-1", "Encounter/visit-1", "Condition/diabetes-1"]
    assert wiring.audit.verify() is None


def last_audit(wiring: Wiring) -> dict[str, Any]:
    with wiring.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT detail FROM audit_event ORDER BY seq DESC LIMIT 1").all()
    found: dict[str, Any] = orjson.loads(rows[0][0])
    return found


def test_records_of_a_part_2_programme_change_nothing_on_any_card(ehr: CdsClient):
    """Two patients who differ only in forbidden records get the same cards, counts and order."""
    label = {"security": [{"system": ACT_CODE, "code": "42CFRPart2"}]}
    own = (SEEN, DIABETIC, HYPERTENSIVE, BH_VISIT, observed(A1C, "2025-08-12", value=8.2, id="a1c-1"))
    forbidden = (
        observed(A1C, "2026-05-12", value=7.0, id="part-2-a1c", meta=label),
        observed(ADULT_SCREEN, "2026-03-10", value=POSITIVE, id="part-2-screen", meta=label),
    )

    def said(*resources: Any) -> list[Any]:
        return [(card["summary"], card["detail"], card["indicator"]) for card in ehr.cards(*resources)]

    assert said(*own, *forbidden) == said(*own)
    without_labels = [{k: v for k, v in one.items() if k != "meta"} for one in forbidden]
    assert said(*own, *without_labels) != said(*own)
