"""Old rows of the ledger of writes are found by their age."""

from collections.abc import Sequence

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """An index for the pruning."""
    op.create_index("ix_ehr_write_age", "ehr_write", ["changed_at"])
