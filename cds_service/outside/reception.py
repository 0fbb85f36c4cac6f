"""What became of the cards shown: counted in the database, for one host EHR or all, since a moment."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from cds_service.acceptance import Reception
from cds_service.outside.database import Database
from cds_service.outside.tables.cards import CardFeedbackRow, IssuedCardRow
from cds_service.outside.tables.visits import CardInVisitRow
from cds_service.reasons import CODE_SYSTEM
from cds_service.services import find_services


def receptions(
    database: Database, host_ehr: str | None = None, since: datetime | None = None
) -> tuple[Reception, ...]:
    """How the cards of each rule and version were received by each role at each site and hook; most shown
    first.
    """
    card, told, issued, later = CardInVisitRow, CardFeedbackRow, IssuedCardRow, aliased(CardFeedbackRow)
    of_one_card = and_(later.host_ehr == told.host_ehr, later.card_uuid == told.card_uuid)
    # Asked card by card, by the index of feedback on cards: a join with a sorted subquery would be walked
    # through again for every card.
    is_followed = exists().where(of_one_card, _place(later) > _place(told))
    last = and_(told.host_ehr == card.host_ehr, told.card_uuid == card.card_uuid, ~is_followed)
    as_issued = and_(issued.host_ehr == card.host_ehr, issued.card_uuid == card.card_uuid)
    key = (card.rule_id, card.role, card.site, card.service_id, issued.rule_version)
    ours = or_(told.reason_system.is_(None), told.reason_system.endswith(f"/code-systems/{CODE_SYSTEM}"))
    told_of = (card.silent, told.outcome, case((ours, told.reason_code)))
    counted = (
        select(*key, *told_of, func.count())
        .select_from(card)
        .outerjoin(told, last)
        .outerjoin(issued, as_issued)
        .group_by(*key, *told_of)
    )
    if host_ehr is not None:
        counted = counted.where(card.host_ehr == host_ehr)
    if since is not None:
        counted = counted.where(card.shown_at >= since)
    with database.reading() as connection:
        rows = connection.execute(counted).all()
    return tuple(sorted(_summed(rows), key=lambda one: (-one.shown, one.rule, one.role, one.site)))


def _place(told: type[CardFeedbackRow]) -> ColumnElement[Any]:
    """By what the last word on a card is told: two words of one moment have an order too."""
    return tuple_(told.outcome_at, told.received_at, told.feedback_id)


def _summed(rows: Any) -> list[Reception]:
    counts: dict[tuple[str, ...], Counter[str]] = {}
    reasons: dict[tuple[str, ...], Counter[str]] = {}
    for *key_of, silent, outcome, reason, number in rows:
        key = tuple(part or "" for part in key_of)
        count = counts.setdefault(key, Counter())
        reasons.setdefault(key, Counter())
        count["silent" if silent else "shown"] += number
        if outcome and not silent:
            count[outcome] += number
        if reason and outcome == "overridden":
            reasons[key][reason] += number
    return [_reception(key, count, reasons[key]) for key, count in counts.items()]


def _reception(key: tuple[str, ...], count: Counter[str], reasons: Counter[str]) -> Reception:
    rule, role, site, service, version = key
    return Reception(
        rule,
        role,
        site,
        shown=count["shown"],
        accepted=count["accepted"],
        overridden=count["overridden"],
        reasons=dict(reasons),
        silent=count["silent"],
        hook=_hook_of(service),
        version=version,
    )


def _hook_of(service_id: str) -> str:
    """The hook a service answers; of one there is no more, its id."""
    service = find_services().get(service_id)
    return service_id if service is None else service.hook
