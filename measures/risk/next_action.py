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


def next_action(reasons: Iterable[Reason]) -> str:
    """For the heaviest reason that raises the risk and that somebody can act on."""
    raising = (reason for reason in reasons if reason.adds > 0)
    return next((actions()[one.feature] for one in raising if one.feature in actions()), OTHERWISE)
