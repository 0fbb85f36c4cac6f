"""What a CDS service is: its place in discovery, and which card rules it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cds_service.card import Card
from cds_service.gathering import Chart
from cds_service.outside.ledger import Note
from cds_service.protocol import Json
from measures.gather import State

VERSION = "1.0.0"  # of the services, as 3.0 clients see it
HOOK_VERSIONS: Mapping[str, str] = {
    "patient-view": "1.0.0",
    "order-sign": "1.1.1",
    "order-select": "1.0.1",
    "encounter-discharge": "1.0.0",
}
"""Of the hook library, as far as our contexts follow it (CDS Hooks 3.0-ballot, hookVersion)."""

REQUIREMENTS = (
    "Every call needs a JWT of a registered CDS client. Patient, Condition, Encounter and Observation "
    "are required: prefetch them, or send fhirServer and fhirAuthorization with a token that may read "
    "them. MedicationStatement and DiagnosticReport are read where they are prefetched under these keys, "
    "and never asked for."
)


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service as it is offered.

    `shows` names the hooks whose card rules it shows. With `closes_gaps` it also offers, from the rules of
    patient-view, each open gap that an order can close and no order being signed closes already. What the
    service it `repeats` warned of, it warns of again.
    """

    place: int  # in discovery
    id: str
    hook: str
    title: str
    description: str
    usage: str
    shows: tuple[str, ...]
    closes_gaps: bool = False
    repeats: str = ""

    def discovery(self, prefetch: Mapping[str, str], *, versioned: bool) -> Json:
        """Its entry in discovery; `versioned` for clients of 3.0."""
        entry: Json = {
            "hook": self.hook,
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "prefetch": dict(prefetch),
            "usageRequirements": self.usage,
        }
        return entry | ({"version": VERSION, "hookVersion": HOOK_VERSIONS[self.hook]} if versioned else {})


@dataclass
class Call:
    """One call as far as it came: what the audit holds of it, whether it was answered or refused."""

    service_id: str
    user: str = ""
    patient_id: str | None = None
    hook_instance: str = ""
    visit: str = ""
    site: str = ""
    cards: Sequence[Card] = field(default_factory=tuple)
    silent: bool = False  # the cards were found, and not shown
    dialect: str = ""
    drafts: int = 0
    drafts_left_out: int = 0  # of another patient, or unreadable
    of_chart: Mapping[str, Any] = field(default_factory=lambda: _told_of(None))
    shadows: Sequence[tuple[str, int]] = ()  # rules, with their revision, that would have shown a card
    notes: list[Note] = field(default_factory=list)  # to be kept in the transaction of the call
    afterwards: Callable[[], None] | None = None  # to be done once the client has its answer

    def gathered(self, chart: Chart) -> None:
        """Keep what the audit holds of the chart, not the chart: its thousands of objects are freed before
        the database is waited for.
        """
        self.of_chart = _told_of(chart)

    @property
    def detail(self) -> Mapping[str, Any]:
        """For the audit: ids, counts and states only."""
        told: dict[str, Any] = {
            "hook_instance": self.hook_instance,
            "cards": [
                {"uuid": card.uuid, "rule": f"{card.rule.id}:{card.rule.version}", "resources": card.evidence}
                for card in self.cards
            ],
            **self.of_chart,
        }
        if self.drafts or self.drafts_left_out:
            told |= {"drafts": self.drafts, "drafts_left_out": self.drafts_left_out}
        return told | ({"silent": True} if self.silent else {})


def _told_of(chart: Chart | None) -> Mapping[str, Any]:
    return {
        "not_gathered": [] if chart is None else _not_gathered(chart),
        "read_back": [] if chart is None else chart.read,
        "resources": 0 if chart is None else len(chart.resources),
        "other_patients_resources_dropped": 0 if chart is None else chart.foreign,
    }


def _not_gathered(chart: Chart) -> list[str]:
    states = chart.gathered.states
    return [f"{kind}:{state.name.lower()}" for kind, state in states.items() if state is not State.GATHERED]
