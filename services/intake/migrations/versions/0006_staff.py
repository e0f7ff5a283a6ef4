"""Who works for the programme: names of staff, shown to colleagues."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
-- staff_id is the subject of the person's token. Part of the identity vault: a name goes nowhere else.
CREATE TABLE vault_staff (
    staff_id uuid PRIMARY KEY,
    given_name text NOT NULL,
    family_name text NOT NULL,
    role text NOT NULL CHECK (role IN ('advisor', 'liaison', 'retention_advisor', 'manager', 'operator')),
    active boolean NOT NULL DEFAULT true,
    added_at timestamptz NOT NULL,
    added_by text
)""")
