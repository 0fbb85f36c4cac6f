"""Milligrams of morphine equivalent (MME) a day, by the CDC's factors of 2022."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from measures.event import Event
from measures.orders.doses import daily_mg, ingredient, patch_rate

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
            return None if dose is None else dose * factor
    return None
