"""Card rules in the database: texts, steps of their lives, fires of shadows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Card rules in the database: texts, steps of their lives, fires of shadows."""
    op.create_table(
        "rule_text",
        sa.Column("rule_id", sa.String(length=256), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=256), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", "revision"),
    )
    op.create_table(
        "rule_step",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.String(length=256), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(length=32), nullable=False),
        sa.Column("aim", sa.String(length=32), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=256), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "seq"),
    )
    generation = op.create_table(
        "rule_generation",
        sa.Column("counter", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("counter"),
    )
    op.bulk_insert(generation, [{"counter": 1, "number": 0}])
    op.create_table(
        "shadow_fire",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("rule_id", sa.String(length=256), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("visit", sa.String(length=256), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "rule_id", "revision", "patient_id", "visit"),
        sqlite_with_rowid=False,
    )
