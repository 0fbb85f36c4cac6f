"""CDS Hooks conformance: every rule of the protocol that binds a service, each a check that names its clause.

The checks know only an address and, where they are to sign, a key: they can be pointed at any service, ours
or another. `rule` says what a rule is, `subject` what it is asked of; each other file holds the rules of one
part of the specification, and `find_rules` finds them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

from cds_service.conformance.rule import Rule, Verdict
from cds_service.conformance.subject import Subject


@cache
def find_rules() -> tuple[Rule, ...]:
    """The rules of every file, in the order in which they stand."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__, f"{__name__}."))
    return tuple(
        one for name in names for one in vars(importlib.import_module(name)).values() if isinstance(one, Rule)
    )


def examine(subject: Subject) -> Iterator[Verdict]:
    """The verdict on each rule, one after the other."""
    for rule in find_rules():
        yield rule.judge(subject)
