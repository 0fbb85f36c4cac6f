"""What became of the cards shown: counted in the database, for one host EHR or all, since a moment."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from cds_service.acceptance import Reception
from cds_service.outside.database import Database
from cds_service.outside.tables.cards import CardFeedbackRow
from cds_service.outside.tables.visits import CardInVisitRow


def receptions(
    database: Database, host_ehr: str | None = None, since: datetime | None = None
) -> tuple[Reception, ...]:
    """How the cards of each rule were received by each role at each site; most shown first."""
    card, told = CardInVisitRow, CardFeedbackRow
    last = (
        select(told.host_ehr, told.card_uuid, func.max(told.outcome_at).label("outcome_at"))
        .group_by(told.host_ehr, told.card_uuid)
        .subquery()
    )
    same = and_(told.host_ehr == last.c.host_ehr, told.card_uuid == last.c.card_uuid)
    latest = (
        select(told.host_ehr, told.card_uuid, told.outcome, told.reason_code)
        .join(last, and_(same, told.outcome_at == last.c.outcome_at))
        .subquery()
    )
    mine = and_(latest.c.host_ehr == card.host_ehr, latest.c.card_uuid == card.card_uuid)
    key = (card.rule_id, card.role, card.site, card.silent, latest.c.outcome, latest.c.reason_code)
    counted = select(*key, func.count(card.card_uuid.distinct())).outerjoin(latest, mine).group_by(*key)
    if host_ehr is not None:
        counted = counted.where(card.host_ehr == host_ehr)
    if since is not None:
        counted = counted.where(card.shown_at >= since)
    with database.reading() as connection:
        rows = connection.execute(counted).all()
    return tuple(sorted(_summed(rows), key=lambda one: (-one.shown, one.rule, one.role, one.site)))


def _summed(rows: Any) -> list[Reception]:
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    reasons: dict[tuple[str, str, str], Counter[str]] = {}
    for rule, role, site, silent, outcome, reason, number in rows:
        key = (rule, role, site)
        count = counts.setdefault(key, Counter())
        reasons.setdefault(key, Counter())
        count["silent" if silent else "shown"] += number
        if outcome and not silent:
            count[outcome] += number
        if reason:
            reasons[key][reason] += number
    return [
        Reception(
            *key,
            shown=count["shown"],
            accepted=count["accepted"],
            overridden=count["overridden"],
            reasons=dict(reasons[key]),
            silent=count["silent"],
        )
        for key, count in counts.items()
    ]
