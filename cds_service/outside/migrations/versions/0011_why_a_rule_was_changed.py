"""Why somebody sent, approved, sent back, retired or rolled back a card rule."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """A word of their own, empty for what was done before."""
    op.add_column("rule_step", sa.Column("why", sa.String(length=500), server_default="", nullable=False))
