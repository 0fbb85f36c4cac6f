"""Cards in their visit, and rules that rest for a while."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Cards in their visit, and rules that rest for a while."""
    op.create_table(
        "card_in_visit",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("visit", sa.String(length=256), nullable=False),
        sa.Column("card_uuid", sa.String(length=256), nullable=False),
        sa.Column("user_id", sa.String(length=256), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=256), nullable=False),
        sa.Column("service_id", sa.String(length=256), nullable=False),
        sa.Column("rule_id", sa.String(length=256), nullable=False),
        sa.Column("fact", sa.String(length=256), nullable=False),
        sa.Column("concern", sa.String(length=16), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "patient_id", "visit", "card_uuid"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_card_in_visit_card", "card_in_visit", ["host_ehr", "card_uuid"])
    op.create_table(
        "snoozed_rule",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("rule_id", sa.String(length=256), nullable=False),
        sa.Column("who", sa.String(length=256), nullable=False),
        sa.Column("reason", sa.String(length=256), nullable=False),
        sa.Column("card_uuid", sa.String(length=256), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "patient_id", "rule_id", "who"),
        sqlite_with_rowid=False,
    )
