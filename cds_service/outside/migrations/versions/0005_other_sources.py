"""Resources loaded from other sources than the host EHR."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Which sources are loaded, and what they say of each patient."""
    op.create_table(
        "other_source",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("source", sa.String(length=63), nullable=False),
        sa.Column("loading", sa.String(length=63), nullable=False),
        sa.Column("patients", sa.BigInteger(), nullable=False),
        sa.Column("resources", sa.BigInteger(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "source"),
    )
    op.create_table(
        "other_resources",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("source", sa.String(length=63), nullable=False),
        sa.Column("loading", sa.String(length=63), nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "patient_id", "source", "loading", "part"),
    )
