"""Ended charts and unsaved forms."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Ended charts and unsaved forms."""
    op.create_table(
        "ended_chart",
        sa.Column("launch_id", sa.String(length=64), nullable=False),
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("user_id", sa.String(length=256), nullable=True),
        sa.Column("browser_secret_hash", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("launch_id"),
    )
    op.create_table(
        "unsaved_form",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("user_id", sa.String(length=256), nullable=False),
        sa.Column("form", sa.String(length=256), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "patient_id", "user_id", "form"),
    )
