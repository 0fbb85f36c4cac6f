"""What a care coordinator can do about a reason; the words stand in `next_action.yaml`.

An action must be true where it stands: nobody is asked to make a plan there is, to call who is in hospital,
or to act on a value that is not known or is none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from measures.risk.score import Reason

FILE = Path(__file__).with_name("next_action.yaml")
OTHERWISE = "Review the chart"
IN_HOSPITAL = "On record as in hospital: plan the discharge with the ward"
AFTER_DISCHARGE = "days_since_psychiatric_discharge"


@dataclass(frozen=True)
class Action:
    """What to `do` where the value is at `least` so much; instead where something is in place, and where the
    value is not known (empty: nothing).
    """

    do: str
    where: Mapping[str, str] = field(default_factory=dict)
    unknown: str = ""
    least: float = 0.0

    def about(self, value: float | None, in_place: Collection[str]) -> str:
        """Empty where there is nothing to do."""
        if value is None:
            return self.unknown
        if value < self.least:
            return ""
        return next((said for name, said in self.where.items() if name in in_place), self.do)


@cache
def actions() -> Mapping[str, Action]:
    """The action for each feature that has one."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: Action(said) if isinstance(said, str) else Action(**said) for name, said in read.items()}


def action_for(reason: Reason, in_place: Collection[str] = ()) -> str:
    """Empty where nobody can act on it, such as age. Of a count 0 is none; "0 days since" is today."""
    action = actions().get(reason.feature)
    if action is None or (reason.value == 0 and not reason.feature.startswith("days_since_")):
        return ""
    return action.about(reason.value, in_place)


def next_action(
    reasons: Iterable[Reason],
    in_place: Collection[str] = (),
    *,
    after_discharge: bool = False,
    in_hospital: bool = False,
) -> str:
    """For the heaviest reason that raises the risk and that somebody can act on. `after_discharge`: days are
    counted until somebody must have seen the patient, which waits for no reason.
    """
    if in_hospital:
        return IN_HOSPITAL
    if after_discharge:
        return actions()[AFTER_DISCHARGE].about(0, in_place)
    return next(filter(None, (action_for(one, in_place) for one in reasons if one.adds > 0)), OTHERWISE)
