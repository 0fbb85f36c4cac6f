"""The card that says what was not looked at: order checks concern what is being ordered, and what they read
of the record was not gathered. Without it an empty answer would look like "nothing found".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cds_service.card import CardWriter, NewUuid, Origin, Section, bullet, fact_id
from cds_service.conditions import UnreadCondition
from cds_service.order_card import Signing
from cds_service.rules import CardRule
from cds_service.wording import NothingToSay, Shape, markdown
from measures.gather import State
from measures.orders.finding import OrderFinding
from measures.record import PatientRecord

_MOST_CHECKS = 8
_WHAT: Mapping[str, tuple[str, str]] = {  # what is read, and what is looked for in it
    "MedicationRequest": ("current medicines", "interactions"),
    "MedicationDispense": ("dispensed medicines", "supplies"),
    "Condition": ("problems", "contraindications"),
    "Observation": ("results", "overdue tests"),
    "ServiceRequest": ("orders for tests", "tests ordered already"),
    "Procedure": ("procedures", "procedures"),
    "Encounter": ("visits", "what follows from visits"),
}
_WHY: Mapping[State, str] = {
    State.NOT_FETCHED: "not sent",
    State.FAILED: "no complete answer",
    State.NOT_PERMITTED: "not permitted",
}


@dataclass(frozen=True)
class Unread:
    """What was not read, by resource type with what became of it, and the findings that this leaves open."""

    states: Mapping[str, State]
    findings: tuple[OrderFinding, ...]

    def words(self, name: str, shape: Shape) -> str:
        """For the placeholders of a rule; NothingToSay for any other."""
        match name:
            case "unread.what":
                said = [_WHAT.get(kind, (kind, ""))[0] for kind in self.states]
            case "unread.why":
                said = [_WHY.get(state, state) for state in self.states.values()]
            case "unread.unchecked":
                said = [_WHAT.get(kind, ("", "other risks"))[1] for kind in self.states]
            case _:
                raise NothingToSay(name)
        return shape(_listed(said))


def unread(when: UnreadCondition, record: PatientRecord, signing: Signing) -> Unread | None:
    """What checks of these orders asked for and was not gathered; None where nothing is open for it."""
    if all(state is State.GATHERED for state in record.gathered.states.values()):
        return None  # so that a whole record is not asked twice
    found = [one for one in signing.unchecked if any(map(when.concerns, one.unread))]
    kinds = sorted({kind for one in found for kind in one.unread if when.concerns(kind)})
    return Unread({kind: record.gathered.state(kind) for kind in kinds}, tuple(found)) if kinds else None


class UnreadCard(CardWriter):
    """Writes the card of what was not read."""

    def __init__(
        self,
        rule: CardRule,
        found: Unread,
        record: PatientRecord,
        as_of: date,
        origin: Origin,
        new_uuid: NewUuid,
    ) -> None:
        super().__init__(rule, found, record, as_of, origin, new_uuid)
        self.found = found
        causes = (f"{kind}:{state.name}" for kind, state in found.states.items())
        self.fact = rule.fact or fact_id("unread", *causes)

    @property
    def topic(self) -> str:
        return "orders"

    @property
    def item(self) -> str:
        return "orders"

    @property
    def stands_without_it(self) -> bool:
        return False

    def source_label(self) -> str:
        return "Throughline order checks"

    def sections(self) -> Iterator[Section]:
        told = dict.fromkeys(map(_check, self.found.findings))
        more = [f"and {len(told) - _MOST_CHECKS} others"] if len(told) > _MOST_CHECKS else []
        yield "Not checked", map(bullet, [*[*told][:_MOST_CHECKS], *more])
        yield "Not read", (bullet(f"{kind} ({state})") for kind, state in self.found.states.items())

    def footer(self) -> str:
        return (
            "Nothing was found against these orders there, because nobody could look. Told once a visit. "
            f"Vocabulary: {self.origin.vocabulary_label}."
        )


def _check(finding: OrderFinding) -> str:
    of = ", ".join(dict.fromkeys(markdown(draft.display) for draft in finding.drafts))
    return f"{markdown(finding.check.title)} ({of})"


def _listed(words: list[str]) -> str:
    told = list(dict.fromkeys(words))
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
