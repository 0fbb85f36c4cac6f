"""The worklist as a coordinator reads it: who, which clock runs, the risk and its change, what to do next."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from measures.risk.course import Said
from measures.risk.in_place import SOON, VISIT
from measures.risk.next_action import action_for, next_action
from measures.risk.outcome import OUTCOMES
from measures.risk.outlook import IN_HOSPITAL, Outlook
from measures.risk.policy import Policy
from measures.risk.score import Score
from measures.risk.wording import each_fact_once, in_100, say_points, say_reason, say_value
from measures.spreadsheet import cell_of_text
from smart_app.care.wording import count, say_day

CLOCK_FIRST = 7  # days after a psychiatric stay within which somebody must see the patient
REASONS = 2
NO_REASON, NO_POINTS = "no single reason", "no points: only fills the size of the list"
HEADER = (
    "place", "patient_id", "name", "born", "clock", "risk", "change", "next_action", "reasons", "owner",
    "as_of", "model", "version", "label", "actions", "beside",
    "on_file",
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
    beside: tuple[str, ...]  # the other outcomes, as far as a model tells them
    next_action: str
    on_file: tuple[str, ...]  # what is in place already, with its day
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
    beside: Mapping[str, Mapping[str, Said]] = MappingProxyType({}),
) -> list[Entry]:
    """The list in its order; who has no score any more is left out, and the places stay. `beside` is what was
    said of the other outcomes, by patient and outcome.
    """
    return [
        _entry(place, outlooks[patient], owners.get(patient, ""), policy, today, beside.get(patient, {}))
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
        cells["reasons"], cells["beside"] = "; ".join(one.reasons), "; ".join(one.beside)
        cells["on_file"] = "; ".join(one.on_file)
        cells["actions"] = "; ".join(dict.fromkeys(filter(None, one.actions)))
        writer.writerow([cell_of_text(str(cells[name])) for name in HEADER])
    return out.getvalue()


def _entry(
    place: int,
    outlook: Outlook,
    owner: str,
    policy: Policy,
    today: date,
    beside: Mapping[str, Said],
) -> Entry:
    score, horizon = outlook.score, policy.first.horizon
    raising = each_fact_once(reason for reason in score.reasons if reason.adds > 0)
    clock, urgent = _clock(outlook, today)
    held = {name: day for name, day in outlook.in_place.items() if name != VISIT or day >= today}
    there = {name for name, day in held.items() if name != VISIT or day <= today + timedelta(SOON)}
    return Entry(
        place=place,
        patient=score.patient,
        name=outlook.name or score.patient,
        born=outlook.born,
        clock=clock,
        urgent=urgent,
        risk=say_value(score, horizon) + (f" in {count(horizon, 'day')}" if score.at else ""),
        change=_change(outlook, horizon, today),
        rises=outlook.change(horizon) > 0,
        beside=tuple(_beside(policy, beside, score.as_of, today)),
        next_action=next_action(
            score.reasons, there, after_discharge=urgent, in_hospital=IN_HOSPITAL in outlook.marks
        ),
        on_file=tuple(f"{name} {say_day(day, today)}" for name, day in held.items()),
        reasons=tuple(map(say_reason, raising[:REASONS])) or (_without_reason(score),),
        actions=tuple(action_for(one, there) for one in raising[:REASONS]) or ("",),
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


def _without_reason(score: Score) -> str:
    return score.abstained or (NO_POINTS if score.points == 0 else NO_REASON)


def _beside(policy: Policy, said: Mapping[str, Said], as_of: date, today: date) -> Iterator[str]:
    """The other outcomes in the order of the file: "an emergency visit: 12 in 100 in 30 days"."""
    for one in policy.outcomes[1:]:
        told = said.get(one.outcome)
        if told is not None and one.horizon in told.at:
            when = "" if told.day == as_of else f", as of {say_day(told.day, today)}"
            within = count(one.horizon, "day")
            yield f"{OUTCOMES[one.outcome].says}: {in_100(told.at[one.horizon])} in 100 in {within}{when}"


def _change(outlook: Outlook, horizon: int, today: date) -> str:
    now, before = outlook.at(horizon)
    if now is None or before is None or outlook.before_on is None:
        return "no earlier score"
    told = (in_100(before), in_100(now)) if outlook.score.at else (say_points(before), say_points(now))
    if told[0] == told[1]:
        return "no change"
    mark = "▲" if now > before else "▼"
    return f"{mark} from {told[0]} on {say_day(outlook.before_on, today)}"
