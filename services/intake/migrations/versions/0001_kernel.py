"""The kernel's tables: journal, outbox, inbox, waiting, timers, idempotency keys."""

from alembic import op

from shared.messaging.tables import create_kernel_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_kernel_tables(op)
