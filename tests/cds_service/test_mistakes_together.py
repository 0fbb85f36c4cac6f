"""Several mistakes in one rule file: none hides another, and none is made by what stands in for a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cds_service.test_rules_command import TESTED, check

WHEN = "{measure: CMS122, next_step: tested}"
CASES: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    # what is written instead of what, and all that is told
    "a step left out, a measure nobody has, a placeholder of none": (
        {WHEN: "{measure: CMS1222}", "{period.year}": "{period.yeer}"},
        (
            "6: when.next_step: is missing",
            "6: when.measure: there is no measure 'CMS1222'; did you mean 'CMS122'?",
            "9: card.summary: nothing is called {period.yeer}; did you mean 'period.year'?",
        ),
    ),
    "a measure left out and a step of none": (
        {WHEN: "{next_step: testd}"},
        (
            "6: when.measure: is missing",
            "6: when.next_step: no measure has a criterion 'testd' in its numerator; did you mean 'tested'?",
        ),
    ),
    "a measure nobody has, a step and a placeholder of none": (
        {WHEN: "{measure: CMS1222, next_step: testd}", "{period.year}": "{tested.dat}"},
        (
            "6: when.measure: there is no measure 'CMS1222'; did you mean 'CMS122'?",
            "6: when.next_step: no measure has a criterion 'testd' in its numerator; did you mean 'tested'?",
            "9: card.summary: nothing is called {tested.dat}; did you mean 'tested.date'?",
        ),
    ),
    "no condition and a summary of two lines": (
        {f"when: {WHEN}\n": "", "No A1c": "No\\nA1c"},
        ("1: when: is missing", "8: card.summary: a summary is one line"),
    ),
    "a condition of words and a brace left open": (
        {WHEN: "CMS122", "{period.year}": "{period.year"},
        ("6: when: ", "9: card.summary: a brace without its partner"),
    ),
    "a condition without a word and substance use in the summary": (
        {WHEN: "{}", "No A1c": "No naloxone, opioid use disorder"},
        (
            "6: when.measure: is missing",
            "6: when.next_step: is missing",
            "9: card.summary: names substance use",
        ),
    ),
    "a number for a hook beside a hook without a service": (
        {"patient-view": "[7, vue]"},
        ("4: hook: should be text; put it in quotes", "4: hook: there is no service for 'vue'"),
    ),
    "an order check nobody has and a placeholder of none": (
        {WHEN: "{check: lithium}", "{period.year}": "{check.sayz}", "patient-view": "order-sign"},
        (
            "6: when.check: there is no order check 'lithium'",
            "9: card.summary: nothing is called {check.sayz}; did you mean 'check.says'?",
        ),
    ),
    "an order check without a hook": (
        {WHEN: "{check: lithium-monitoring}", "hook: patient-view\n": "", "{period.year}": "{check.says}"},
        ("1: hook: is missing",),
    ),
    "a risk of a number and a placeholder of none": (
        {WHEN: "{risk: 7}", "{period.year}": "{risk.nau}"},
        (
            "6: when.risk: should be text; put it in quotes",
            "9: card.summary: nothing is called {risk.nau}; did you mean 'risk.now'?",
        ),
    ),
    "a number for a summary beside one that does not fit": (
        {'"No A1c in {period.year}"': '[7, "{x}"]'},
        ("9: card.summary: should be text; put it in quotes", "9: card.summary: nothing is called {x}"),
    ),
    "a suggestion without its label, with a draft nobody wrote": (
        {"  indicator: info": "  suggestion: {draft: a1c_ordr}\n  indicator: info"},
        (
            "8: card.suggestion.label: is missing",
            "8: card.suggestion.draft: there is no draft 'a1c_ordr'; did you mean 'a1c_order'?",
        ),
    ),
    "a test patient without a word, and a wrong line of it": (
        {"says: with one": "zays: with one", "Observation LOINC": "Observation LIONC"},
        (
            "18: tests.zays: there is no such key; did you mean 'says'?",
            "18: tests.says: is missing",
            "24: tests.chart: there is no code system 'LIONC'; did you mean 'LOINC'?",
        ),
    ),
    "a line of a number beside a wrong one": (
        {"- Observation LOINC|4548-4 2026-02-01 7.4 %": "- 7\n      - diabetes"},
        ("24: tests.chart", "25: tests.chart: write TYPE SYSTEM|code DAY"),
    ),
    "a test patient that is none beside one with a wrong line": (
        {"tests:\n": "tests:\n  - 7\n", "Observation LOINC": "Observation LIONC"},
        ("11: tests: ", "25: tests.chart: there is no code system 'LIONC'"),
    ),
}


@pytest.mark.parametrize(("changes", "told"), CASES.values(), ids=CASES)
def test_one_mistake_hides_no_other_and_makes_none(
    tmp_path: Path, changes: dict[str, str], told: tuple[str, ...]
):
    text = TESTED
    for right, wrong in changes.items():
        assert right in text
        text = text.replace(right, wrong)
    (tmp_path / "a.yaml").write_text(text)

    found = [line for line in check(tmp_path).output.splitlines() if "a.yaml:" in line]

    assert all(any(f"a.yaml:{says}" in line for line in found) for says in told), found
    assert all(any(f"a.yaml:{says}" in line for says in told) for line in found), found
