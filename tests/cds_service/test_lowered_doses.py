"""A dose above its limit can be lowered unread, where the order says its dose so that this is sure."""

from __future__ import annotations

from typing import Any

import pytest

from measures.orders import medicines as m
from tests.cds_service.calls import CdsClient, patient
from tests.measures.orders.signing import dosage, draft_for

Json = dict[str, Any]
AT_62, AT_40 = patient("1964-05-01"), patient("1986-05-01")
CITALOPRAM_10, CITALOPRAM_20, CITALOPRAM_40, CAPSULE_30 = "283672", "200371", "309314", "2591786"
TABLET_OF_40 = {"rxnorm": CITALOPRAM_40, "dosageInstruction": dosage(1, "tablet")}


def citalopram(**more: Any) -> Json:
    return draft_for(m.CITALOPRAM, "Citalopram", id="draft-1", **TABLET_OF_40 | more)


def lowered(ehr: CdsClient, who: Json, *drafts: Json, record: tuple[Json, ...] = ()) -> list[Json]:
    """The suggestions of the card on the dose that lower it."""
    cards = ehr.cards_at_signing(record, *drafts, who=who)
    [card] = [one for one in cards if one["source"]["topic"]["code"] == "citalopramdose"]
    assert any(one["label"].startswith("Remove this order") for one in card["suggestions"])
    return [one for one in card["suggestions"] if one["label"].startswith("Lower")]


def test_the_draft_comes_back_with_the_dose_of_its_limit_and_nothing_else_changed(ehr: CdsClient):
    supply = {"quantity": {"value": 30, "unit": "tablet"}, "numberOfRepeatsAllowed": 2}
    draft = citalopram(dispenseRequest=supply, note=[{"text": "for her sleep"}])
    draft["dosageInstruction"][0] |= {"text": "Take one tablet a day", "route": {"text": "by mouth"}}
    [suggestion] = lowered(ehr, AT_62, draft)

    [action] = suggestion["actions"]
    assert (suggestion["label"], action["type"]) == ("Lower the dose to 20 mg a day", "update")
    [before], [after] = draft.pop("dosageInstruction"), action["resource"].pop("dosageInstruction")
    assert after["doseAndRate"] == [{"doseQuantity": {"value": 0.5, "unit": "tablet"}}]
    assert after.keys() == before.keys() - {"text"}
    assert action["resource"].pop("dispenseRequest") == supply | {"quantity": {"value": 15, "unit": "tablet"}}
    assert draft.pop("dispenseRequest") == supply
    assert action["resource"] == draft


WORTH: dict[str, tuple[Json, Json, float | None]] = {
    "half a tablet": (AT_62, citalopram(), 0.5),
    "in mg": (AT_62, citalopram(dosageInstruction=dosage(40, "mg")), 20),
    "whole tablets": (AT_40, citalopram(rxnorm=CITALOPRAM_20, dosageInstruction=dosage(3, "tablet")), 2),
    "two of 10 mg": (AT_62, citalopram(rxnorm=CITALOPRAM_10, dosageInstruction=dosage(4, "tablet")), 2),
    "a capsule cannot be halved": (
        AT_62,
        citalopram(rxnorm=CAPSULE_30, dosageInstruction=dosage(30, "mg")),
        None,
    ),
    "a third of a tablet": (AT_62, citalopram(dosageInstruction=dosage(60, "mg", times=3)), None),
    "twice a day": (AT_62, citalopram(dosageInstruction=dosage(20, "mg", times=2)), None),
    "two steps": (AT_62, citalopram(dosageInstruction=dosage(40, "mg") + dosage(10, "mg")), None),
    "a strength not known": (AT_62, citalopram(rxnorm="", dosageInstruction=dosage(40, "mg")), None),
    "another limit beside it": (
        AT_62,
        citalopram(dosageInstruction=[dosage(40, "mg")[0] | {"maxDosePerAdministration": {"value": 40}}]),
        None,
    ),
    "what is no valid FHIR": (AT_62, citalopram(authoredOn="yesterday"), None),
}


@pytest.mark.parametrize(("who", "draft", "value"), WORTH.values(), ids=WORTH)
def test_it_is_offered_where_it_is_sure(ehr: CdsClient, who: Json, draft: Json, value: float | None):
    found = [one["actions"][0]["resource"]["dosageInstruction"] for one in lowered(ehr, who, draft)]

    assert [one["doseAndRate"][0]["doseQuantity"]["value"] for [one] in found] == [value] * (
        value is not None
    )


def test_of_several_orders_together_none_is_lowered(ehr: CdsClient):
    half = citalopram(dosageInstruction=dosage(0.5, "tablet"))
    active = half | {"id": "active-1", "status": "active", "authoredOn": "2026-11-01"}

    assert lowered(ehr, AT_62, half, record=(active,)) == []
    assert lowered(ehr, AT_62, half, half | {"id": "draft-2"}) == []
