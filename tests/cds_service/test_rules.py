"""Rule files, good and bad: every mistake is told at once, with its line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_service.cards import Origin, due_cards
from cds_service.conditions import CheckCondition
from cds_service.drafts import load_drafts
from cds_service.outside.yaml_file import FileProblems
from cds_service.rules import BUILT_IN, load_rules
from cds_service.wording import known_names, placeholders
from measures.catalog import find_measures
from measures.library.cms122_glycemic_status import DIABETES
from measures.orders.catalog import find_order_checks
from measures.shared.visits import OFFICE
from measures.time import Period
from tests.cds_service.calls import TODAY
from tests.clinic import chart, diagnosed, visit

GOOD = """\
id: a1c-due
version: "1"
owner: quality@example.org
hook: patient-view
priority: 5
when: {measure: CMS122, next_step: tested}
card:
  indicator: info
  summary: "No A1c in {period.year}"
"""
OF_ORDERS = (
    GOOD.replace("patient-view", "order-sign")
    .replace("{measure: CMS122, next_step: tested}", "{check: lithium-monitoring}")
    .replace("No A1c in {period.year}", "{check.says}")
)
OF_RISK = GOOD.replace("{measure: CMS122, next_step: tested}", "{risk: rising}").replace(
    "No A1c in {period.year}", "Risk {risk.now}"
)
MISTAKES: dict[str, tuple[str, str, str]] = {
    "a measure nobody has": (
        "CMS122",
        "CMS1222",
        "6: when.measure: there is no measure 'CMS1222'; did you mean 'CMS122'?",
    ),
    "a step of no measure": (
        "next_step: tested",
        "next_step: testd",
        "6: when.next_step: CMS122 has no criterion 'testd' in its numerator; did you mean 'tested'?",
    ),
    "a criterion that is no step": (
        "next_step: tested",
        "next_step: diabetic",
        "6: when.next_step: CMS122 has no criterion 'diabetic' in its numerator",
    ),
    "a status in which nothing is due": (
        "tested}",
        "tested, status: unknown}",
        "6: when.status: no card can be due in 'unknown'",
    ),
    "a key nobody knows": (
        "  indicator: info",
        "  detial: x\n  indicator: info",
        "8: card.detial: there is no such key; did you mean 'detail'?",
    ),
    "a key left out": ('version: "1"\n', "", "1: version: is missing"),
    "a number for a version": ('"1"', "1.10", "2: version: should be text; put it in quotes"),
    "a version of several words": ('"1"', '"one two"', "2: version: "),
    "an id with spaces": ("a1c-due", "A1c due", "1: id: use small letters, digits and hyphens"),
    "a hook without a service": (
        "patient-view",
        "order-dispatch",
        "4: hook: there is no service for 'order-dispatch'",
    ),
    "a second hook without a service": (
        "patient-view",
        "[patient-view, order-sing]",
        "4: hook: there is no service for 'order-sing'; did you mean 'order-sign'?",
    ),
    "an order check at a hook without orders": (
        GOOD,
        OF_ORDERS.replace("order-sign", "patient-view"),
        "4: hook: an order check needs a hook with orders: order-sign or order-select",
    ),
    "an order check nobody has": (
        GOOD,
        OF_ORDERS.replace("monitoring", "monitring"),
        "6: when.check: there is no order check 'lithium-monitring'; did you mean 'lithium-monitoring'?",
    ),
    "a placeholder of another condition": (
        GOOD,
        OF_ORDERS.replace("check.says", "period.year"),
        "9: card.summary: nothing is called {period.year}",
    ),
    "a key of another condition": (
        GOOD,
        OF_RISK.replace("{risk: rising}", "{risk: rising, next_step: tested}"),
        "6: when.next_step: there is no such key; known here: risk",
    ),
    "a risk that goes nowhere": (
        GOOD,
        OF_RISK.replace("rising", "risng"),
        "6: when.risk: risk does not go 'risng'; did you mean 'rising'?",
    ),
    "a concern nobody knows": (
        "priority: 5",
        "concern: safty\npriority: 5",
        "5: concern: there is no concern 'safty'; did you mean 'safety'?",
    ),
    "an end before the beginning": (
        "priority: 5",
        "effective: {from: 2026-07-01, until: 2026-06-30}\npriority: 5",
        "5: effective.until: is before the first day, 2026-07-01",
    ),
    "a day in quotes": (
        "priority: 5",
        'effective: {from: "2026-07-01"}\npriority: 5',
        "5: effective.from: should be a day, such as 2026-07-01, without quotes",
    ),
    "a fact of words": ("priority: 5", "fact: No A1c\npriority: 5", "5: fact: use small letters"),
    "an item that is an address": (
        "  indicator: info",
        "  open: {label: x, item: 'https://x'}\n  indicator: info",
        "8: card.open.item: ",
    ),
    "a priority of words": ("priority: 5", "priority: high", "5: priority: "),
    "a priority of nought": ("priority: 5", "priority: 0", "5: priority: "),
    "an interrupting card": (
        "indicator: info",
        "indicator: critical",
        "8: card.indicator: is info or warning",
    ),
    "a placeholder nobody knows": (
        "{period.year}",
        "{tested.dat}",
        "9: card.summary: nothing is called {tested.dat}; did you mean 'tested.date'?",
    ),
    "a format spec": (
        "{period.year}",
        "{period.year:>9}",
        "9: card.summary: nothing is called {period.year:>9}",
    ),
    "an attribute": (
        "{period.year}",
        "{tested.__class__}",
        "9: card.summary: nothing is called {tested.__class__}",
    ),
    "an index": ("{period.year}", "{tested[0]}", "9: card.summary: nothing is called {tested[0]}"),
    "an expression": ("{period.year}", "{1+1}", "9: card.summary: nothing is called {1+1}"),
    "a conversion": (
        "{period.year}",
        "{tested.value!r}",
        "9: card.summary: nothing is called {tested.value!r}",
    ),
    "an empty placeholder": ("{period.year}", "{}", "9: card.summary: nothing is called {}"),
    "doubled braces": ("{period.year}", "{{period.year}}", "9: card.summary: a brace without its partner"),
    "a brace left open": ("{period.year}", "{period.year", "9: card.summary: a brace without its partner"),
    "a summary of 200 characters": ("No A1c", "No " * 70, "9: card.summary: about "),
    "a summary of two lines": ("No A1c", "No\\nA1c", "9: card.summary: a summary is one line"),
    "no summary": ('summary: "No A1c in {period.year}"', "summary: []", "9: card.summary: "),
    "an empty summary": ('"No A1c in {period.year}"', '""', "9: card.summary: "),
    "a draft nobody wrote": (
        "  indicator: info",
        "  suggestion: {label: Order, draft: a1c_ordr}\n  indicator: info",
        "8: card.suggestion.draft: there is no draft 'a1c_ordr'; did you mean 'a1c_order'?",
    ),
    "a reason without a code": (
        "  indicator: info",
        "  override_reasons: [declined]\n  indicator: info",
        "8: card.override_reasons: there is no reason 'declined'; did you mean 'patient-declined'?",
    ),
    "an alias": ("owner: quality@example.org", "owner: &a x\nhook2: *a", "4: aliases (*a) are not accepted"),
    "a tag": ("quality@example.org", "!!python/object/apply:os.system [ls]", "3: not valid YAML"),
    "a key twice": (
        "hook: patient-view",
        "hook: patient-view\nhook: patient-view",
        "5: 'hook' is written twice",
    ),
    "a list for a rule": (GOOD, "- 1\n", "1: a rule begins with `id: ...`"),
    "nothing": (GOOD, "", "1: a rule begins with `id: ...`"),
    "no YAML": (GOOD, "a: [\n", "not valid YAML"),
    "when as a text": ("{measure: CMS122, next_step: tested}", "always", "6: when: "),
}


def problems(*folders: Path) -> list[str]:
    try:
        load_rules(folders, find_measures(), load_drafts())
    except FileProblems as found:
        return list(found.problems)
    return []


@pytest.mark.parametrize("good", [GOOD, OF_ORDERS, OF_RISK], ids=["a gap", "an order check", "a risk"])
def test_a_good_rule_has_nothing_to_mend(tmp_path: Path, good: str):
    (tmp_path / "a1c.yaml").write_text(good)

    assert problems(tmp_path) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_the_mend(tmp_path: Path, mistake: str):
    right, wrong, says = MISTAKES[mistake]
    path = tmp_path / "a1c.yaml"
    path.write_text(GOOD.replace(right, wrong))

    [found] = problems(tmp_path)

    assert says in found
    assert found.startswith(f"{path}:")


def test_all_the_mistakes_of_all_the_files_are_told_at_once(tmp_path: Path):
    bad = GOOD.replace("CMS122", "CMS1222").replace("patient-view", "patient-vue").replace("info", "loud")
    (tmp_path / "a.yaml").write_text(bad)
    (tmp_path / "b.yaml").write_text(GOOD.replace("period.year", "year").replace("patient-view", "vue"))
    (tmp_path / "c.yml").write_text("a: [\n")

    assert [found.removeprefix(f"{tmp_path}/")[:26] for found in problems(tmp_path)] == [
        "a.yaml:4: hook: there is n",
        "a.yaml:6: when.measure: th",
        "a.yaml:8: card.indicator: ",
        "b.yaml:4: hook: there is n",
        "b.yaml:9: card.summary: no",
        "c.yml:2: not valid YAML: e",
    ]


def test_two_files_with_one_id_in_one_folder_are_a_mistake(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)

    assert problems(tmp_path) == [
        f"{tmp_path}/b.yaml:1: id: a.yaml has the id 'a1c-due' too; give it another"
    ]


def test_a_rule_of_the_installation_replaces_the_built_in_one_of_its_id(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text(GOOD.replace("a1c-due", "a1c-not-measured"))

    rules = load_rules((BUILT_IN, tmp_path), find_measures(), load_drafts())

    assert [rule.path.name for rule in rules if rule.id == "a1c-not-measured"] == ["mine.yaml"]
    own = [
        rule for rule in rules if isinstance(rule.when, CheckCondition) and rule.path.stem != "order_check"
    ]
    each_check = sum(check.on for check in find_order_checks().values()) - len(own) - 1  # one file for all
    assert len(rules) == len(list(BUILT_IN.glob("*.yaml"))) + each_check
    order = [rule.id for rule in rules]
    assert order.index("a1c-not-measured") < order.index("depression-follow-up-due")  # priority 5 before 10


def test_a_rule_of_the_installation_switches_on_a_check_that_is_off(tmp_path: Path):
    check = "triptan-serotonergic"
    (tmp_path / "mine.yaml").write_text(OF_ORDERS.replace("lithium-monitoring", check))

    def on_it(*folders: Path) -> list[str]:
        rules = load_rules(folders, find_measures(), load_drafts())
        return [rule.id for rule in rules if str(rule.when) == f"check {check}"]

    assert (on_it(BUILT_IN), on_it(BUILT_IN, tmp_path)) == ([], ["a1c-due"])


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path):
    assert problems(tmp_path / "nowhere") == [f"{tmp_path}/nowhere: there is no such folder"]


def test_the_second_summary_is_used_when_the_record_cannot_fill_the_first(tmp_path: Path):
    texts = '["{tested.value}, {patient.age} years", "{period.year}: {tested.says}; {measure.title}"]'
    (tmp_path / "a.yaml").write_text(GOOD.replace('"No A1c in {period.year}"', texts))
    [rule] = load_rules([tmp_path], find_measures(), load_drafts())
    record = chart(visit(OFFICE, "2026-03-01"), diagnosed(DIABETES, "2020", category="encounter-diagnosis"))
    results = find_measures().evaluate(record, Period.year(2026), TODAY)

    [card] = due_cards([rule], results, record, TODAY, Origin("https://us.example", "v", True))

    assert card.json["summary"] == (
        "2026: A1c or GMI measured in the period; Glycemic status assessment greater than 9 %"
    )
    assert "suggestions" not in card.json
    assert "selectionBehavior" not in card.json


def test_every_placeholder_that_is_offered_can_be_filled_or_left_out(tmp_path: Path):
    names = [f"{{{name}}}" for name in known_names(find_measures().measures["CMS122"])]
    texts = "\n".join(f'    - "{name}"' for name in names)
    (tmp_path / "a.yaml").write_text(f"{GOOD}  detail:\n{texts}\n")
    found = problems(tmp_path)

    assert [says for says in found if "nothing is called" in says] == []
    assert placeholders("{a.b} and {c}") == ("a.b", "c")
