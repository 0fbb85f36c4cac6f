"""A Questionnaire we cannot show or score as its author meant it is refused, with every reason at once."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from measures.questionnaire import QuestionnaireProblems, read_questionnaire
from measures.questionnaire.reading import DEEPEST, MOST_ITEMS
from tests.project_files import ROOT

MISTAKES = sorted((ROOT / "tests/mistakes/questionnaire").glob("*.json"))


@pytest.mark.parametrize("path", MISTAKES, ids=[path.stem for path in MISTAKES])
def test_every_problem_is_named_with_its_path_and_the_mend(path: Path):
    expected = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()

    with pytest.raises(QuestionnaireProblems) as refused:
        read_questionnaire(orjson.loads(path.read_bytes()))

    assert [str(problem) for problem in refused.value.problems] == expected


def nested(depth: int) -> dict:
    item: dict = {"linkId": "leaf", "text": "Leaf", "type": "text"}
    for n in range(depth - 1):
        item = {"linkId": f"g{n}", "type": "group", "item": [item]}
    return {
        "resourceType": "Questionnaire",
        "id": "deep",
        "title": "Deep",
        "status": "active",
        "item": [item],
    }


def test_groups_may_be_nested_so_deep_and_no_deeper():
    assert len(read_questionnaire(nested(DEEPEST)).questions) == 1
    with pytest.raises(QuestionnaireProblems, match="nested deeper than 8 groups; make it flatter"):
        read_questionnaire(nested(DEEPEST + 1))


def test_a_form_may_be_so_long_and_no_longer():
    def long(items: int) -> dict:
        return {
            "resourceType": "Questionnaire",
            "title": "Long",
            "item": [{"linkId": str(n), "text": "Q", "type": "text"} for n in range(items)],
        }

    assert len(read_questionnaire(long(MOST_ITEMS)).questions) == MOST_ITEMS
    with pytest.raises(QuestionnaireProblems, match=r"item\[500\]: is beyond the 500 items"):
        read_questionnaire(long(MOST_ITEMS + 1))
