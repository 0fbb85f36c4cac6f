"""All ingredients of a medicine that brands or plain names tell, for whoever compares two medicines.

A check asks whether a medicine is one of its own, and need not know what else is in it. Two medicines are one
only where they have the same ingredients, so here every word has to be known: brands with what is beside the
ingredients of ours, salts, forms and strengths. One word more, and nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from measures.orders.named_medicines import ingredient_names, texts_of, told_by_text, told_in_words
from measures.orders.word_list import Found
from measures.terminology import CodeKey

_MOST_KEPT = 10_000  # names of medicines: what records say is without end
_SIGNS = re.compile(r"[^a-z]+")


class Plain(NamedTuple):
    """The codes of those ingredients that are ours, and all ingredients by the first word of their names."""

    codes: frozenset[CodeKey]
    ingredients: frozenset[str]


NOTHING = Plain(frozenset(), frozenset())


def plainly_told(medicine: object) -> Plain:
    """What the words of a CodeableConcept tell; NOTHING where they leave a doubt, or do not agree."""
    if not isinstance(medicine, Mapping):
        return NOTHING
    codes = told_in_words(medicine)
    told = {_read(text).ingredients for text in texts_of(medicine)} - {frozenset()} if codes else set()
    return Plain(codes, told.pop()) if len(told) == 1 else NOTHING


def plain_words(text: str) -> str:
    """The words of our own lists that tell its ingredients, such as "vicodin"; none of any other text."""
    return " / ".join(_read(text).words)


@lru_cache(_MOST_KEPT)
def _read(text: str) -> _Read:
    if not told_by_text(text):
        return _UNREAD
    plain, lists, called = text.lower(), word_lists(), ingredient_names().called
    phrases = list(ingredient_names().ingredients.find(plain))
    ours = {name.split()[0] for one in phrases for name in called[one.phrase]}
    beside = {name for one in phrases for name in lists.mixtures.get(one.phrase, ())}
    left = [word for word in _SIGNS.split(_around(phrases, plain)) if word and word not in lists.forms]
    if not lists.others.keys() >= set(left):
        return _UNREAD
    others = {lists.others[word] for word in left}
    return _Read(frozenset(ours | beside | others), (*(one.phrase for one in phrases), *left))


def _around(phrases: Sequence[Found], text: str) -> str:
    """What stands before, between and behind them."""
    ends, starts = [0, *(one.end for one in phrases)], [*(one.start for one in phrases), len(text)]
    return " ".join(text[end:start] for end, start in zip(ends, starts, strict=True))


class _Read(NamedTuple):
    ingredients: frozenset[str]
    words: tuple[str, ...]


_UNREAD = _Read(frozenset(), ())


class _Words(NamedTuple):
    mixtures: Mapping[str, frozenset[str]]
    others: Mapping[str, str]
    forms: frozenset[str]


@cache
def word_lists() -> _Words:
    """Read once, at start-up, as the names are."""
    read: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return _Words(
        {brand: frozenset(_listed(names)) for brand, names in read["beside"].items()},
        read["others"],
        frozenset(read["forms"]),
    )


def _listed(names: str | list[str]) -> Iterator[str]:
    yield from [names] if isinstance(names, str) else names
