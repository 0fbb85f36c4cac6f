"""Orders for tests that bear no code known here: recognised by an installation's own sets, or by their names.

A code without its system is not a code, and CPT is not ours to list. So what an order is called counts where
its codes say nothing: as a whole name it is the test, with a telling word in it it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from measures.shapes import Resource, codings
from measures.terminology import CPT, LOINC, CodeKey, Vocabulary

ORDERED_AS = "throughline:ordered-as:"
"""How the url of an installation's own set of order codes begins; the LOINC code of the test follows."""

_WORD = re.compile(r"[a-z0-9]+")
_LABORATORY = frozenset({"108252007", "laboratory", "LAB", "lab"})


class _Names(NamedTuple):
    """LOINC codes: by whole name one, by telling word those it may be, all; the words that say nothing."""

    whole: Mapping[tuple[str, ...], str]
    telling: Mapping[str, frozenset[str]]
    every: frozenset[str]
    left_out: frozenset[str]


@cache
def _names() -> _Names:
    read = yaml.safe_load((Path(__file__).parent / "named_tests.yaml").read_text(encoding="utf-8"))
    left_out = frozenset(read["left_out"])
    rows = read["tests"]
    words = {word for row in rows for word in row["tells"]}
    return _Names(
        {_words(name, left_out): row["loinc"] for row in rows for name in row["names"]},
        {word: frozenset(row["loinc"] for row in rows if word in row["tells"]) for word in words},
        frozenset(row["loinc"] for row in rows),
        left_out,
    )


def _words(text: str, left_out: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(text.lower()) if word not in left_out)


def by_name(order: Resource, vocabulary: Vocabulary) -> tuple[str, frozenset[str]]:
    """The LOINC code of the test that an order without a code known here names, else those it may be for.

    Without a word, an order for the laboratory may be for any of them.
    """
    keys = codings(order.get("code"))
    held = [oid for key in keys for oid in vocabulary.oids_by_code.get(key, ())]
    own = [oid.removeprefix(ORDERED_AS) for oid in held if oid.startswith(ORDERED_AS)]
    if own:
        return own[0], frozenset()
    if held or any(system == LOINC for system, _ in keys):
        return "", frozenset()
    names, texts = _names(), list(_texts(order))
    for text in texts:
        if whole := names.whole.get(_words(text, names.left_out)):
            return whole, frozenset()
    if not texts:
        return "", names.every if _is_for_laboratory(order, keys) else frozenset()
    told = (names.telling.get(word, frozenset()) for text in texts for word in _WORD.findall(text.lower()))
    return "", frozenset().union(*told)


def _texts(order: Resource) -> Iterator[str]:
    code = order.get("code")
    if not isinstance(code, Mapping):
        return
    said: list[Any] = [code.get("text"), *(coding.get("display") for coding in code.get("coding") or ())]
    yield from (text for text in said if isinstance(text, str) and text.strip())


def _is_for_laboratory(order: Resource, keys: Iterable[CodeKey]) -> bool:
    """By its category or, without one, by a CPT code: of an unknown number it cannot be told what it is."""
    held = order.get("category") or []
    concepts = held if isinstance(held, list) else [held]
    named = {str(coding.get("code")) for concept in concepts for coding in concept.get("coding") or ()}
    if not concepts:
        return any(system == CPT for system, _ in keys)
    said = [str(concept.get("text")).lower() for concept in concepts]
    return bool(named & _LABORATORY) or any(text.startswith("lab") for text in said)
