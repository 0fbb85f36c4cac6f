"""What no card comes to need is not worked out, and what is needed twice is worked out once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from cds_service.asked import Asked
from cds_service.cards import Case, Origin, shown_cards
from cds_service.conditions import GapCondition
from cds_service.drafts import load_drafts
from cds_service.risk_card import RiskReading
from cds_service.rules import BUILT_IN, load_rules
from cds_service.visit import FIRST_CALL
from measures.catalog import find_measures
from measures.measure import MeasureResult
from tests.cds_service.test_risk_card import READING, RECORD, TODAY

RULES = load_rules([BUILT_IN], find_measures(), load_drafts())
ORIGIN = Origin("https://us.example", "v", True)
OF_RISK = next(rule for rule in RULES if rule.id == "risk-rising")
OF_GAPS = [rule for rule in RULES if isinstance(rule.when, GapCondition)]


class Answers:
    """Answers with the length of a name, and counts how often it was asked; none for "nothing"."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def __call__(self, name: str) -> int | None:
        self.asked[name] += 1
        return None if name == "nothing" else len(name)


def test_an_answer_is_worked_out_when_it_is_asked_for_and_once():
    answers = Answers()
    asked = Asked(("one", "three"), answers)

    assert answers.asked == {}
    assert (asked["three"], asked["three"], asked.get("three")) == (5, 5, 5)
    assert answers.asked == {"three": 1}


def test_what_cannot_be_answered_is_absent_and_asked_for_once():
    answers = Answers()
    asked = Asked(("nothing", "one"), answers)

    assert asked.get("nothing") is None
    assert "nothing" not in asked
    with pytest.raises(KeyError):
        asked["nothing"]
    assert dict(asked) == {"one": 3}
    assert len(asked) == 1
    assert answers.asked["nothing"] == 1


def test_a_name_that_was_not_announced_is_absent_and_never_asked_for():
    answers = Answers()

    assert "two" not in Asked(("one",), answers)
    assert answers.asked == {}


class Questions:
    """A case that notes what the rules ask: it has a rising risk, and no measure says anything."""

    def __init__(self) -> None:
        self.measures: Counter[str] = Counter()
        self.risk = 0
        names = (rule.when.measure for rule in OF_GAPS if isinstance(rule.when, GapCondition))
        self.case = Case(RECORD, Asked(names, self._result), TODAY, reads_risk=self._risk)

    def _result(self, measure: str) -> MeasureResult | None:
        self.measures[measure] += 1
        return None

    def _risk(self) -> RiskReading:
        self.risk += 1
        return READING


@pytest.mark.parametrize(("cards", "goes_on"), [(2, True), (3, False)])
def test_after_the_third_card_no_rule_asks_for_anything(cards: int, goes_on: bool):
    first = [replace(OF_RISK, id=f"risk-{n}", fact=f"fact-{n}") for n in range(cards)]
    asked = Questions()

    shown = shown_cards([*first, *OF_GAPS], asked.case, ORIGIN, lambda: FIRST_CALL)

    assert len(shown) == cards
    assert bool(asked.measures) is goes_on
    assert set(asked.measures.values()) <= {1}
    assert asked.risk == 1


def test_a_risk_that_no_rule_is_about_is_not_read():
    asked = Questions()

    assert shown_cards(OF_GAPS, asked.case, ORIGIN, lambda: FIRST_CALL) == []
    assert asked.risk == 0
