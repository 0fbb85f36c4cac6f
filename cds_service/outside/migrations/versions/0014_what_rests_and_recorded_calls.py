"""A card shown in a visit says by what it rests once it is set aside; charts are recorded at each service."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Cards shown before go on to rest by their rule; suicide safety never did. Charts recorded before go:
    the next calls bring them again.
    """
    rests_as = sa.Column("rests_as", sa.String(length=256), nullable=False, server_default="")
    op.add_column("card_in_visit", rests_as)
    op.execute("UPDATE card_in_visit SET rests_as = rule_id WHERE concern <> 'safety'")
    op.execute("ALTER TABLE snoozed_rule RENAME COLUMN rule_id TO rests_as")
    op.drop_table("recorded_chart")
    op.create_table(
        "recorded_chart",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("service_id", sa.String(length=256), nullable=False),
        sa.Column("pseudonym", sa.String(length=256), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "service_id", "pseudonym"),
    )
