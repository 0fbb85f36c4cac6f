"""The card of a measure's gap: what is missing, what would close it, why the patient is in the measure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property

from cds_service.card import CardWriter, Json, NewUuid, Origin, Section, bullet, fact_id
from cds_service.drafts import Draft
from cds_service.rules import CardRule
from cds_service.wording import UNCOUNTED, Facts, day
from measures.date_words import say_full_day
from measures.discretion import names_substance_use
from measures.event import Event
from measures.explain import Explanation, explain, uncounted
from measures.group import GapStatus
from measures.measure import MeasureResult
from measures.orders.intervals import is_too_soon
from measures.orders.pending import pending_order, waits_for
from measures.record import PatientRecord
from measures.time import Period

_MOST_EVENTS = 6  # of the record; the nearest first


_UNCOUNTED = (
    f"{{{UNCOUNTED}.name}} {{{UNCOUNTED}.value}} on {{{UNCOUNTED}.date}} has no LOINC code; "
    "{measure.id} asks for one"
)


class GapCard(CardWriter):
    """Writes the card for one step of one measure."""

    def __init__(
        self,
        rule: CardRule,
        step: str,
        result: MeasureResult,
        record: PatientRecord,
        as_of: date,
        origin: Origin,
        new_uuid: NewUuid,
        closes: Draft | None = None,
    ) -> None:
        """`closes` is the one draft that, added to what is being signed, closes the gap."""
        self.gap = Facts(record, result, as_of, uncounted(result, result.measure.criteria[step]))
        super().__init__(rule, self.gap, record, as_of, origin, new_uuid)
        self.step = step
        self.result = result
        self.fact = rule.fact or _fact(step, result)
        self.closes = closes
        self.adds = frozenset({closes.name}) if closes else frozenset()

    def is_covered_by(self, added: Collection[str]) -> bool:
        return bool(self.adds) and self.adds.issubset(added)

    @property
    def summaries(self) -> tuple[str, ...]:
        """Before all else that the very thing is there, and why it does not count."""
        return (*((_UNCOUNTED,) if self.gap.uncounted else ()), *self.rule.summaries)

    @property
    def topic(self) -> str:
        return self.result.measure.id

    def source_label(self) -> str:
        measure = self.result.measure
        parts = (measure.id, measure.version, measure.title)
        label = " ".join(part for part in parts if not names_substance_use(part))
        return label if self.origin.for_reporting else f"{label} ({self.origin.vocabulary_label})"

    def suggestions(self) -> Iterator[Json]:
        if self.closes is not None:
            yield self.offered("Add to these orders", [self.create(self.closes)])
        elif self.rule.suggestion is not None:
            offered = self.rule.suggestion
            drafts = [draft for draft in offered.drafts if self._is_wanted(draft)]
            label = offered.label if len(drafts) == len(offered.drafts) else "; ".join(d.says for d in drafts)
            if drafts:
                yield self.offered(label, [self.create(draft) for draft in drafts])

    def said_besides(self) -> str:
        """That what the card would offer is ordered already, where all of it is."""
        offered = self.rule.suggestion.drafts if self.rule.suggestion else ()
        if not self.pending or len(self.pending) < len(offered):
            return ""
        last = max(self.pending.values(), key=lambda order: order.start)
        return f"ordered on {day(last)}, {waits_for(offered[0].template)}"

    def sections(self) -> Iterator[Section]:
        told = explain(self.result, self.as_of)
        yield "Ordered already", map(self.line, self.pending.values())
        yield self._closing(told), map(bullet, told.to_close)
        yield "In the record", self._record(told)
        yield self._belonging(), self._membership(told)
        yield "Or record why it does not apply", map(bullet, told.ways_out)

    def footer(self) -> str:
        measure, period = self.result.measure, self.result.period
        return (
            f"{measure.title}: {measure.id} {measure.version}, {measure.steward}. "
            f"Period {period.start} to {period.end}. "
            f"Vocabulary: {self.origin.vocabulary_label}."
        )

    @cached_property
    def pending(self) -> Mapping[str, Event]:
        """Of the drafts of the rule's suggestion, by name, those of which an order waits already."""
        drafts = self.rule.suggestion.drafts if self.rule.suggestion else ()
        found = ((draft.name, pending_order(self.record, self._today, draft.template)) for draft in drafts)
        return {name: order for name, order in found if order is not None}

    def _is_wanted(self, draft: Draft) -> bool:
        return draft.name not in self.pending and not is_too_soon(self.record, self._today, draft.template)

    @property
    def _today(self) -> Period:
        return Period(self.as_of, self.as_of)

    def _closing(self, told: Explanation) -> str:
        choice = " (any of these)" if len(told.to_close) > 1 else ""
        if told.deadline is None:
            return f"What would close it{choice}"
        last = say_full_day(told.deadline)
        if told.is_late:
            return f"Still to do{choice}, though {self.result.measure.id} counted it until {last} only"
        return f"What would close it, until {last}{choice}"

    def _belonging(self) -> str:
        if self.result.status is GapStatus.PROSPECTIVE:
            return f"Why the patient will be in {self.result.measure.id} with the next visit"
        return f"Why the patient is in {self.result.measure.id}"

    def _record(self, told: Explanation) -> Iterator[str]:
        """The events behind the card: nearest to the step, done already, spoken of in the summary."""
        why = {miss.event: miss.why for miss in told.nearest}
        done = (event for proof in told.done for event in proof.events)
        spoken_of = (event for name in self.rule.speaks_of for event in self.gap.events(name))
        events = dict.fromkeys((*why, *done, *spoken_of))
        for event in [*events][:_MOST_EVENTS]:
            yield self.line(event, why.get(event, ""))
        if not events:
            yield "- nothing that comes near to it"

    def _membership(self, told: Explanation) -> Iterator[str]:
        for proof in told.membership:
            yield bullet(proof.criterion.says)
            for event in proof.events:
                yield "  " + self.line(event)


def _fact(step: str, result: MeasureResult) -> str:
    """Measure and step; of a measure that counts episodes, the episode too."""
    episode = result.foremost.found.episode
    return fact_id(result.measure.id, step, *([] if episode is None else [episode.reference]))
