"""docs/measures.md says what the measures say."""

from __future__ import annotations

from docs.make_measures import PAGE, in_words, page
from measures.catalog import find_measures
from measures.criteria import Criterion


def leaf(says):
    return Criterion(says, says, lambda _patient, _period: True)


def test_the_page_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == page(), "make it anew: python -m docs.make_measures"


def test_every_measure_has_its_place():
    text = page()

    for measure in find_measures().measures.values():
        assert f"\n## {measure.id}\n\n{measure.title}. Version {measure.version}" in text


def test_a_tree_is_told_with_brackets_where_they_matter():
    a, b, c = leaf("old"), leaf("seen"), leaf("ill")

    assert in_words(a & b) == "old; and seen"
    assert in_words(a & (b | ~c)) == "old; and (seen; or not (ill))"
