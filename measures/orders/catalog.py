"""The order checks: every file in `measures/orders/checks`, one check each."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from types import ModuleType

from measures.catalog import CatalogError
from measures.orders import checks
from measures.orders.check import OrderCheck
from measures.orders.drafts import NO_SITE, DraftOrders, SigningRecord, Site
from measures.orders.finding import OrderFinding
from measures.orders.named_facts import every_code
from measures.orders.named_medicines import ingredient_names
from measures.orders.plain_medicines import word_lists
from measures.orders.strengths import strengths
from measures.record import PatientRecord


@cache
def find_order_checks() -> Mapping[str, OrderCheck]:
    """The checks by id, by their rank; CatalogError names a file without a CHECK and an id given twice.

    The names and strengths of medicines, and the names of results, are read here too, at start-up, so that no
    signing waits for them.
    """
    every_code()
    strengths()
    ingredient_names()
    word_lists()
    names = [module.name for module in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}.")]
    found: dict[str, OrderCheck] = {}
    for check in map(_check, map(importlib.import_module, names)):
        if check.id in found:
            raise CatalogError(f"two order checks are called {check.id}; give one another id")
        found[check.id] = check
    return dict(sorted(found.items(), key=lambda item: item[1].rank))


def judge_all(
    order_checks: Iterable[OrderCheck],
    record: PatientRecord,
    drafts: DraftOrders,
    as_of: date,
    site: Site = NO_SITE,
) -> tuple[OrderFinding, ...]:
    """What the checks find in the drafts, in the order of the checks."""
    patient = SigningRecord(record, drafts, site)
    return tuple(finding for check in order_checks for finding in check.judge_signing(patient, as_of))


def _check(module: ModuleType) -> OrderCheck:
    found = getattr(module, "CHECK", None)
    if not isinstance(found, OrderCheck):
        raise CatalogError(f"{module.__file__}: has no CHECK; end the file with `CHECK = OrderCheck(...)`")
    return found
