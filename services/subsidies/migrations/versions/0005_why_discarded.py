"""The kernel's tables, version 2: why a person took an event out for good."""

from alembic import op

from shared.messaging.tables import add_reason_to_decisions

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    add_reason_to_decisions(op)
