"""What the chart shows of a risk: the numbers, their trend, the reasons with the facts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypedDict

from measures.risk.course import Said
from measures.risk.outlook import Outlook
from measures.risk.points import MOST
from measures.risk.score import Reason as Told
from measures.risk.wording import say_event, say_reason
from smart_app.care.risk_course import drawn_course
from smart_app.care.risk_line import Reason, RiskLine, points, probabilities
from smart_app.care.wording import say_day


class RiskShown(TypedDict):
    """How the chart takes it."""

    risk: RiskLine | None
    risk_expected: bool
    no_risk: str


def no_risk(why: str) -> RiskShown:
    """Nothing to show, and why; empty: it is not computed yet."""
    return RiskShown(risk=None, risk_expected=True, no_risk=why)


def shown_risk(outlook: Outlook, today: date, told: Sequence[Said] = ()) -> RiskShown:
    """Of one patient; where the score abstains, what it lacks. `told` is what was said until now."""
    score = outlook.score
    if score.abstained:
        return no_risk(f"No risk score: {score.abstained}; limited by consent.")
    before = (outlook.before, outlook.before_on) if outlook.before is not None else None
    compared = None if before is None or before[1] is None else (before[0], before[1])
    title = f"Risk of {say_event(score.outcome)}"
    reasons = [_reason(reason) for reason in score.reasons]
    computed = f"{score.model} {score.version}, as of {say_day(score.as_of, today)}"
    if score.at:
        line = probabilities(
            title,
            sorted(score.at.items()),
            reasons,
            f"{score.label}; reasons in {score.reasons_in}",
            before=compared,
            missing=score.missing,
            computed=computed,
            today=today,
        )
    else:
        total = score.points or 0.0
        line = points(
            title,
            total,
            MOST,
            reasons,
            score.label,
            before=compared,
            missing=score.missing,
            computed=computed,
            today=today,
        )
    line = replace(line, course=drawn_course(told, today))
    return RiskShown(risk=line, risk_expected=True, no_risk="")


def _reason(told: Told) -> Reason:
    source = f"source/{told.resources[0]}" if told.resources else ""
    return Reason(say_reason(told), told.adds, source)
