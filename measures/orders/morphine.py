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
from measures.shapes import Resource, codings

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
    if _is_injected(order):
        return None
    for opioid, factor in _factors()["by_mouth"].items():
        if opioid in ingredient(order):
            dose = daily_mg(order, opioid)
            return None if dose is None else dose * factor
    return None


def _is_injected(order: Event) -> bool:
    """Whether a dosage is for the vein, a muscle or under the skin, or the product is made for it."""
    names = [order.display, *map(_route_words, order.source.get("dosageInstruction") or ())]
    routes = (dosage.get("route") for dosage in order.source.get("dosageInstruction") or ())
    coded = {code for route in routes for _, code in codings(route)}
    return not coded.isdisjoint(_INJECTED) or any(_INJECTED_WORDS.search(name.lower()) for name in names)


def _route_words(dosage: Resource) -> str:
    text = (dosage.get("route") or {}).get("text")
    return f"{text if isinstance(text, str) else ''} {words_of(dosage)}"
