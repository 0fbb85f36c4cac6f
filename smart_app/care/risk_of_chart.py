"""What the chart shows of a risk: the numbers, their trend, the reasons with the facts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypedDict

from measures.risk.course import Said
from measures.risk.outlook import Outlook
from measures.risk.points import MOST
from measures.risk.policy import Policy
from measures.risk.score import Reason as Told
from measures.risk.score import Score
from measures.risk.wording import each_fact_once, in_100, say_event, say_reason
from smart_app.care.risk_course import drawn_course
from smart_app.care.risk_line import SHOWN_AT_ONCE, Beside, Reason, RiskLine, points, probabilities
from smart_app.care.wording import count, say_day


class RiskShown(TypedDict):
    """How the chart takes it."""

    risk: RiskLine | None
    risk_expected: bool
    no_risk: str


def no_risk(why: str) -> RiskShown:
    """Nothing to show, and why; empty: it is not computed yet."""
    return RiskShown(risk=None, risk_expected=True, no_risk=why)


def shown_risk(
    outlook: Outlook,
    policy: Policy,
    today: date,
    told: Sequence[Said] = (),
    beside: Sequence[Score] = (),
) -> RiskShown:
    """Of one patient; where the score abstains, what it lacks. `told` is what was said until now, `beside`
    are the scores of the other outcomes; one that abstains is not told.
    """
    score = outlook.score
    if score.abstained:
        return no_risk(f"No risk score: {score.abstained}; limited by consent.")
    horizons = policy.first.horizons
    before, on = outlook.at(policy.first.nearest)[1], outlook.before_on
    compared = None if before is None or on is None else (before, on)
    title = f"Risk of {say_event(score)}"
    reasons = [_reason(reason) for reason in score.reasons]
    computed = f"{score.model} {score.version}, as of {say_day(score.as_of, today)}"
    if score.at:
        line = probabilities(
            title,
            [(days, chance) for days, chance in sorted(score.at.items()) if days in horizons],
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
    others = tuple(_beside(one, policy) for one in beside if one.at)
    line = replace(line, course=drawn_course(told, today, horizons), beside=others)
    return RiskShown(risk=line, risk_expected=True, no_risk="")


def _beside(score: Score, policy: Policy) -> Beside:
    days = next((one.horizons for one in policy.outcomes if one.outcome == score.outcome), tuple(score.at))
    raising = each_fact_once(one for one in score.reasons if one.adds > 0)
    return Beside(
        say_event(score),
        tuple(f"{in_100(score.at[one])} in 100 in {count(one, 'day')}" for one in days if one in score.at),
        tuple(map(_reason, raising[:SHOWN_AT_ONCE])),
        f"{score.model} {score.version}; {score.label}",
    )


def _reason(told: Told) -> Reason:
    source = f"source/{told.resources[0]}" if told.resources else ""
    return Reason(say_reason(told), told.adds, source)
