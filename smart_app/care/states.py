"""What may be said of something that is not there: looked and found none, or not looked, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from measures.gather import Gathered, State

KIND_WORDS = {
    "Appointment": "appointments",
    "CarePlan": "care plans",
    "CareTeam": "the care team",
    "Condition": "problems",
    "DeviceRequest": "device orders",
    "DocumentReference": "documents",
    "Encounter": "encounters",
    "Goal": "goals",
    "MedicationDispense": "dispensed medicines",
    "MedicationRequest": "medicines",
    "Observation": "results and assessments",
    "Patient": "the patient's details",
    "Procedure": "procedures",
    "ServiceRequest": "orders and referrals",
}

_GRAVITY = (State.AWAITED, State.FAILED, State.NOT_PERMITTED, State.NOT_FETCHED)


@dataclass(frozen=True)
class Absence:
    """Why nothing, or not everything, is shown. `retry` where asking again may help."""

    state: str  # "none found", or the State's own words
    says: str
    retry: bool = False

    @property
    def awaited(self) -> bool:
        """Whether the answer is still on its way."""
        return self.state == State.AWAITED.value


def kind_words(kind: str) -> str:
    return KIND_WORDS.get(kind, kind)


def missing_kinds(gathered: Gathered, kinds: Iterable[str]) -> tuple[str, ...]:
    """Those of the resource types whose emptiness proves nothing."""
    return tuple(kind for kind in kinds if gathered.state(kind) is not State.GATHERED)


def absence(gathered: Gathered, kinds: tuple[str, ...], none: str) -> Absence:
    """What to say where nothing is shown. `none` is the sentence for "looked, found none"."""
    for state in _GRAVITY:
        held = [kind_words(kind) for kind in kinds if gathered.state(kind) is state]
        if held:
            return _unread(state, " and ".join(held))
    return Absence("none found", none)


def partial(gathered: Gathered, kinds: tuple[str, ...]) -> Absence | None:
    """What to add where something is shown, but not every source was read."""
    return absence(gathered, kinds, "") if missing_kinds(gathered, kinds) else None


def _unread(state: State, what: str) -> Absence:
    if state is State.NOT_PERMITTED:
        return Absence(state.value, f"Not permitted: this launch may not read {what}.")
    if state is State.FAILED:
        return Absence(state.value, f"Failed: couldn't read {what} from the EHR.", retry=True)
    if state is State.AWAITED:
        return Absence(state.value, f"Still reading {what}.")
    return Absence(state.value, f"Not fetched: the EHR was not asked for {what}.")
