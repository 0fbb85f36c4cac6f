"""Risk models watched, and the quality team's risk file released by two people."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Counts of panels, by host EHR and model; all horizons of each day that was scored; saved risk files."""
    op.add_column("risk_policy", sa.Column("again", sa.BigInteger()))
    op.create_table(
        "risk_policy_draft",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=63), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=256), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.String(length=16), nullable=False),
        sa.Column("settled_by", sa.String(length=256), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("number"),
    )
    for column in ("p60", "p90"):
        op.add_column("risk_past", sa.Column(column, sa.Float()))
    op.create_table(
        "risk_night",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("patients", sa.BigInteger(), nullable=False),
        sa.Column("abstained", sa.BigInteger(), nullable=False),
        sa.Column("drift", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "model", "as_of"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "risk_month",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("patients", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("observed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "model", "as_of"),
        sqlite_with_rowid=False,
    )
