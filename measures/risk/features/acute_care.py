"""Emergency visits, hospital and psychiatric stays, crises: how many lately, how long ago the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from measures.risk.as_of import Fact, Known
from measures.risk.care import Setting, Visit, acute
from measures.risk.feature import Answer, feature

WINDOWS = (7, 30, 90, 365)  # days
LONGEST = 1825  # days: what is longer ago than five years counts as not known

Chosen = Callable[[Visit, int], bool]

KINDS: tuple[tuple[str, str, Chosen], ...] = (
    ("ed_visits", "emergency visits", lambda visit, _: visit.setting is Setting.EMERGENCY),
    ("hospital_stays", "hospital stays", lambda visit, _: visit.setting is Setting.HOSPITAL),
    (
        "psychiatric_stays",
        "psychiatric hospital stays",
        lambda visit, today: visit.setting is Setting.HOSPITAL and visit.psychiatric_from <= today,
    ),
    (
        "crises",
        "visits or stays for suicidality, overdose or crisis",
        lambda visit, today: visit.crisis_from <= today,
    ),
)


def _counted(chosen: Chosen, days: int) -> Callable[[Known], Answer]:
    def count(known: Known) -> Answer:
        found = known.within(_facts(known, chosen), days)
        return Answer(float(len(found)), found)

    return count


def _since(chosen: Chosen) -> Callable[[Known], Answer]:
    def days(known: Known) -> Answer:
        found = known.within(_facts(known, chosen), LONGEST)
        return Answer(float(known.ago(found[-1])), found[-1:]) if found else Answer(None)

    return days


def _facts(known: Known, chosen: Chosen) -> Sequence[Fact]:
    return known.remember(
        chosen, lambda: [visit.fact for visit in acute(known) if chosen(visit, known.today)]
    )


for _id, _says, _chosen in KINDS:
    for _days in WINDOWS:
        feature(
            f"{_id}_{_days}d",
            f"{_says} in {_days} days",
            "visits",
            "Encounter",
            window=_days,
            worse=1,
            logged=True,
            essential=_id == "ed_visits",
        )(_counted(_chosen, _days))
    feature(
        f"days_since_{_id}",
        f"days since the last of {_says}",
        "days",
        "Encounter",
        window=LONGEST,
        worse=-1,
        logged=True,
    )(_since(_chosen))


@feature(
    "acute_visits_5y",
    "emergency visits and hospital stays in five years",
    "visits",
    "Encounter",
    window=LONGEST,
    worse=1,
    logged=True,
)
def acute_visits(known: Known) -> Answer:
    found = known.within((visit.fact for visit in acute(known)), LONGEST)
    return Answer(float(len(found)), found)


@feature("days_in_hospital_365d", "days in hospital in a year", "days", "Encounter", window=365, logged=True)
def days_in_hospital(known: Known) -> Answer:
    """Of stays that began in the year; one still open counts up to today."""
    stays = known.within(_facts(known, KINDS[1][2]), 365)
    days = sum((known.today if stay.end is None else stay.end) - stay.day + 1 for stay in stays)
    return Answer(float(days), stays)


@feature("in_hospital_now", "in hospital on the day", "yes or no", "Encounter")
def in_hospital_now(known: Known) -> Answer:
    """A stay of the last 60 days without an end; an older one was more likely never closed."""
    found = [stay for stay in known.within(_facts(known, KINDS[1][2]), 60) if stay.end is None]
    return Answer(float(bool(found)), found)
