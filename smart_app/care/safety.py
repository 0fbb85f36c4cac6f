"""The safety line: a suicide risk that somebody measured and nobody has answered yet. It stands above
everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from measures.event import Event
from measures.gather import State
from measures.instrument_catalog import find_instruments
from measures.record import PatientRecord
from measures.shared.suicide_risk import ITEM_9, PHQ9_PANEL, is_positive
from measures.time import Instant, at_or_before, before, day_instant, days_between
from smart_app.care.facts import say_value, source_path
from smart_app.care.safety_plan import PLAN_KINDS, safety_plans
from smart_app.care.states import kind_words, missing_kinds
from smart_app.care.suicide_risk import RiskLevel, risk_level, screens
from smart_app.care.wording import count, say_moment, say_when

LOOK_BACK_DAYS = 365  # an older screen stands on the timeline, no longer at the top


@dataclass(frozen=True)
class SafetyLine:
    """`tone`: "high" calls for action now, "watch" for attention, "unknown" says what could not be read."""

    tone: str
    fact: str
    says: str
    source: str = ""
    plan_source: str = ""


def safety_lines(record: PatientRecord, today: date) -> tuple[SafetyLine, ...]:
    state = record.gathered.state("Observation")
    if state is State.AWAITED:
        return (SafetyLine("unknown", "Suicide risk:", "results and assessments are still being read."),)
    if state is not State.GATHERED:
        said = (
            "The record cannot say whether a suicide risk was found: results and assessments were not read."
        )
        return (SafetyLine("unknown", "Suicide risk not known.", said),)
    return (*_after_screen(record, today), *_unanswered_item_9(record, today))


def _after_screen(record: PatientRecord, today: date) -> Iterator[SafetyLine]:
    levels = {screen: risk_level(screen) or RiskLevel.NONE for screen in _latest(screens(record), today)}
    last = max(levels, key=lambda screen: levels[screen], default=None)
    if last is None or levels[last] < RiskLevel.MODERATE:
        return
    fact = f"C-SSRS {levels[last].word}, {say_when(last, today)}."
    tone, says, plan = _plan_since(record, last.start, today, levels[last])
    yield SafetyLine(tone, fact, says, source_path(last), plan)


def _latest(events: Iterable[Event], today: date) -> list[Event]:
    """Those of the look back that may be the last: one, unless dates are missing or too coarse to tell."""
    now = day_instant(today)
    found = [e for e in events if days_between(e.start, now, 0, LOOK_BACK_DAYS) is not False]
    return [e for e in found if not any(before(e.start, other.start) for other in found)]


def _plan_since(
    record: PatientRecord, screened: Instant, today: date, level: RiskLevel
) -> tuple[str, str, str]:
    """Tone, sentence and source of the safety plan that answers a screen, or of its absence."""
    tone = "high" if level is RiskLevel.HIGH else "watch"
    plans = safety_plans(record)
    is_since = {plan: at_or_before(screened.by_day(), plan.start.by_day()) for plan in plans}
    plan = min(plans, key=lambda one: (True, None, False).index(is_since[one]), default=None)
    if plan and is_since[plan]:
        return "watch", f"Safety plan on file since {say_when(plan, today)}.", source_path(plan)
    unread = missing_kinds(record.gathered, PLAN_KINDS)
    if unread:
        kinds = " and ".join(kind_words(kind) for kind in unread)
        return tone, f"The record cannot say whether there is a safety plan: {kinds} not read.", ""
    if plan:
        known = say_moment(plan.start, today)
        order = "before" if is_since[plan] is False else "before or after"
        dated = f"from {known}, {order} this screen" if known else "undated"
        return tone, f"The safety plan on file is {dated}.", source_path(plan)
    return tone, "No safety plan on file.", ""


def _unanswered_item_9(record: PatientRecord, today: date) -> Iterator[SafetyLine]:
    """PHQ-9 item 9 above 0 leads to a C-SSRS; say so while none has followed."""
    answers = _latest((e for e in _item_9(record) if is_positive(e) is not None), today)
    last = next((answer for answer in answers if is_positive(answer)), None)
    if last is None:
        return
    followed = [at_or_before(last.start.by_day(), screen.start.by_day()) for screen in screens(record)]
    if True in followed:
        return
    days = (today - last.day).days if last.day else 0
    since = "C-SSRS not recorded since" + (f" ({count(days, 'day')})." if days else ".")
    if None in followed:
        since = "The record cannot say whether a C-SSRS followed."
    yield SafetyLine(
        "high", f"PHQ-9 item 9 {_scored(last)}, {say_when(last, today)}.", since, source_path(last)
    )


def _scored(answer: Event) -> str:
    """ "scored 2", also where the answer was filed in words that the PHQ-9 gives points."""
    score = answer.component(ITEM_9) or answer.value
    choices = find_instruments()["phq-9"].item("9").choices
    points = {choice.code.key: choice.points for choice in choices if choice.code}
    if score is not None:
        return f"scored {score.without_unit()}"
    worth = [points[code] for code in answer.value_codes if code in points]
    return f"scored {worth[0]:g}" if worth else f"answered “{say_value(answer)}”"


def _item_9(record: PatientRecord) -> Iterator[Event]:
    """The answers to item 9, by themselves or within the panel."""
    yield from record.find("Observation", (ITEM_9,)).sure
    panels = record.find("Observation", (PHQ9_PANEL,)).sure
    yield from (panel for panel in panels if panel.component(ITEM_9) is not None)
