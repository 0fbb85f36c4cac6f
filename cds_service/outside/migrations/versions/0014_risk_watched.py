"""Risk models watched: the drift of each night, observed over expected of each month."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Counts of panels, by host EHR and model; of each day that was scored, all horizons."""
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
