"""Charts without the person, for dry runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """The newest chart of each patient."""
    op.create_table(
        "recorded_chart",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("pseudonym", sa.String(length=256), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "pseudonym"),
    )
