"""Of many warnings the most pressing have the cards, and none of the others is lost."""

from __future__ import annotations

from typing import Any

from measures.orders import medicines as m
from measures.orders.catalog import find_order_checks
from measures.orders.check import Kind, Severity
from measures.orders.laboratory import LITHIUM_LEVEL
from measures.orders.problems import OPIOID_USE_DISORDER
from tests.cds_service.calls import CdsClient
from tests.cds_service.test_order_hooks import FRESH
from tests.clinic import diagnosed, observed
from tests.measures.orders.signing import dosage, draft_for, taken

Json = dict[str, Any]
CHECKS = find_order_checks()
FIVE = (m.BENZODIAZEPINES, m.OPIOIDS, m.LITHIUM, m.CLOZAPINE, m.VALPROATE)
DRAFTS = tuple(draft_for(one, one.title.split()[0], id=f"draft-{n}") for n, one in enumerate(FIVE))


def topics(cards: list[Json]) -> list[str]:
    return [card["source"]["topic"]["code"] for card in cards]


def of_its_own(number: int) -> Json:
    """A medicine for pain that is no other's double."""
    draft = draft_for(m.NSAIDS, f"Pain killer {number}", id=f"nsaid-{number}")
    draft["medicationCodeableConcept"]["coding"] += [{"system": "urn:own", "code": str(number)}]
    return draft


def test_within_a_severity_danger_comes_before_what_is_only_due():
    ranks = [(check.severity, check.kind) for check in CHECKS.values()]
    warnings = [kind for severity, kind in ranks if severity is Severity.WARNING]

    assert warnings == sorted(warnings)
    assert {kind for _, kind in ranks} == set(Kind)


def test_of_five_dangerous_orders_the_first_card_is_the_one_that_can_kill(ehr: CdsClient):
    cards = ehr.cards_at_signing((), *DRAFTS)

    assert topics(cards)[0] == "opioidbenzodiazepine"
    assert len(cards) == 3


def test_a_treatment_that_is_being_stopped_comes_before_blood_tests(ehr: CdsClient):
    stopped = draft_for(m.OUD_MEDICINES, "Methadone", id="stop", status="stopped")
    too_much = draft_for(m.CITALOPRAM, "Citalopram", id="much", dosageInstruction=dosage(60, "mg"))
    cards = ehr.cards_at_signing(
        (diagnosed(OPIOID_USE_DISORDER, "2020-01-01"),), *DRAFTS[3:], too_much, stopped
    )

    assert topics(cards)[:2] == ["treatmentstopped", "citalopramdose"]


def test_the_last_card_names_the_warnings_for_which_there_was_no_room(ehr: CdsClient):
    cards = ehr.cards_at_signing((), *DRAFTS)

    begins = cards[-1]["detail"].split("\n\n")[:2]
    assert begins == [
        "**1 more warning about these orders, without a card**",
        "- Lithium ordered: no creatinine in this record; no TSH in this record",
    ]
    assert not any("without a card" in card["detail"] for card in cards[:-1])


def test_what_is_of_use_only_is_not_named_among_them(ehr: CdsClient):
    cards = ehr.cards_at_signing((), *DRAFTS[:4])

    assert "antipsychoticmetabolic" not in topics(cards)
    assert "without a card" not in cards[-1]["detail"]


def test_many_pairs_of_one_check_do_not_keep_another_danger_from_its_card(ehr: CdsClient):
    drafts = [*(of_its_own(n) for n in range(4)), *DRAFTS[:2]]
    cards = ehr.cards_at_signing((taken(m.LITHIUM, "2026-10-01", "Lithium"),), *drafts)

    assert topics(cards) == ["lithiuminteractions", "opioidbenzodiazepine", "lithiuminteractions"]
    assert cards[-1]["detail"].startswith("**2 more warnings about these orders")


def test_many_left_over_are_counted_and_the_first_of_them_named(ehr: CdsClient):
    pairs = [of_its_own(n) for n in range(12)]
    cards = ehr.cards_at_signing((taken(m.LITHIUM, "2026-10-01", "Lithium"),), *pairs)

    heading, named = cards[-1]["detail"].split("\n\n")[:2]
    assert heading == "**9 more warnings about these orders, without a card**"
    assert len(named.splitlines()) == 6
    assert named.splitlines()[-1] == "- and 4 others"


def test_no_budget_of_facts_silences_a_warning_and_what_is_of_use_only_yields(ehr: CdsClient):
    visit: Json = {"userId": "Practitioner/budget", "encounterId": "full"}
    for n in range(8):
        told = ehr.cards_at_signing((taken(m.LITHIUM, "2026-10-01", "Lithium"),), of_its_own(n), **visit)
        assert topics(told) == ["lithiuminteractions"], n

    of_use_only = draft_for(m.ANTIPSYCHOTIC, "Olanzapine", id="o")
    assert ehr.cards_at_signing((), of_use_only, **visit) == []


def test_long_names_of_products_give_way_to_the_danger(ehr: CdsClient):
    endocet = "acetaminophen 325 MG / oxycodone hydrochloride 5 MG Oral Tablet [Endocet]"
    alprazolam = "24 HR alprazolam 0.5 MG Extended Release Oral Tablet [Xanax XR]"
    active = taken(m.BENZODIAZEPINES, "2026-11-01", alprazolam)
    [card] = ehr.cards_at_signing((active,), draft_for(m.OPIOIDS, endocet, id="draft-1"))

    assert card["summary"] == (
        "acetaminophen / oxycodone hydrochloride ordered with alprazolam, active since 1 Nov 2026: "
        "together they can stop the breathing"
    )


def test_of_what_is_missing_no_clause_is_cut_off_where_there_is_room(ehr: CdsClient):
    level = observed(LITHIUM_LEVEL, "2026-03-20", value=0.7, unit="mmol/L")
    record = (taken(m.LITHIUM, "2026-01-01", "Lithium"), level, *FRESH[1:])
    [card] = ehr.cards_at_signing(record, draft_for(m.LITHIUM, "Lithium", id="draft-1"))

    assert card["summary"] == (
        "Lithium ordered: last lithium level 0.7 mmol/L on 20 Mar 2026, 247 days ago; "
        "due every 6 months at least"
    )
