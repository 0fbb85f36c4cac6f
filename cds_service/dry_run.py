"""What a change of the rules would do: for whom each fires before and after, cards per visit.

Every chart is tried as a service is called: one of a panel as if it were opened on the day asked for, a
recorded one as its call was, on that day, with the orders that were being written. Rules that could not fire
there, such as those about orders on a panel, are named apart, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cds_service.cards import MOST_CARDS, Card, Case
from cds_service.chosen import RuleSet, chosen
from cds_service.rules import CardRule
from cds_service.service import Service
from cds_service.services import find_services
from cds_service.trial import NOTHING_ORDERED, Orders, Trial
from measures.measure import MeasureResult
from measures.record import PatientRecord, Period
from measures.shared.suicide_risk import last_high_screen

MOST_LISTED = 200  # patients by id, of those who enter or leave a rule
LEFT_OUT = "their measures answer otherwise than in the call; measures or value sets have changed since"


def _whatever(_results: Mapping[str, MeasureResult]) -> bool:
    return True


@dataclass(frozen=True)
class Opening:
    """A chart to be opened on a day, and what is being ordered. With `agrees`, only if its measures say what
    they said before.
    """

    record: PatientRecord
    as_of: date
    agrees: Callable[[Mapping[str, MeasureResult]], bool] = _whatever
    orders: Orders = NOTHING_ORDERED


@dataclass
class Effect:
    """What happens to one rule: counts of patients, and the first of those who enter and leave."""

    rule: str
    before: int = 0
    after: int = 0
    entered: int = 0
    left: int = 0
    left_at_high_risk: int = 0  # with a high C-SSRS of late
    entering: list[str] = field(default_factory=list)
    leaving: list[str] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        return bool(self.entered or self.left)

    def __str__(self) -> str:
        said = f"{self.rule}: fires for {self.before} -> {self.after} patients"
        if not self.changes:
            return f"{said}; the same ones"
        return f"{said}; {self.left} removed, {self.left_at_high_risk} with high C-SSRS; {self.entered} added"

    def add(self, patient: str, before: bool, after: bool, high: Callable[[], bool]) -> None:
        """Count one patient; whether the risk is high is asked only of those who leave."""
        self.before += before
        self.after += after
        if after and not before:
            self.entered += 1
            if len(self.entering) < MOST_LISTED:
                self.entering.append(patient)
        if before and not after:
            self.left += 1
            self.left_at_high_risk += high()
            if len(self.leaving) < MOST_LISTED:
                self.leaving.append(patient)


@dataclass
class Shown:
    """Of the rules that fire in the visits, what becomes cards: so that the one adds up to the other."""

    fires: int = 0
    cards: int = 0
    cut_off: int = 0  # no room left
    told: int = 0  # about what another card of the visit says
    further: int = 0  # cards of a rule beyond its first

    def __str__(self) -> str:
        parts = (
            (self.cut_off, f"cut off by the cap of {MOST_CARDS}"),
            (self.told, "told by another card of the visit"),
            (self.further, "more of rules that have several"),
        )
        why = ", ".join(f"{number} {says}" for number, says in parts if number)
        return f"rules fire {self.fires} times, {self.cards} cards{f': {why}' if why else ''}"

    def add(self, fired: Sequence[CardRule], case: Case, cards: Sequence[Card], trial: Trial) -> None:
        """One visit: the rules that fire in it by themselves, and its cards."""
        shown, facts = {card.rule.id for card in cards}, {card.fact for card in cards}
        self.fires += len(fired)
        self.cards += len(cards)
        self.further += len(cards) - len(shown)
        for rule in fired:
            if rule.id in shown:
                continue
            is_cut_off = len(cards) == MOST_CARDS and any(
                card.fact not in facts for card in trial.cards((rule,), case)
            )
            self.cut_off += is_cut_off
            self.told += not is_cut_off


@dataclass
class DryRun:
    """What came of it at one service. `cards_*`: how many patients would see so many cards, from none to
    three; `shown_*`: what became of the rules that fire; `tried_on` says on what; `left_out` are recorded
    charts whose measures answer otherwise than in their call.
    """

    hook: str
    tried_on: str
    patients: int = 0
    left_out: int = 0
    effects: dict[str, Effect] = field(default_factory=dict)
    cards_before: Counter[int] = field(default_factory=Counter)
    cards_after: Counter[int] = field(default_factory=Counter)
    shown_before: Shown = field(default_factory=Shown)
    shown_after: Shown = field(default_factory=Shown)

    @property
    def changed(self) -> tuple[Effect, ...]:
        """The rules that fire for other patients than before."""
        return tuple(effect for effect in self.effects.values() if effect.changes)

    def per_visit(self, cards: Counter[int]) -> float:
        """Cards per visit."""
        return sum(n * patients for n, patients in cards.items()) / self.patients if self.patients else 0.0

    def lines(self) -> Iterator[str]:
        """The whole in words."""
        yield f"{self.patients} {'patient' if self.patients == 1 else 'patients'}, {self.tried_on}"
        if self.left_out:
            yield f"{self.left_out} left out: {LEFT_OUT}"
        for effect in self.effects.values():
            yield str(effect)
        for name, cards, shown in (
            ("before", self.cards_before, self.shown_before),
            ("after", self.cards_after, self.shown_after),
        ):
            spread = ", ".join(f"{n}: {cards[n]}" for n in range(MOST_CARDS + 1))
            yield f"cards per visit {name}: {self.per_visit(cards):.2f} (patients with {spread}); {shown}"


@dataclass(frozen=True)
class Tried:
    """What came of it at each service that could be tried; `not_tried` are the other rules, by the reason."""

    runs: tuple[DryRun, ...]
    not_tried: Mapping[str, tuple[str, ...]]

    @property
    def patients(self) -> int:
        """Of the service with the most."""
        return max((run.patients for run in self.runs), default=0)

    def why_not(self, rule: str) -> str:
        """Why a rule was not tried; empty where it was."""
        return next((why for why, rules in self.not_tried.items() if rule in rules), "")

    def lines(self) -> Iterator[str]:
        """The whole in words."""
        for run in self.runs:
            yield from run.lines()
        for why, rules in self.not_tried.items():
            yield f"not tried, {why}: {', '.join(rules)}"


def tried(runs: Iterable[DryRun], rules: Iterable[CardRule], trial: Trial, why_not: str) -> Tried:
    """The runs of all services together. Of these rules, those that no service tried have `why_not` for a
    reason, unless it is that no risk is read.
    """
    made, not_tried = tuple(runs), dict[str, set[str]]()
    done = {rule for run in made for rule in run.effects}
    for rule in rules:
        if rule.id not in done:
            why = why_not if trial.can_try(rule) else trial.why_no_risk
            not_tried.setdefault(why, set()).add(rule.id)
    return Tried(made, {why: tuple(sorted(found)) for why, found in not_tried.items()})


def service_of(hook: str) -> Service:
    """The first service that answers a hook."""
    return next(service for service in find_services().values() if service.hook == hook)


def dry_run(
    openings: Iterable[Opening],
    before: Sequence[CardRule],
    after: Sequence[CardRule],
    trial: Trial,
    service: Service,
    tried_on: str,
) -> DryRun:
    """Try both sets of rules on every chart, as a service is called. Raises UnknownValueSet, before any work
    is lost on it.
    """
    shown_before, shown_after = (_at(service, rules, trial) for rules in (before, after))
    ids = dict.fromkeys([*(rule.id for rule in shown_before), *(rule.id for rule in shown_after)])
    run = DryRun(service.hook, tried_on, effects={id: Effect(id) for id in ids})
    known = {rule.id: rule for rule in shown_before}, {rule.id: rule for rule in shown_after}
    for opening in openings:
        case = trial.case((*shown_before, *shown_after), opening.record, opening.as_of, opening.orders)
        if not opening.agrees(case.results):
            run.left_out += 1
            continue
        run.patients += 1
        fired_before, fired_after = _count(run, case, known, trial)
        for rules, fired, counted, shown in (
            (shown_before, fired_before, run.cards_before, run.shown_before),
            (shown_after, fired_after, run.cards_after, run.shown_after),
        ):
            cards = trial.cards(rules, case)
            counted[len(cards)] += 1
            shown.add(fired, case, cards, trial)
    return run


def _count(
    run: DryRun, case: Case, known: tuple[dict[str, CardRule], dict[str, CardRule]], trial: Trial
) -> tuple[list[CardRule], list[CardRule]]:
    """Count one visit; the rules that fire in it, before and after."""
    fired: tuple[list[CardRule], list[CardRule]] = [], []

    def fires(rule: CardRule | None) -> bool:
        return rule is not None and trial.fires(rule, case)

    def high() -> bool:
        return bool(last_high_screen(case.record, Period.year(case.as_of.year)))

    for effect in run.effects.values():
        old, new = (rules.get(effect.rule) for rules in known)
        was = fires(old)
        now = was if old == new else fires(new)
        effect.add(case.record.id, was, now, high)
        for rule, does, found in ((old, was, fired[0]), (new, now, fired[1])):
            if does and rule is not None:
                found.append(rule)
    return fired


def _at(service: Service, rules: Sequence[CardRule], trial: Trial) -> tuple[CardRule, ...]:
    """The rules that a service shows and that can be tried."""
    shown = chosen(service, RuleSet(tuple(rules)), trial.catalog, trial.checks).rules
    return tuple(rule for rule in shown if trial.can_try(rule))
