"""Whether a model has earned to be shown: rules over numbers. A person promotes; this says if they may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measures.risk.baseline import POINTS
from measures.risk.leakage import TOO_GOOD
from measures.risk.validation import Interval95, Performance

SHADOW_FROM = 200  # events: below, not even compared in the background
PROMOTE_FROM = 450  # events
SLOPES = (0.8, 1.25)


@dataclass(frozen=True)
class Verdict:
    """`stands`: "may be promoted", "in shadow" or "too few events"; `reasons` say why, each a sentence."""

    stands: str
    reasons: tuple[str, ...]

    @property
    def may_be_promoted(self) -> bool:
        return self.stands == "may be promoted"

    def as_json(self) -> dict[str, Any]:
        return {"stands": self.stands, "reasons": list(self.reasons)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Verdict:
        return cls(str(said["stands"]), tuple(said["reasons"]))


def verdict(
    events: int,
    found: Performance | None,
    over_baseline: Interval95 | None,
    over_logistic: Interval95 | None = None,
    leaks: Sequence[str] = (),
    baseline: str = POINTS,
) -> Verdict:
    """`events` in training and validation together; `found` on patients not seen; the gains in AUROC over the
    `baseline` and, of a challenger, over the logistic; `leaks` names what tells the outcome alone.
    """
    if found is None:
        return Verdict("too few events", ("all rows came out the same",))
    low, high = SLOPES
    tests = [
        (events >= PROMOTE_FROM, f"{events} events; {PROMOTE_FROM} are needed"),
        (low <= found.slope <= high, f"calibration slope {found.slope:.2f}; it must be {low:g} to {high:g}"),
    ]
    if found.auroc.value > TOO_GOOD:
        says = f"AUROC {found.auroc.value:.2f}; above {TOO_GOOD:.2f} an input likely knows of the event"
        tests.append((False, says))
    tests += [(False, leak) for leak in leaks]
    if over_baseline is not None:
        tests.append((over_baseline.low > 0, f"AUROC above {baseline} by {_told(over_baseline)}"))
    if over_logistic is not None:
        tests.append((over_logistic.low > 0, f"AUROC above the logistic by {_told(over_logistic)}"))
    reasons = tuple(f"{'met' if held else 'not met'}: {says}" for held, says in tests)
    if all(held for held, _ in tests):
        return Verdict("may be promoted", reasons)
    return Verdict("in shadow" if events >= SHADOW_FROM else "too few events", reasons)


def _told(gain: Interval95) -> str:
    return f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}); the interval must lie above 0"
