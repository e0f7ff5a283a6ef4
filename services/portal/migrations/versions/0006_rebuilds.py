"""When the read models were rebuilt; real time."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE rebuilds (
             at timestamptz PRIMARY KEY DEFAULT now(), facts bigint NOT NULL, seconds double precision NOT NULL)"""
    )
