"""Whose contact it is. Still no name."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE tasks ADD COLUMN advisor_id uuid, ADD COLUMN advisor_version bigint NOT NULL DEFAULT 0")
    op.execute("CREATE INDEX referrals_partner ON referrals (partner_id)")
