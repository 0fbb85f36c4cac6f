"""From the risk of a patient to what a card may say of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cds_service.risk import Keeping, Risk
from cds_service.risk_card import RiskReading
from cds_service.scored_records import outlook_of
from measures.event import Event
from measures.record import PatientRecord
from measures.risk.outlook import Outlook
from measures.risk.policy import Moved, Policy
from measures.risk.score import Reason
from measures.risk.wording import NAMES_SUBSTANCE_USE, each_fact_once, say_event, say_reason

_REASONS = 3
_EVENTS_OF_A_REASON = 2


ReadsRisk = Callable[[str, PatientRecord, date, Keeping], RiskReading | None]
"""Reads or scores the risk of one record of a host EHR; None when there is nothing to say of it."""


def reads_risk(risk: Risk) -> ReadsRisk:
    """What a CDS service asks for each record: one row of the database where a fresh score is kept."""

    def read(host_ehr: str, record: PatientRecord, day: date, keeping: Keeping) -> RiskReading | None:
        found = risk.of(host_ehr, record, day, keeping=keeping)
        return None if found is None else reading(found, risk.in_use().policy, record)

    return read


def reads_anew(risk: Risk) -> Callable[[PatientRecord, date], RiskReading | None] | None:
    """The same for a dry run: made anew of each record, by what is in use now, and kept nowhere. None while
    risk is switched off.
    """
    now = risk.in_use()
    scores, policy = now.scores, now.policy
    if scores is None:
        return None

    def read(record: PatientRecord, day: date) -> RiskReading | None:
        return reading(outlook_of(scores, record, day), policy, record)

    return read


def reading(outlook: Outlook, policy: Policy, record: PatientRecord) -> RiskReading | None:
    """None where the risk neither rose nor is high, or the score abstains: no rule asks for that."""
    score, nearest = outlook.score, policy.first.nearest
    now, before = outlook.at(nearest)
    moved = moves(outlook, policy)
    if now is None or not moved:
        return None
    in_points = not score.at
    raising = [reason for reason in score.reasons if reason.adds > 0]
    discreet = [reason for reason in raising if reason.feature not in NAMES_SUBSTANCE_USE]
    return RiskReading(
        now=now,
        before=before,
        days=0 if in_points else nearest,
        moves=moved,
        reasons=tuple(map(say_reason, each_fact_once(raising))),
        evidence=_evidence(each_fact_once(raising)[:_REASONS], record),
        model=f"{score.model} {score.version}",
        trained_on=score.population,
        calibration=score.label,
        of=say_event(score),
        in_points=in_points,
        in_summary=tuple(map(say_reason, each_fact_once(discreet))),
    )


def moves(outlook: Outlook, policy: Policy) -> frozenset[str]:
    """The words rules know, from when the quality team's file says."""
    nearest = policy.first.nearest
    now, before = outlook.at(nearest)
    if now is None:
        return frozenset()
    in_points = not outlook.score.at
    found = set()
    if before is not None and outlook.change(nearest) >= _least(policy.rise, in_points):
        found.add("rising")
    if now >= _least(policy.high, in_points):
        found.add("high")
    return frozenset(found)


def _least(moved: Moved, in_points: bool) -> float:
    return moved.points if in_points else moved.in_100 / 100


def _evidence(reasons: list[Reason], record: PatientRecord) -> tuple[Event, ...]:
    """The resources behind the reasons, as far as this record holds them."""
    named = dict.fromkeys(name for reason in reasons for name in reason.resources[:_EVENTS_OF_A_REASON])
    return tuple(event for name in named if (event := record.by_reference(name)) is not None)
