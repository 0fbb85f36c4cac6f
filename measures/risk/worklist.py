"""Who is called first: the top of the panel by risk, in a list of an exact size with stable ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from measures.risk.outlook import Outlook
from measures.risk.policy import Policy


@dataclass(frozen=True, slots=True)
class Candidate:
    """One patient of the panel; without a `value` nothing could be said of the risk."""

    patient: str
    value: float | None
    change: float = 0.0
    points: float = 0.0
    marks: frozenset[str] = frozenset()
    care_manager: str = ""


@dataclass(frozen=True)
class Moves:
    """What a new list changes: who enters and who leaves, each in the order of their list."""

    enter: tuple[str, ...]
    leave: tuple[str, ...]
    stay: int


def candidate(outlook: Outlook, policy: Policy, care_manager: str = "") -> Candidate:
    """Ranked by the probability of the policy's first outcome and horizon, or by points where there are no
    probabilities.
    """
    score, horizon = outlook.score, policy.first.horizon
    return Candidate(
        score.patient,
        outlook.at(horizon)[0],
        outlook.change(horizon),
        score.points or 0.0,
        frozenset(outlook.marks),
        care_manager,
    )


def worklist(panel: Iterable[Candidate], policy: Policy) -> tuple[Candidate, ...]:
    """The top of the panel, the highest risk first.

    The size is `panel_percent` of the whole panel, rounded up. Who is excluded, has no score, or whose care
    manager has as many patients as the cap allows, makes room for the next. The order depends on nothing but
    the candidates: ties are broken as the policy says, at last by the patient's id.
    """
    everybody = list(panel)
    size = size_of(len(everybody), policy.panel_percent)
    able = [one for one in everybody if one.value is not None and not one.marks & policy.exclude]
    able.sort(key=lambda one: _rank(one, policy.tie_break))
    taken: list[Candidate] = []
    load: Counter[str] = Counter()
    for one in able:
        if len(taken) == size:
            break
        if one.care_manager and policy.cap is not None and load[one.care_manager] >= policy.cap:
            continue
        load[one.care_manager] += 1
        taken.append(one)
    return tuple(taken)


def size_of(panel: int, percent: float) -> int:
    """So many in a hundred, rounded up: exact, where floating point would make 5 % of 100 into 6."""
    share = Decimal(panel) * Decimal(str(percent)) / 100
    return int(share.to_integral_value(ROUND_CEILING))


def moves(before: Sequence[str], after: Sequence[str]) -> Moves:
    """From one list to the next."""
    held, wanted = set(before), set(after)
    return Moves(
        tuple(one for one in after if one not in held),
        tuple(one for one in before if one not in wanted),
        len(held & wanted),
    )


def _rank(one: Candidate, tie_break: Sequence[str]) -> tuple[float | str, ...]:
    ties = (one.patient if name == "patient_id" else -float(getattr(one, name)) for name in tie_break)
    return (-(one.value or 0.0), *ties, one.patient)
