"""What was written to host EHRs, and which gaps were put off."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "ehr_write",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("write_key", sa.String(length=64), nullable=False),
        sa.Column("launch_id", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=63), nullable=False),
        sa.Column("measure_id", sa.String(length=63), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host_ehr", "patient_id", "write_key"),
    )
    op.create_index("ix_ehr_write_changed", "ehr_write", ["host_ehr", "patient_id", "changed_at"])
    op.create_table(
        "put_off_gap",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("measure_id", sa.String(length=63), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=256), nullable=False),
        sa.Column("put_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "patient_id", "measure_id"),
    )
