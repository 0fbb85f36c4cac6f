"""What a chart page needs so that its gaps can be acted on: actions, what was put off, what was saved."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cds_service.conditions import GapCondition
from cds_service.outside import clock
from cds_service.outside.ehr_writes import Write, WriteState
from cds_service.rules import CardRule
from measures.date_words import say_full_day
from measures.instrument import Instrument
from measures.measure import MeasureResult
from measures.record import PatientRecord
from measures.supposing import supposing
from smart_app import session
from smart_app.care.actions import Action, Means, Offer, actions, fits
from smart_app.care.mentions import NoteMention, mentions
from smart_app.care.putting_off import REASONS, Reason
from smart_app.care.respondent import respondent
from smart_app.fhir_resources import Resource
from smart_app.filing import instruments
from smart_app.session import OpenChart, form_token
from smart_app.writeback import recent

SHOWN_FOR = timedelta(hours=12)  # what was saved can be undone while the session lasts


@dataclass(frozen=True)
class Waiting:
    """A gap that was put off."""

    says: str
    until: str


@dataclass(frozen=True)
class Saved:
    """Something saved in this launch. `state` is one of WriteState.

    `drafts` are the orders it was, `form` is the form's address: with either, what failed is taken up again.
    """

    key: str
    title: str
    state: str
    measure_id: str
    drafts: tuple[str, ...]
    form: str


@dataclass(frozen=True)
class GapClosing:
    """By measure: what can be done, what only a note says, what was put off; what was saved; and the forms
    that fit the patient's age, for whoever wants to assess without a gap that asks for it.
    """

    actions: Mapping[str, tuple[Action, ...]]
    mentions: Mapping[str, tuple[NoteMention, ...]]
    put_off: Mapping[str, Waiting]
    never_put_off: frozenset[str]
    saved: tuple[Saved, ...]
    forms: tuple[Instrument, ...]
    reasons: Mapping[str, Reason]
    token: str
    patient_id: str

    def title_of(self, instrument_id: str) -> str:
        found = instruments().get(instrument_id)
        return found.title if found else instrument_id

    def key(self, gap_id: str, ids: tuple[str, ...]) -> str:
        """The key of an order's form: sent twice, also from the page read again, it is written once. After
        anything was saved or undone it is another.
        """
        about = "|".join((gap_id, *ids, *(f"{one.key}:{one.state}" for one in self.saved)))
        return hmac.new(self.token.encode(), about.encode(), hashlib.sha256).hexdigest()[:32]


def gap_closing(
    opened: OpenChart,
    record: PatientRecord,
    resources: list[Resource],
    results: Mapping[str, MeasureResult],
    today: date,
) -> GapClosing:
    def trial(more: list[Resource]) -> PatientRecord:
        return supposing(record, [*more, *record.resources()])

    wiring = session.wiring()
    means = Means(
        instruments=tuple(instruments()),
        drafts=tuple(wiring.drafts.values()),
        offers=_offers(wiring.rules_in_use.at(opened.host_ehr.name, today).rules, results),
        person=respondent(record.patient, today),
        today=today,
    )
    found = actions(results, record, trial, means)
    put_off = wiring.put_off_gaps.now(opened.host_ehr.name, opened.patient_id)
    return GapClosing(
        actions=found,
        mentions=_mentions(found, mentions(resources, record, means.instruments, today)),
        put_off={
            gap.measure_id: Waiting(REASONS[gap.reason].says, say_full_day(gap.until.date()))
            for gap in put_off.values()
            if gap.reason in REASONS
        },
        never_put_off=frozenset(id for id, result in results.items() if result.measure.safety),
        saved=tuple(_saved(write) for write in recent(opened, clock.now() - SHOWN_FOR)),
        forms=tuple(
            sorted((form for form in means.instruments if fits(form, means.person)), key=lambda f: f.title)
        ),
        reasons=REASONS,
        token=form_token(opened.launch_id),
        patient_id=opened.patient_id,
    )


def _offers(rules: Iterable[CardRule], results: Mapping[str, MeasureResult]) -> dict[str, tuple[Offer, ...]]:
    """What the card rules suggest for the steps that are due, in the rules' words."""
    found: dict[str, tuple[Offer, ...]] = {}
    for rule in rules:
        if not isinstance(rule.when, GapCondition) or rule.suggestion is None:
            continue
        measure = rule.when.measure
        if measure in results and rule.suggestion.drafts and rule.when.step(results[measure]):
            offer = Offer(rule.suggestion.label, rule.suggestion.drafts)
            found[measure] = (*found.get(measure, ()), offer)
    return found


def _mentions(
    found: Mapping[str, tuple[Action, ...]], noted: tuple[NoteMention, ...]
) -> dict[str, tuple[NoteMention, ...]]:
    """Under each gap what a note says of an instrument that would help it."""
    return {
        measure_id: tuple(one for one in noted if any(one.instrument_id in act.ids for act in acts))
        for measure_id, acts in found.items()
    }


def _saved(write: Write) -> Saved:
    form = instruments().get(write.what)
    drafts = session.wiring().drafts
    names = tuple(name for name in write.what.split("+") if name in drafts)
    titles = [drafts[name].says for name in names]
    return Saved(
        key=write.key,
        title=form.title if form else ", ".join(titles) or write.what,
        state=WriteState(write.state).value,
        measure_id=write.measure_id,
        drafts=names,
        form=f"assess/{form.id}" if form else "",
    )
