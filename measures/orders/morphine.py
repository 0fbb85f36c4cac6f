"""Milligrams of morphine equivalent (MME) a day, by the CDC's factors of 2022.

They hold by mouth and for patches: an opioid that is injected has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from measures.event import Event
from measures.orders.doses import daily_mg, ingredient, patch_rate, words_of
from measures.shapes import UNREADABLE, Resource, codings

# Intravenous, intramuscular and subcutaneous route (SNOMED CT), and their words.
_INJECTED = frozenset({"47625008", "78421000", "34206005"})
_INJECTED_WORDS = re.compile(
    r"\b(?:iv|ivp|im|subq|sc|intravenous|intramuscular|subcutaneous|inject\w*|infus\w*)(?:ly)?\b"
)
_FILE = Path(__file__).parent / "mme_factors.yaml"


@cache
def _factors() -> Mapping[str, Mapping[str, float]]:
    read = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {route: read[route] for route in ("by_mouth", "patch")}


def daily_mme(order: Event) -> float | None:
    """The MME a day of one order; None when its dose cannot be read or its opioid has no factor."""
    for opioid, factor in _factors()["patch"].items():
        rate = patch_rate(order, opioid)
        if rate is not None:
            return rate * factor
    for opioid, factor in _factors()["by_mouth"].items():
        if opioid in ingredient(order):
            dose = daily_mg(order, opioid)
            return None if dose is None or _is_injected(order) else dose * factor
    return None


def _is_injected(order: Event) -> bool:
    """Whether a dosage is for the vein, a muscle or under the skin, or the product is made for it; also where
    a route cannot be read.
    """
    try:
        dosages = order.source["dosageInstruction"]
        coded = {code for dosage in dosages for _, code in codings(dosage.get("route"))}
        said = [order.display, *map(words_of, dosages), *map(_route_in_words, dosages)]
    except UNREADABLE as error:
        order.name_problem(f"its route cannot be read ({error}); no dose is known")
        return True
    return not coded.isdisjoint(_INJECTED) or any(_INJECTED_WORDS.search(words.lower()) for words in said)


def _route_in_words(dosage: Resource) -> str:
    return str((dosage.get("route") or {}).get("text") or "")
