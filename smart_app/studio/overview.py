"""The list of rules at one host EHR: version and state, how often each fires, how its cards are received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from cds_service.acceptance import Reception, by_rule
from cds_service.life_cycle import State
from cds_service.outside import clock
from cds_service.outside.reception import receptions
from cds_service.outside.rule_figures import Fires, fires
from cds_service.outside.rule_store import RuleText
from cds_service.wiring import Wiring
from smart_app.studio.received import say_rate, say_reasons

LOOK_BACK_DAYS = 90
BUILT_IN = "live, built in"


@dataclass(frozen=True)
class Line:
    """One rule, or one revision of it that is not live."""

    rule_id: str
    page: str  # the rule in whose text it stands: one rule may speak for many order checks
    version: str
    revision: int | None  # None: of the folders
    state: str
    fires: str
    acceptance: str
    reasons: tuple[str, ...]


def overview(wiring: Wiring, host_ehr: str) -> tuple[Line, ...]:
    """Every rule and every newer draft, waiting or shadow revision, in the order of their ids."""
    since = clock.now() - timedelta(days=LOOK_BACK_DAYS)
    counted = fires(wiring.database, host_ehr, since)
    received = {one.rule: one for one in by_rule(receptions(wiring.database, host_ehr, since))}
    return tuple(sorted(_lines(wiring, host_ehr, counted, received), key=lambda one: one.rule_id))


def _lines(
    wiring: Wiring, host_ehr: str, counted: Fires, received: Mapping[str, Reception]
) -> Iterator[Line]:
    day = clock.today()
    standings = wiring.rule_store.standings(host_ehr)
    texts: dict[str, list[RuleText]] = {}
    for text in wiring.rule_store.texts():
        texts.setdefault(text.rule_id, []).append(text)
    shadow_fires = wiring.rule_store.shadow_fires(host_ehr, clock.now() - timedelta(days=LOOK_BACK_DAYS))
    revisions: dict[tuple[str, str], int] = {}
    for rule_id, kept in texts.items():
        standing = standings.get(rule_id)
        for text in kept:
            state = standing.state_of(text.revision, day) if standing else State.DRAFT
            if state is State.LIVE:
                revisions[rule_id, text.version] = text.revision
            elif state is not State.RETIRED and (state is not State.DRAFT or text is kept[0]):
                fired = shadow_fires.get((rule_id, text.revision))
                rate = "" if fired is None else _rate(counted, fired)
                yield Line(rule_id, rule_id, text.version, text.revision, state, rate, "", ())
    base = wiring.rules_in_use.base
    written_in = {rule.path: rule.id for rule in base.values()}
    for rule in wiring.rules_in_use.at(host_ehr).rules:
        revision = revisions.get((rule.id, rule.version))
        one = received.get(rule.id)
        yield Line(
            rule.id,
            rule.id if rule.id in texts or rule.id in base else written_in.get(rule.path, rule.path.stem),
            rule.version,
            revision,
            State.LIVE if revision else BUILT_IN,
            _rate(counted, counted.by_rule.get(rule.id, 0)),
            say_rate(one.acceptance if one else None, one),
            say_reasons(one),
        )


def _rate(counted: Fires, fired: int) -> str:
    rate = counted.per_100(fired)
    return "no visit yet" if rate is None else f"{rate:.1f} ({fired} of {counted.visits})"
