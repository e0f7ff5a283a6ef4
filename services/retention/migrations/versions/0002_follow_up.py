"""Employments, their tasks and contacts, the subsidies whose end is followed, who advises whom, who is forgotten."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)


TABLES = """
-- Who advises a person, and the number that stands for her where no name may.
CREATE TABLE candidates (
    candidate_id uuid PRIMARY KEY,
    file_number text NOT NULL,
    advisor_id uuid NOT NULL
);

-- Persons who asked to be forgotten: a fact about one of them that arrives late is not kept. An id, and nothing else.
CREATE TABLE forgotten (candidate_id uuid PRIMARY KEY);

-- One row a hire, for ever: after an erasure without the person, so that past totals stand.
CREATE TABLE employments (
    hire_id uuid PRIMARY KEY,
    plan_id uuid NOT NULL UNIQUE,
    candidate_id uuid,
    employer_id uuid NOT NULL,
    source text NOT NULL,
    starts_on date NOT NULL,
    hired_on date NOT NULL,
    rule_version text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'ended', 'cancelled')),
    ended_on date,
    end_reason text,
    CHECK ((state = 'ended') = (ended_on IS NOT NULL))
);

CREATE INDEX employments_candidate ON employments (candidate_id);

-- Approved subsidies. A row may come before its hire (another topic) and then waits here, not in the way.
CREATE TABLE subsidies (
    request_id uuid PRIMARY KEY,
    hire_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    ends_on date NOT NULL,
    known_on date NOT NULL
);

CREATE INDEX subsidies_hire ON subsidies (hire_id);

CREATE INDEX subsidies_candidate ON subsidies (candidate_id);

CREATE TABLE tasks (
    task_id uuid PRIMARY KEY,
    plan_id uuid NOT NULL,
    hire_id uuid NOT NULL REFERENCES employments,
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    contact text NOT NULL,
    side text NOT NULL CHECK (side IN ('employee', 'employer')),
    request_id uuid,
    planned_on date NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('planned', 'moved', 'due', 'not_reached', 'done', 'cancelled')),
    reason text,
    advisor_id uuid,
    open boolean NOT NULL GENERATED ALWAYS AS (state NOT IN ('done', 'cancelled')) STORED
);

CREATE INDEX tasks_open ON tasks (due_on, task_id) WHERE open;

CREATE INDEX tasks_open_of_advisor ON tasks (advisor_id, due_on, task_id) WHERE open;

CREATE INDEX tasks_hire ON tasks (hire_id);

CREATE INDEX tasks_candidate ON tasks (candidate_id);

-- What was said. It stays here: no event repeats an outlook or a note.
CREATE TABLE contacts (
    contact_id uuid PRIMARY KEY,
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    result text NOT NULL CHECK (result IN ('reached', 'not_reached')),
    held_on date NOT NULL,
    outlook smallint CHECK (outlook BETWEEN 1 AND 5),
    note text,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL
);

CREATE INDEX contacts_task ON contacts (task_id)
"""
