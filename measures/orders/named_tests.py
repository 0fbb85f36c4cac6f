"""Orders for tests that bear no code known here: recognised by an installation's own sets, or by their names.

A code without its system is not a code, and CPT is not ours to list. So what an order is called counts where
its codes say nothing: as a whole name it is the test, with a telling word in it it may be.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from measures.orders.whole_names import WholeNames, names_of
from measures.shapes import Resource, codings
from measures.terminology import CPT, LOINC, CodeKey, Vocabulary

ORDERED_AS = "throughline:ordered-as:"
"""How the url of an installation's own set of order codes begins; the LOINC code of the test follows."""

_LABORATORY = frozenset({"108252007", "laboratory", "LAB", "lab"})


@cache
def _names() -> WholeNames:
    read = yaml.safe_load((Path(__file__).parent / "named_tests.yaml").read_text(encoding="utf-8"))
    return WholeNames(read["tests"], "loinc", read["left_out"])


def by_name(order: Resource, vocabulary: Vocabulary) -> tuple[str, frozenset[str]]:
    """The LOINC code of the test that an order without a code known here names, else those it may be for.

    Without a word, an order for the laboratory may be for any of them.
    """
    keys = codings(order.get("code"))
    own, is_known = by_own_code(keys, vocabulary)
    if own:
        return own, frozenset()
    if is_known or any(system == LOINC for system, _ in keys):
        return "", frozenset()
    texts = [*names_of(order.get("code"))]
    if not texts:
        return "", _names().every if _is_for_laboratory(order, keys) else frozenset()
    return _names().told_by(texts)


def by_own_code(keys: Iterable[CodeKey], vocabulary: Vocabulary) -> tuple[str, bool]:
    """The LOINC code that a set of the installation gives one of the codes; and whether any set holds one."""
    held = [oid for key in keys for oid in vocabulary.oids_by_code.get(key, ())]
    own = (oid.removeprefix(ORDERED_AS) for oid in held if oid.startswith(ORDERED_AS))
    return next(own, ""), bool(held)


def _is_for_laboratory(order: Resource, keys: Iterable[CodeKey]) -> bool:
    """By its category or, without one, by a CPT code: of an unknown number it cannot be told what it is."""
    held = order.get("category") or []
    concepts = held if isinstance(held, list) else [held]
    named = {str(coding.get("code")) for concept in concepts for coding in concept.get("coding") or ()}
    if not concepts:
        return any(system == CPT for system, _ in keys)
    said = [str(concept.get("text")).lower() for concept in concepts]
    return bool(named & _LABORATORY) or any(text.startswith("lab") for text in said)
