"""Every card rule that comes with Throughline says what it renders, and has test patients of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cds_service.conditions import GapCondition, RiskCondition
from cds_service.drafts import load_drafts
from cds_service.outside.yaml_file import read_yaml
from cds_service.rules import BUILT_IN, known_here, rule_in
from cds_service.trial import Trial
from measures.catalog import find_measures
from measures.vocabulary import starter_vocabulary

FILES = sorted(BUILT_IN.glob("*.yaml"))
KNOWN = known_here(find_measures(), load_drafts())
TRIAL = Trial(KNOWN.catalog, starter_vocabulary(), KNOWN.checks, KNOWN.drafts)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_rule_cites_what_it_renders_and_its_test_patients_fire_and_stay_silent(file: Path):
    rule = rule_in(read_yaml(file), KNOWN)

    of_the_finding = "named in the finding above" in rule.citation or isinstance(rule.when, RiskCondition)
    assert of_the_finding or re.search(r"\b(19|20)\d\d\b", rule.citation), "a citation with its year"
    expected = {test.expects_card for test in rule.tests}
    assert expected == ({False} if isinstance(rule.when, RiskCondition) else {True, False})
    assert list(TRIAL.failures(rule)) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_gap_has_something_to_accept_unread_or_the_reason_why_not(file: Path):
    rule, text = rule_in(read_yaml(file), KNOWN), file.read_text("utf-8")

    offers = rule.suggestion is not None or rule.open is not None
    if isinstance(rule.when, GapCondition):
        assert offers is not text.startswith("# Nothing to accept unread: ")


def test_the_rule_for_every_order_check_is_tried_by_any_of_them(tmp_path: Path):
    file = tmp_path / "order_check.yaml"
    told = (BUILT_IN / "order_check.yaml").read_text("utf-8")
    file.write_text(told.replace("expects: no card", "expects: card"), "utf-8")

    [failure] = TRIAL.failures(rule_in(read_yaml(file), KNOWN))

    assert "metformin: a card is expected, and none was due" in failure
