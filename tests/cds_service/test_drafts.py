"""Drafts: what is wrong with one is told at start-up, and each orders what its measure asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_service.drafts import load_drafts
from cds_service.outside.yaml_file import FileProblems
from measures.library.cms2_depression_screening import ADOLESCENT_SCREEN, ADULT_SCREEN, FOLLOW_UP
from measures.library.cms122_glycemic_status import A1C
from measures.vocabulary import starter_vocabulary

BAD_DRAFTS = {
    "no draft": ("- 1\n", "a.yaml:1: "),
    "an unknown key": ("name: a\nsays: b\nresource: {}\nmore: 1\n", "a.yaml:4: more: "),
    "another resource": (
        "name: a\nsays: b\nresource: {resourceType: Bundle}\n",
        "resource.resourceType: must be one of MedicationRequest, ServiceRequest, Task, not 'Bundle'",
    ),
    "no FHIR": (
        "name: a\nsays: b\nresource: {resourceType: ServiceRequest, status: 7, intent: order, foo: 1}\n",
        "a.yaml:3: resource: not a FHIR R4 ServiceRequest: ",
    ),
    "no YAML": ("a: [", "not valid YAML"),
}


@pytest.mark.parametrize("mistake", BAD_DRAFTS)
def test_a_draft_that_is_no_fhir_resource_is_told_at_start_up(tmp_path: Path, mistake: str):
    text, says = BAD_DRAFTS[mistake]
    (tmp_path / "a.yaml").write_text(text)

    with pytest.raises(FileProblems) as found:
        load_drafts(tmp_path)

    assert says in str(found.value)


def test_two_drafts_of_one_name_are_a_mistake(tmp_path: Path):
    text = "name: a\nsays: b\nresource: {resourceType: ServiceRequest, status: draft, intent: order}\n"
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text(text)

    with pytest.raises(FileProblems, match="another file has the draft 'a'"):
        load_drafts(tmp_path)


def test_what_a_draft_orders_is_what_its_measure_asks_for():
    def ordered(name: str) -> tuple[str, str]:
        coding = load_drafts()[name].template["code"]["coding"][0]
        return coding["system"], coding["code"]

    vocabulary = starter_vocabulary()
    referrals = (FOLLOW_UP[ADULT_SCREEN][1], FOLLOW_UP[ADOLESCENT_SCREEN][1])
    assert [vocabulary.holds(referral, ordered("bh_referral")) for referral in referrals] == [True, True]
    assert vocabulary.holds(A1C, ordered("a1c_order"))
    assert ordered("depression_screen") == ADULT_SCREEN.key
