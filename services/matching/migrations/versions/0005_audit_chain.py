"""The audit chain: seals, and a journal of which only payloads go."""

from alembic import op

from shared.audit_tables import create_audit_tables

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create_audit_tables(op)
