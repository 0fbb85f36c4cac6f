"""What the feedback on a rule suggests: its evidence, and the change of its file. Pure, and never applied.

A proposal is a sentence for the quality team and, where a rule file can say it, the change as keys and
values. A person makes a draft of it, tries it on a panel, and a second person approves it. Only cards of the
version that is live count as evidence: what was changed is judged anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cds_service.acceptance import FEWEST, Reception, by_rule, together, wilson
from cds_service.conditions import CheckCondition, Concern, GapCondition, RiskCondition
from cds_service.reasons import OVERRIDE_REASONS
from cds_service.rules import CardRule
from measures.measure import GapStatus

RARELY = 0.10  # accepted by fewer than this, with certainty
MOSTLY = 0.50  # of the cards set aside, and of those for one reason, with certainty: that is what to change
_LATER = 20  # places of priority
_SAID = "show it after the others, as information"
_LAST = 100

Change = Mapping[str, Any]
"""Keys of a rule file (`when.status`) and what they would say."""


@dataclass(frozen=True)
class Proposal:
    """One change to think over. `change` is empty where a rule file cannot say it."""

    rule: str
    kind: str  # of a rule there is one of each kind
    evidence: str
    says: str
    change: Change = field(default_factory=dict)


def proposals(rules: Iterable[CardRule], receptions: Iterable[Reception]) -> Iterator[Proposal]:
    """Of each rule as it is now, in the order of the rules: at most one for a hook and one for the whole.

    A rule is proposed for change when it is rarely accepted, or mostly set aside for one reason, in both
    cases with certainty: the interval lies beyond the bound.
    """
    of_rule: dict[str, list[Reception]] = {}
    for one in receptions:
        of_rule.setdefault(one.rule, []).append(one)
    for rule in rules:
        told = [one for one in of_rule.get(rule.id, ()) if one.version == rule.version]
        if rule.concern is Concern.SAFETY:
            yield from _of_safety(rule, told)
            continue
        yield from _one_hook_less(rule, told)
        for whole in by_rule(told):
            yield from _of_the_whole(rule, whole)


def _of_the_whole(rule: CardRule, told: Reception) -> Iterator[Proposal]:
    main = _main_reason(told)
    if main is not None:
        yield _by_reason(rule, main, f"{_counted(told)}, {_given(told, main)}")
    elif _is_rare(told):
        change = _later(rule)
        says = f"no one reason stands out: narrow its condition, retire it{', or ' + _SAID if change else ''}"
        yield Proposal(rule.id, "later", f"accepted {told.acceptance} of {told.shown} cards", says, change)


def _of_safety(rule: CardRule, told: list[Reception]) -> Iterator[Proposal]:
    """Suicide safety is never shown less because it is set aside."""
    for whole in by_rule(told):
        main = _main_reason(whole)
        if main is not None or _is_rare(whole):
            given = f", {_given(whole, main)}" if main else ""
            says = "it is about suicide safety and never shown less for that: ask those who set it aside"
            yield Proposal(rule.id, "ask", f"{_counted(whole)}{given}", says)


def _main_reason(told: Reception) -> str | None:
    """Of cards mostly set aside, or rarely accepted, the reason that certainly stands behind most of it."""
    mostly = told.overriding is not None and told.overriding.low > MOSTLY
    if told.overridden < FEWEST or not (mostly or _is_rare(told)):
        return None
    often = (code for code, n in told.main_reasons[:1] if wilson(n, told.overridden).low > MOSTLY)
    return next(often, None)


def _is_rare(told: Reception) -> bool:
    rate = told.acceptance
    return rate is not None and rate.high < RARELY


def _counted(told: Reception) -> str:
    return f"accepted {told.accepted} and set aside {told.overridden} of {told.shown} cards"


def _given(told: Reception, reason: str) -> str:
    display = OVERRIDE_REASONS.get(reason, reason)
    return f"{told.reasons[reason]} of them as “{display}”"


def _by_reason(rule: CardRule, reason: str, evidence: str) -> Proposal:
    if reason == "record-wrong":
        return Proposal(rule.id, "record", evidence, "mend the record, or the value set that reads it")
    narrower = _narrower(rule) if reason == "another-visit" else None
    if narrower is not None:
        kind, says, change = narrower
        return Proposal(rule.id, kind, evidence, says, change)
    change = _later(rule)
    first = _FIRST.get(reason, "narrow its condition")
    return Proposal(rule.id, "later", evidence, f"{first}{'; until then ' + _SAID if change else ''}", change)


_FIRST: Mapping[str, str] = {
    "done-elsewhere": "it is done where this record does not look: load that source",
    "not-appropriate": "clinicians see an exclusion that the rule does not: add it",
    "patient-declined": "patients decline: count a refusal on record as an exception",
    "another-visit": "it is planned already: count a booked visit as its follow-up",
}


def _narrower(rule: CardRule) -> tuple[str, str, Change] | None:
    """What is planned for another visit need not be asked for before it is due."""
    match rule.when:
        case GapCondition(statuses=statuses) if GapStatus.PROSPECTIVE in statuses and len(statuses) > 1:
            says = "show it only once the gap is open, no longer while a later visit can still close it"
            return "open-only", says, {"when.status": GapStatus.OPEN.value}
        case RiskCondition(risk="rising"):
            return "high-only", "show it where the risk is high, not where it rises", {"when.risk": "high"}
    return None


def _later(rule: CardRule) -> Change:
    """After the others of its concern, and as information; nothing for what an order check itself weighs."""
    if isinstance(rule.when, CheckCondition) and rule.indicator == "critical":
        return {}
    later = {"priority": min(_LAST, rule.priority + _LATER), "card.indicator": "info"}
    now = {"priority": rule.priority, "card.indicator": rule.indicator}
    return {key: value for key, value in later.items() if now[key] != value}


def _one_hook_less(rule: CardRule, told: list[Reception]) -> Iterator[Proposal]:
    """The hook at which it is taken up certainly less than at every other one it is shown at."""
    at = {one.hook: one for one in together(told, ("hook",)) if one.hook in rule.hooks}
    rates = {hook: one.acceptance for hook, one in at.items()}
    if len(rates) < 2 or len(rates) < len(rule.hooks):
        return
    for hook, rate in rates.items():
        others = [other for name, other in rates.items() if name != hook]
        if rate is not None and all(other is not None and rate.high < other.low for other in others):
            stays = [name for name in rule.hooks if name != hook]
            best = "; ".join(f"{rates[name]} of {at[name].shown} at {name}" for name in stays)
            evidence = f"accepted {rate} of {at[hook].shown} cards at {hook}, and {best}"
            change = {"hook": stays[0] if len(stays) == 1 else stays}
            yield Proposal(rule.id, "hook", evidence, f"no longer show it at {hook}", change)
