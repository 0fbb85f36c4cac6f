"""What feedback suggests: only with certainty, only of the version that is live, and never less of safety."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cds_service.acceptance import Reception
from cds_service.conditions import Concern
from cds_service.drafts import load_drafts
from cds_service.proposals import Proposal, proposals
from cds_service.rules import BUILT_IN, CardRule, load_rules
from measures.catalog import find_measures

RULES = {rule.id: rule for rule in load_rules((BUILT_IN,), find_measures(), load_drafts())}
A1C = RULES["a1c-not-measured"]


def told(rule: CardRule, shown: int, accepted: int, reasons: dict[str, int], **more: Any) -> Reception:
    told = {"version": rule.version, "hook": "patient-view", "reasons": reasons} | more
    return Reception(rule.id, "Practitioner", "", shown, accepted, sum(reasons.values()), **told)


def proposed(rule: CardRule, *receptions: Reception) -> list[Proposal]:
    return list(proposals([rule], receptions))


def test_what_is_set_aside_as_planned_is_asked_for_only_once_it_is_open():
    [one] = proposed(A1C, told(A1C, 50, 9, {"another-visit": 36, "record-wrong": 5}))

    assert one.evidence == (
        "accepted 9 and set aside 41 of 50 cards, 36 of them as “Will be done at another visit”"
    )
    assert "only once the gap is open" in one.says
    assert (one.kind, one.change) == ("open-only", {"when.status": "open-gap"})


@pytest.mark.parametrize(("times", "found"), [(31, 0), (32, 1)])
def test_one_reason_stands_behind_most_cards_only_with_certainty(times: int, found: int):
    assert len(proposed(A1C, told(A1C, 50, 9, {"another-visit": times}))) == found


@pytest.mark.parametrize(("accepted", "found"), [(10, 1), (11, 1), (12, 0)])
def test_a_rule_is_rarely_accepted_only_with_certainty(accepted: int, found: int):
    kinds = [one.kind for one in proposed(A1C, told(A1C, 200, accepted, {}))]

    assert kinds == ["later"] * found


@pytest.mark.parametrize(("shown", "found"), [(19, 0), (60, 1)])
def test_too_few_cards_suggest_nothing(shown: int, found: int):
    assert len(proposed(A1C, told(A1C, shown, 0, {"another-visit": shown}))) == found


def test_of_a_rule_rarely_taken_up_the_reason_given_most_is_told():
    reasons = {"done-elsewhere": 100, "record-wrong": 50}
    [one] = proposed(A1C, told(A1C, 400, 6, reasons))

    assert "load that source; until then show it after the others" in one.says
    assert one.change == {"priority": 50}
    assert proposed(A1C, told(A1C, 400, 6, {"done-elsewhere": 75, "record-wrong": 75}))[0].says.startswith(
        "no one reason stands out"
    )


def test_what_is_last_and_only_information_already_cannot_be_shown_later():
    last = replace(A1C, priority=100)
    [one] = proposed(last, told(last, 200, 0, {"done-elsewhere": 150}))

    assert one.change == {}
    assert "until then" not in one.says


def test_a_wrong_record_is_not_mended_by_a_rule():
    [one] = proposed(A1C, told(A1C, 50, 0, {"record-wrong": 45}))

    assert (one.kind, one.change) == ("record", {})


def test_cards_of_an_earlier_version_are_no_evidence_of_this_one():
    reasons = {"another-visit": 45}

    assert proposed(A1C, told(A1C, 50, 0, reasons, version="0")) == []
    assert proposed(A1C, told(A1C, 50, 0, reasons)) != []


def test_suicide_safety_is_never_proposed_to_be_shown_less():
    safety = [rule for rule in RULES.values() if rule.concern is Concern.SAFETY]
    assert safety

    for rule in safety:
        reasons = {"not-appropriate": 180}
        found = proposed(
            rule,
            *(told(rule, 200, 0, reasons, hook=hook) for hook in rule.hooks[:1]),
            *(told(rule, 200, 180, {}, hook=hook) for hook in rule.hooks[1:]),
        )
        assert all(one.change == {} for one in found)
        assert [one.kind for one in proposed(rule, told(rule, 200, 0, reasons))] == ["ask"]


def test_a_critical_order_check_is_not_made_milder():
    critical = next(rule for rule in RULES.values() if rule.indicator == "critical")
    warning = next(rule for rule in RULES.values() if rule.id == "lithium-monitoring")

    assert proposed(critical, told(critical, 200, 0, {}))[0].change == {}
    assert proposed(warning, told(warning, 200, 0, {}))[0].change["card.indicator"] == "info"


def test_a_risk_planned_for_already_is_told_where_it_is_high():
    risk = RULES["risk-rising"]

    assert proposed(risk, told(risk, 50, 0, {"another-visit": 45}))[0].change == {"when.risk": "high"}


@pytest.mark.parametrize(("accepted", "hooks"), [(5, ["patient-view"]), (30, [])])
def test_the_hook_at_which_a_rule_is_certainly_taken_up_less_is_proposed_to_go(
    accepted: int, hooks: list[str]
):
    rule = RULES["naloxone-due"]
    assert rule.hooks == ("patient-view", "encounter-discharge")
    found = proposed(
        rule,
        told(rule, 60, accepted, {}),
        told(rule, 60, 40, {}, hook="encounter-discharge"),
    )

    assert [one.evidence.split(" cards at ")[1].split(",")[0] for one in found] == hooks
    assert [one.change for one in found] == [{"hook": "encounter-discharge"} for _ in hooks]


def test_a_hook_nobody_has_seen_it_at_is_no_better_one():
    rule = RULES["naloxone-due"]

    assert proposed(rule, told(rule, 60, 12, {})) == []
