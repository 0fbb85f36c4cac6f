"""Words and phrases are found whole, the longest first, each place once."""

from __future__ import annotations

import pytest

from measures.orders.word_list import WordList

LIST = WordList(["lithium", "lithium carbonate", "d/c", "no", "ms contin"])
CASES = {
    "lithium": ["lithium"],
    "lithium carbonate 300 mg": ["lithium carbonate"],
    "lithium carbonates": ["lithium"],
    "lithiumlike prelithium lithium_": [],
    "d/c lithium": ["d/c", "lithium"],
    "ms contin and ms": ["ms contin"],
    "no": ["no"],
    "not now": [],
    "(lithium), lithium.": ["lithium", "lithium"],
    "": [],
}


@pytest.mark.parametrize(("text", "found"), CASES.items())
def test_what_is_found(text: str, found: list[str]):
    assert [one.phrase for one in LIST.find(text)] == found
    assert [text[one.start : one.end] for one in LIST.find(text)] == found
    assert LIST.is_in(text) is bool(found)


def test_whether_one_may_be_in_a_text():
    assert LIST.may_be_in("ms is a word of it")
    assert not LIST.may_be_in("not a lithiumlike")


def test_a_phrase_has_a_first_word():
    with pytest.raises(ValueError, match="begins with no word"):
        WordList(["/c"])
