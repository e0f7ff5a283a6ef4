"""Which employers a person said yes to and who said yes to her: only they may see her name."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
CREATE TABLE known_to_employers (
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    PRIMARY KEY (candidate_id, employer_id)
)""")
