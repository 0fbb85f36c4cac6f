"""What to ask a host EHR for, and what became of each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """What became of the question for one resource type. Only GATHERED makes "none found" true."""

    GATHERED = "gathered"
    NOT_PERMITTED = "not permitted"
    FAILED = "failed"
    NOT_FETCHED = "not fetched"
    AWAITED = "being read"  # asked, and not answered yet: only a page that is still arriving shows it


@dataclass(frozen=True, slots=True)
class Gathered:
    """The state of each resource type; a type that was never asked for has the `otherwise` state."""

    states: Mapping[str, State] = field(default_factory=lambda: MappingProxyType({}))
    otherwise: State = State.NOT_FETCHED

    def state(self, kind: str) -> State:
        return self.states.get(kind, self.otherwise)


EVERYTHING = Gathered(otherwise=State.GATHERED)
"""A whole record, such as a Bulk FHIR export of all types or a steward's test case."""


@dataclass(frozen=True, slots=True)
class Query:
    """One read or search.

    `key` is also the CDS Hooks prefetch key; `{patient}` stands for the patient's id.
    """

    key: str
    kind: str
    search: str


def _search(kind: str, parameters: str = "") -> Query:
    return Query(kind, kind, f"{kind}?patient={{patient}}{parameters}")


QUERIES = (
    Query("Patient", "Patient", "Patient/{patient}"),
    _search("Condition"),
    _search("Encounter"),
    _search("Observation"),
    _search("Procedure"),
    _search("MedicationRequest"),
    _search("ServiceRequest"),
    _search("DeviceRequest"),
    _search("MedicationDispense"),
    _search("CarePlan"),
    _search("DocumentReference"),
)
"""What the measures read. A profile of a host EHR may split one into several (Observation by category)."""

WELCOME = (_search("MedicationStatement"), _search("DiagnosticReport"))
"""What is read where a client prefetches it, and asked of no host EHR. Of statements US Core knows no search,
and what patients say of their medicines stands there among the MedicationRequests; of reports, of which there
are hundreds, two checks ask for the ECG alone.
"""

REQUIRED = frozenset({"Patient", "Condition", "Encounter", "Observation"})
"""Without these no card can be trusted: a CDS call that cannot have them answers 412."""
