"""What a care coordinator can do about a reason; the words stand in `next_action.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from measures.risk.score import Reason

FILE = Path(__file__).with_name("next_action.yaml")
OTHERWISE = "Review the chart"


@cache
def actions() -> Mapping[str, str]:
    """The action for each feature that has one."""
    read: dict[str, str] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


def action_for(reason: Reason) -> str:
    """Empty where nobody can act on it, such as age."""
    return actions().get(reason.feature, "")


def next_action(reasons: Iterable[Reason], *, after_discharge: bool = False) -> str:
    """For the heaviest reason that raises the risk and that somebody can act on. `after_discharge`: days are
    counted until somebody must have seen the patient, which waits for no reason.
    """
    if after_discharge:
        return actions()["days_since_psychiatric_discharge"]
    return next(filter(None, (action_for(one) for one in reasons if one.adds > 0)), OTHERWISE)
