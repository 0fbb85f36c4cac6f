"""How often rules fire: visits with a card of each rule, and visits in all, counted for one host EHR.

A visit here is a patient's day, for both, so that the two can be divided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, select

from cds_service.outside.database import Database
from cds_service.outside.tables.audit import AuditEventRow
from cds_service.outside.tables.visits import CardInVisitRow


@dataclass(frozen=True)
class Fires:
    """In how many visits each rule showed a card, of how many."""

    visits: int
    by_rule: Mapping[str, int]

    def per_100(self, fires: int) -> float | None:
        """So many fires as a rate; None without a visit."""
        return 100 * fires / self.visits if self.visits else None


def fires(database: Database, host_ehr: str, since: datetime) -> Fires:
    """Since a moment; cards that were found and not shown count too."""
    card, row = CardInVisitRow, AuditEventRow
    day = func.substr(cast(card.shown_at, String), 1, 10)
    with_a_card = (
        select(card.rule_id, card.patient_id, day.label("day"))
        .where(card.host_ehr == host_ehr, card.shown_at >= since)
        .distinct()
        .subquery()
    )
    calls = (
        select(row.patient_id, func.substr(row.recorded, 1, 10))
        .where(row.host_ehr == host_ehr, row.action.like("cds:throughline-%"), row.outcome == "success")
        .where(row.patient_id.is_not(None), row.recorded >= since.isoformat(timespec="microseconds"))
        .distinct()
        .subquery()
    )
    with database.reading() as connection:
        visits = connection.execute(select(func.count()).select_from(calls)).scalar_one()
        counted = select(with_a_card.c.rule_id, func.count().label("fires")).group_by(with_a_card.c.rule_id)
        by_rule = {row.rule_id: row.fires for row in connection.execute(counted)}
    return Fires(visits, by_rule)
