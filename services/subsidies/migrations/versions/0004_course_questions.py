"""MIFI asks for more about a French course, and is answered."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for statement in CHANGES.split(";\n\n"):
        op.execute(statement)


CHANGES = """
ALTER TABLE french_courses DROP CONSTRAINT french_courses_state_check;

ALTER TABLE french_courses ADD CONSTRAINT french_courses_state_check CHECK (state IN ('draft', 'submitted',
    'information_requested', 'approved', 'refused', 'running', 'ended'));

CREATE TABLE french_course_questions (
    course_id uuid NOT NULL REFERENCES french_courses,
    number integer NOT NULL,
    questions jsonb NOT NULL,
    note text,
    asked_on date NOT NULL,
    given_on date,
    given_by text,
    answer text,
    PRIMARY KEY (course_id, number)
)
"""
