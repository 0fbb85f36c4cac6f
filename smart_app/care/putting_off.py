"""Why a gap may be put off, and for how long: coded, bounded, and never a closure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """`days` is how long it holds; then the gap is asked for again."""

    says: str
    days: int


REASONS: Mapping[str, Reason] = {
    "declined": Reason("Patient declined", 90),
    "unwell": Reason("Patient too unwell today", 14),
    "no-time": Reason("No time at this visit", 14),
    "elsewhere": Reason("Done or arranged elsewhere, report awaited", 30),
    "not-fitting": Reason("Not clinically fitting now", 90),
}
