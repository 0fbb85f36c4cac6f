"""The card of a risk that moved, with its top reasons; shown only where a risk model reads the record.

The model stands behind `ReadsRisk`: what a reading holds is fixed here, who makes it is decided in wiring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from cds_service.card import CardWriter, NewUuid, Origin, Section, bullet, fact_id
from cds_service.rules import CardRule
from cds_service.wording import NothingToSay, Shape, markdown
from measures.event import Event
from measures.orders.drafts import DraftOrders
from measures.record import PatientRecord

_MOST_REASONS = 3
_MOST_EVENTS = 6


@dataclass(frozen=True)
class RiskReading:
    """What a risk model says of one record on one day.

    `now` and `before` are probabilities from 0 to 1 for the next `days` days; `moves` are the words rules
    know ("rising", "high"); `reasons` come in the order of their weight, `evidence` proves them; `model` is
    name and version, `trained_on` the population, `calibration` its state. `bears_on` gives the drafts on
    which the risk bears, such as a sedative.
    """

    now: float
    before: float | None
    days: int
    moves: frozenset[str]
    reasons: tuple[str, ...]
    evidence: tuple[Event, ...]
    model: str
    trained_on: str
    calibration: str
    bears_on: Callable[[DraftOrders], tuple[Event, ...]] = lambda _drafts: ()


ReadsRisk = Callable[[PatientRecord, date], RiskReading | None]
"""Reads or scores the risk of one record; None when there is nothing to say of it."""


@dataclass(frozen=True)
class _RiskFacts:
    reading: RiskReading

    def words(self, name: str, shape: Shape) -> str:
        reading = self.reading
        match name:
            case "risk.now":
                return percent(reading.now)
            case "risk.before" if reading.before is not None:
                return percent(reading.before)
            case "risk.days":
                return str(reading.days)
            case "risk.reasons" if reading.reasons:
                return "; ".join(shape(reason) for reason in reading.reasons[:_MOST_REASONS])
        raise NothingToSay(name)


class RiskCard(CardWriter):
    """Writes the card of one reading; at signing, with the drafts it bears on."""

    def __init__(
        self,
        rule: CardRule,
        reading: RiskReading,
        drafts: tuple[Event, ...],
        record: PatientRecord,
        as_of: date,
        origin: Origin,
        new_uuid: NewUuid,
    ) -> None:
        super().__init__(rule, _RiskFacts(reading), record, as_of, origin, new_uuid)
        self.reading = reading
        self.drafts = drafts
        # At signing the risk is said again when an order bears on it: that is another fact.
        self.fact = rule.fact or fact_id("risk", *sorted(draft.display for draft in drafts))

    @property
    def topic(self) -> str:
        return "risk"

    @property
    def item(self) -> str:
        return "risk"

    def source_label(self) -> str:
        return self.reading.model

    def sections(self) -> Iterator[Section]:
        yield "The order it bears on", (bullet(markdown(draft.display)) for draft in self.drafts)
        yield "What weighs most", map(bullet, map(markdown, self.reading.reasons[:_MOST_REASONS]))
        yield "In the record", map(self.line, self.reading.evidence[:_MOST_EVENTS])

    def footer(self) -> str:
        reading = self.reading
        return f"{reading.model}, trained on {reading.trained_on}; {reading.calibration}."


def percent(chance: float) -> str:
    """A probability as people read it: "12 %", below one percent "under 1 %"."""
    return "under 1 %" if 0 < chance < 0.01 else f"{chance * 100:.0f} %"
