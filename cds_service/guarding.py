"""What nobody is told of any more where a rule is retired: said before it is, and when it is."""

from __future__ import annotations

from collections.abc import Mapping

from cds_service.conditions import CheckCondition, Concern
from cds_service.rule_file import ANY_CHECK
from cds_service.rules import CardRule
from measures.orders.check import OrderCheck, Severity


def guards(rule: CardRule, checks: Mapping[str, OrderCheck]) -> str:
    """Suicide safety, what can kill within days, or the one card of all order checks; empty for what a visit
    can do without.
    """
    if rule.concern is Concern.SAFETY:
        return "suicide safety"
    if not isinstance(rule.when, CheckCondition):
        return ""
    if rule.when.check == ANY_CHECK:
        critical = sum(1 for one in checks.values() if one.on and one.severity is Severity.CRITICAL)
        return f"every order check without a rule of its own, {critical} of them critical"
    check = checks.get(rule.when.check)
    return "what can kill within days" if check and check.severity is Severity.CRITICAL else ""
