"""Who sent a person and who accompanies her; how far each introduction is; steps of accompaniment. Still no name."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)


TABLES = """
ALTER TABLE people ADD COLUMN advisor_id uuid, ADD COLUMN advisor_version bigint NOT NULL DEFAULT 0;

CREATE INDEX people_advisor ON people (advisor_id);

ALTER TABLE referrals ADD COLUMN partner_id uuid;

CREATE INDEX referrals_waiting ON referrals (received_at) WHERE outcome IS NULL;

ALTER TABLE introductions
    ADD COLUMN vacancy_id uuid,
    ADD COLUMN agreed_at timestamptz,
    ADD COLUMN accepted_at timestamptz,
    ADD COLUMN meeting_set_at timestamptz,
    ADD COLUMN meets_on date,
    ADD COLUMN hired_at timestamptz;

CREATE INDEX introductions_live ON introductions (proposed_at) WHERE ended_as IS NULL;

-- An action plan agreed, a coaching session, a workshop attended.
CREATE TABLE steps (
    kind text NOT NULL CHECK (kind IN ('plan', 'coaching', 'workshop')),
    about uuid NOT NULL,
    candidate_id uuid NOT NULL,
    held_on date NOT NULL,
    PRIMARY KEY (kind, about)
);

CREATE INDEX steps_candidate ON steps (candidate_id)
"""
