"""Why a clinician may set a card aside, by code, and how long it then rests (CDS Hooks 2.0, overrideReasons).

The rest is bounded, and holds for whom the reason holds: what the patient said holds for everyone in that
role, an opinion for the one who has it. A card about suicide safety never rests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

LONGEST_SNOOZE_DAYS = 180
CODE_SYSTEM = "override-reasons"
"""The name of our own code system, the last part of its URL at every installation."""


@dataclass(frozen=True)
class Reason:
    """One reason, for how many days the card then rests, and for whom."""

    code: str
    display: str
    snooze_days: int
    of: Literal["user", "role"]


_ALL = (
    Reason("done-elsewhere", "Already done; the result is not in this record", 30, "role"),
    Reason("not-appropriate", "Not clinically appropriate for this patient", 90, "user"),
    Reason("patient-declined", "The patient declined", 90, "role"),
    Reason("another-visit", "Will be done at another visit", 7, "user"),
    Reason("record-wrong", "The record is wrong", 30, "user"),
)
REASONS: Mapping[str, Reason] = {reason.code: reason for reason in _ALL}
OVERRIDE_REASONS: Mapping[str, str] = {reason.code: reason.display for reason in _ALL}


def is_ours(system: str) -> bool:
    """Whether a reason's code is one of these: of our code system, or of none, as some clients send it."""
    return not system or system.endswith(f"/code-systems/{CODE_SYSTEM}")
