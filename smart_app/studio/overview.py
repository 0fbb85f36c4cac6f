"""The list of rules at one host EHR: what is in the works, what is live, how it fires and is received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from cds_service.acceptance import by_rule
from cds_service.conditions import CheckCondition
from cds_service.life_cycle import Standing, State
from cds_service.outside import clock
from cds_service.outside.reception import receptions
from cds_service.outside.rule_figures import Fires, fires
from cds_service.outside.rule_store import RuleText
from cds_service.rules import CardRule
from cds_service.wiring import Wiring
from smart_app.studio.received import say_rate, say_reasons
from smart_app.studio.rulebook import Rulebook

LOOK_BACK_DAYS = 90
BUILT_IN = "live, built in"
OFF = "off"  # retired, and nothing is shown in its place
_FIRST = (State.WAITING, State.SHADOW, State.SCHEDULED, State.DRAFT)


@dataclass(frozen=True)
class Line:
    """One rule, or one revision of it that is not live. `per_100`: fires in 100 visits, where there were any;
    `accepted`: the share, where there are enough cards.
    """

    rule_id: str
    page: str  # the rule in whose text it stands: one rule may speak for many order checks
    version: str
    revision: int | None  # None: of the folders
    state: str
    about: str = ""
    fired: int = 0
    per_100: float | None = None
    accepted: float | None = None
    acceptance: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overview:
    """Every rule of a host EHR in two lists, and the visits their fires are counted in."""

    works: tuple[Line, ...]  # what a person has still to do something about, the most pressing first
    shown: tuple[Line, ...]  # live, built in or off, as far as they have the words that were asked for
    visits: int
    all: int  # so many are live, built in or off


SORTS = {
    "name": "name",
    "fires": "fires, most first",
    "accepted": "accepted, least first",
}


def overview(wiring: Wiring, host_ehr: str, sort: str = "name", words: str = "") -> Overview:
    """Every rule that has all these words in its id, its condition or its state, and every newer draft,
    waiting, scheduled or shadow revision.
    """
    found = _Found(wiring, host_ehr)
    works = sorted(found.works(), key=lambda one: (_FIRST.index(State(one.state)), one.rule_id))
    shown = sorted((*found.live(), *found.off()), key=lambda one: one.rule_id)
    if sort == "fires":
        shown.sort(key=lambda one: -one.fired)
    elif sort == "accepted":
        shown.sort(key=lambda one: 2.0 if one.accepted is None else one.accepted)
    asked = words.casefold().split()
    wanted = [one for one in shown if all(word in _words(one) for word in asked)]
    return Overview(tuple(works), tuple(wanted), found.fires.visits, len(shown))


def _words(line: Line) -> str:
    return f"{line.rule_id} {line.about} {line.state}".casefold()


class _Found:
    """What is known of the rules of one host EHR, read once."""

    def __init__(self, wiring: Wiring, host_ehr: str) -> None:
        since = clock.now() - timedelta(days=LOOK_BACK_DAYS)
        self.day = wiring.today_at(host_ehr)
        self.book = Rulebook.of_wiring(wiring)
        self.rules = wiring.rules_in_use.at(host_ehr, self.day).rules
        self.standings: Mapping[str, Standing] = wiring.rule_store.standings(host_ehr)
        self.fires: Fires = fires(wiring.database, host_ehr, since)
        self.shadow_fires = wiring.rule_store.shadow_fires(host_ehr, since)
        self.received = {one.rule: one for one in by_rule(receptions(wiring.database, host_ehr, since))}
        self.texts: dict[str, list[RuleText]] = {}
        for text in wiring.rule_store.texts():
            self.texts.setdefault(text.rule_id, []).append(text)

    def works(self) -> Iterator[Line]:
        """Revisions on their way, and of each rule the newest draft."""
        for rule_id, kept in self.texts.items():
            for text in kept:
                state = self._state(text)
                if state not in _FIRST or (state is State.DRAFT and text is not kept[0]):
                    continue
                fired = self.shadow_fires.get((rule_id, text.revision), 0)
                rate = self.fires.per_100(fired) if state is State.SHADOW else None
                about = self._asked(rule_id, text) if state is State.WAITING else f"by {text.author}"
                yield Line(rule_id, rule_id, text.version, text.revision, state, about, fired, rate)

    def live(self) -> Iterator[Line]:
        """The rules in use, those of order checks one by one."""
        live = {
            (text.rule_id, text.version): text.revision
            for kept in self.texts.values()
            for text in kept
            if self._state(text) is State.LIVE
        }
        for rule in self.rules:
            revision = live.get((rule.id, rule.version))
            page = rule.id if rule.id in self.texts else self.book.written_under(rule)
            yield self._line(rule, page, revision)

    def off(self) -> Iterator[Line]:
        """Rules that were retired here: nothing is shown until one of their revisions is sent again."""
        for rule_id, standing in self.standings.items():
            now = standing.live_on(self.day)
            if now is None or now.revision is not None:
                continue
            if rule_id in self.texts:
                newest = self.texts[rule_id][0]
                yield Line(rule_id, rule_id, newest.version, newest.revision, OFF)
            elif rule_id in self.book.base:  # its text was not kept when it was retired
                yield Line(rule_id, rule_id, self.book.base[rule_id].version, None, OFF)

    def _line(self, rule: CardRule, page: str, revision: int | None) -> Line:
        fired, told = self.fires.by_rule.get(rule.id, 0), self.received.get(rule.id)
        rate = told.acceptance if told else None
        standing = self.standings.get(rule.id)
        going = f"; to be retired, sent by {a.by}" if standing and (a := standing.retirement) else ""
        return Line(
            rule.id,
            page,
            rule.version,
            revision,
            State.LIVE if revision else BUILT_IN,
            f"{'order check' if isinstance(rule.when, CheckCondition) else rule.when}; {rule.hook}{going}",
            fired,
            self.fires.per_100(fired),
            rate.share if rate else None,
            say_rate(rate, told) if told and told.shown else "",
            say_reasons(told),
        )

    def _state(self, text: RuleText) -> State:
        standing = self.standings.get(text.rule_id)
        return standing.state_of(text.revision, self.day) if standing else State.DRAFT

    def _asked(self, rule_id: str, text: RuleText) -> str:
        asked = self.standings[rule_id].waiting
        if asked is None:
            return ""
        since = f" from {asked.starts}" if asked.starts else ""
        return f"to be {asked.aim}{since}, by {text.author}, sent by {asked.by}"
