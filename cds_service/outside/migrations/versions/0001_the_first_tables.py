"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """The first tables."""
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("recorded", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=256), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_audit_event_patient", "audit_event", ["host_ehr", "patient_id", "seq"])

    audit_head = op.create_table(
        "audit_head",
        sa.Column("chain", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.create_table(
        "card_feedback",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("feedback_id", sa.String(length=64), nullable=False),
        sa.Column("card_uuid", sa.String(length=256), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_suggestions", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(length=256), nullable=True),
        sa.Column("reason_system", sa.String(length=2000), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "feedback_id"),
    )
    op.create_index("ix_card_feedback_card", "card_feedback", ["host_ehr", "card_uuid"])

    op.create_table(
        "chart_session",
        sa.Column("launch_id", sa.String(length=64), nullable=False),
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("patient_id", sa.String(length=256), nullable=False),
        sa.Column("browser_secret_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refresh_claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("launch_id"),
    )
    op.create_table(
        "host_ehr",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("fhir_base", sa.String(length=2000), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("smart_secret", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("fhir_base"),
    )
    op.create_table(
        "issued_card",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("card_uuid", sa.String(length=256), nullable=False),
        sa.Column("service_id", sa.String(length=256), nullable=False),
        sa.Column("hook_instance", sa.String(length=256), nullable=False),
        sa.Column("rule_id", sa.String(length=256), nullable=False),
        sa.Column("rule_version", sa.String(length=256), nullable=False),
        sa.Column("user_id", sa.String(length=256), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "card_uuid"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pending_launch",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash"),
    )
    op.create_table(
        "seen_token",
        sa.Column("host_ehr", sa.String(length=63), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host_ehr", "token_hash"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("alg", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid"),
    )
    # The chain begins with a head that no row has: whoever adds the first row locks it.
    op.bulk_insert(audit_head, [{"chain": 1, "seq": 0, "hash": "0" * 64}])
