"""The card of a risk that moved, with its top reasons; shown only where a risk model reads the record.

The model stands behind `risk_reading`: what a reading holds is fixed here, who makes it is decided in wiring.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cds_service.card import CardWriter, Json, NewUuid, Origin, Section, bullet, fact_id
from cds_service.rules import LONGEST_SUMMARY, CardRule
from cds_service.ways import names_apart
from cds_service.wording import NothingToSay, Shape, markdown
from measures.event import Event
from measures.record import PatientRecord
from measures.risk.wording import say_points

_MOST_REASONS = 3
_MOST_EVENTS = 6
_LONGEST_REASON = 200  # characters


@dataclass(frozen=True)
class RiskReading:
    """What a risk model says of one record on one day.

    `now` and `before` are probabilities from 0 to 1 for the next `days` days, or points, which are none;
    `moves` are the words rules know ("rising", "high"); `reasons` come in the order of their weight,
    `evidence` proves them; `model` is name and version, `trained_on` the population, `calibration` its state.
    `of` is what may come. A summary is seen over shoulders: it has `in_summary`, or where that is None all
    reasons.
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
    of: str = "a crisis"
    in_points: bool = False
    in_summary: tuple[str, ...] | None = None

    def says(self, number: float) -> str:
        """One of the two numbers."""
        return f"{say_points(number)} points" if self.in_points else percent(number)

    @property
    def change(self) -> str:
        """The change in one sentence; empty where there is nothing to compare with."""
        if self.before is None:
            return ""
        move = "rose" if self.now > self.before else "fell"
        if self.in_points:
            was, now = say_points(self.before), say_points(self.now)
            return f"Risk of {self.of} {move} from {was} to {now} points; not a probability"
        was, now = (percent(chance).removesuffix(" %") for chance in (self.before, self.now))
        return f"Risk of {self.of} in {self.days} days {move} from {was} to {now} in 100"


@dataclass(frozen=True)
class _RiskFacts:
    reading: RiskReading

    def words(self, name: str, shape: Shape) -> str:
        reading = self.reading
        match name:
            case "risk.now":
                return reading.says(reading.now)
            case "risk.before" if reading.before is not None:
                return reading.says(reading.before)
            case "risk.change" if reading.change:
                return reading.change
            case "risk.days":
                return str(reading.days)
            case "risk.reasons" if told := self._told(shape):
                return told
        raise NothingToSay(name)

    def _told(self, shape: Shape) -> str:
        """As many reasons as a summary has room for beside the change, none of them cut."""
        reading = self.reading
        held = reading.reasons if reading.in_summary is None else reading.in_summary
        told = [one for one in map(shape, held[:_MOST_REASONS]) if not one.endswith("…")]
        room = LONGEST_SUMMARY - len(f"{reading.change}: ")
        while told and len("; ".join(told)) > room:
            told.pop()
        return "; ".join(told)


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
        self.fact = rule.fact or fact_id("risk", words=(draft.display for draft in drafts))

    @property
    def topic(self) -> str:
        return "risk"

    @property
    def item(self) -> str:
        return "risk"

    def source_label(self) -> str:
        return self.reading.model

    def sections(self) -> Iterator[Section]:
        yield "The order it bears on", map(self._draft, self.drafts)
        yield (
            "What weighs most",
            (bullet(markdown(reason, _LONGEST_REASON)) for reason in self.reading.reasons[:_MOST_REASONS]),
        )
        yield "In the record", map(self.line, self.reading.evidence[:_MOST_EVENTS])

    def _draft(self, draft: Event) -> str:
        return self.line(draft) if draft.id else bullet(markdown(draft.display))

    def suggestions(self) -> Iterator[Json]:
        for draft, name in names_apart(self.drafts).items():
            if draft.id:  # without one no client could find it
                action = self.remove(name, draft.reference)
                yield self.offered(action["description"], [action])

    def footer(self) -> str:
        reading = self.reading
        if reading.in_points:
            return f"{reading.model}, counted from the record and trained on nobody; {reading.calibration}."
        return f"{reading.model}, trained on {reading.trained_on}; {reading.calibration}."


def percent(chance: float) -> str:
    """A probability as people read it: "12 %", below one percent "under 1 %"."""
    return "under 1 %" if 0 < chance < 0.01 else f"{chance * 100:.0f} %"
