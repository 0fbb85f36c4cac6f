"""The worklist as a coordinator reads it: who, which clock runs, the risk and its change, what to do next."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from measures.risk.next_action import action_for, next_action
from measures.risk.outlook import Outlook, value
from measures.risk.policy import Policy
from measures.risk.wording import in_100, say_points, say_reason, say_value
from measures.spreadsheet import cell_of_text
from smart_app.care.wording import count, say_day

CLOCK_FIRST = 7  # days after a psychiatric stay within which somebody must see the patient
REASONS = 2
NO_REASON, NO_POINTS = "no single reason", "no points: only fills the size of the list"
HEADER = (
    "place", "patient_id", "name", "born", "clock", "risk", "change", "next_action", "reasons", "owner",
    "as_of", "model", "version", "label", "actions",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line. `rises` says whether the risk is higher than a month ago; `urgent` that a clock runs out."""

    place: int
    patient: str
    name: str
    born: str
    clock: str
    urgent: bool
    risk: str
    change: str
    rises: bool
    next_action: str
    reasons: tuple[str, ...]
    actions: tuple[str, ...]  # for each reason; empty where nobody can act on it
    owner: str
    as_of: str
    model: str
    version: str
    label: str


@dataclass(frozen=True)
class Wanted:
    """A filter: empty means all."""

    owner: str = ""  # an account, or "nobody"
    clock: str = ""  # "running"
    change: str = ""  # "rising"
    action: str = ""
    text: str = ""

    def shows(self, entry: Entry) -> bool:
        """Whether a line is wanted."""
        owner = "nobody" if not entry.owner else entry.owner
        words = f"{entry.name} {entry.patient}".casefold()
        return (
            self.owner in ("", owner)
            and (self.clock != "running" or bool(entry.clock))
            and (self.change != "rising" or entry.rises)
            and self.action in ("", entry.next_action)
            and self.text.casefold() in words
        )


def entries(
    patients: Sequence[str],
    outlooks: Mapping[str, Outlook],
    owners: Mapping[str, str],
    policy: Policy,
    today: date,
) -> list[Entry]:
    """The list in its order; who has no score any more is left out, and the places stay."""
    return [
        _entry(place, outlooks[patient], owners.get(patient, ""), policy, today)
        for place, patient in enumerate(patients, start=1)
        if patient in outlooks
    ]


def as_csv(listed: Iterable[Entry]) -> str:
    """A table for a spreadsheet, in which no cell is run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for one in listed:
        cells = {**{name: getattr(one, name, "") for name in HEADER}, "patient_id": one.patient}
        cells["reasons"] = "; ".join(one.reasons)
        cells["actions"] = "; ".join(dict.fromkeys(filter(None, one.actions)))
        writer.writerow([cell_of_text(str(cells[name])) for name in HEADER])
    return out.getvalue()


def _entry(place: int, outlook: Outlook, owner: str, policy: Policy, today: date) -> Entry:
    score = outlook.score
    raising = [reason for reason in score.reasons if reason.adds > 0]
    clock, urgent = _clock(outlook, today)
    return Entry(
        place=place,
        patient=score.patient,
        name=outlook.name or score.patient,
        born=outlook.born,
        clock=clock,
        urgent=urgent,
        risk=say_value(score, policy.horizon) + (f" in {count(policy.horizon, 'day')}" if score.at else ""),
        change=_change(outlook, today),
        rises=outlook.change > 0,
        next_action=next_action(score.reasons, after_discharge=urgent),
        reasons=tuple(map(say_reason, raising[:REASONS])) or (NO_REASON if value(score) else NO_POINTS,),
        actions=tuple(map(action_for, raising[:REASONS])) or ("",),
        owner=owner,
        as_of=score.as_of.isoformat(),
        model=score.model,
        version=score.version,
        label=score.label,
    )


def _clock(outlook: Outlook, today: date) -> tuple[str, bool]:
    if outlook.clock is None:
        return "", False
    day = (today - outlook.clock.left).days
    if outlook.clock.psychiatric and day <= CLOCK_FIRST:
        return f"Day {day} of {CLOCK_FIRST} after psychiatric discharge", True
    kind = "psychiatric discharge" if outlook.clock.psychiatric else "discharge"
    return (f"Day {day} of 30 after {kind}", False) if day <= 30 else ("", False)


def _change(outlook: Outlook, today: date) -> str:
    now, before = value(outlook.score), outlook.before
    if now is None or before is None or outlook.before_on is None:
        return "no earlier score"
    told = (in_100(before), in_100(now)) if outlook.score.at else (say_points(before), say_points(now))
    if told[0] == told[1]:
        return "no change"
    mark = "▲" if now > before else "▼"
    days = " (next 30 days)" if outlook.score.at else ""
    return f"{mark} from {told[0]} on {say_day(outlook.before_on, today)}{days}"
