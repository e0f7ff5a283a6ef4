"""Terms and their history, absences, signals, support, milestones; tasks that move and change hands."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)


TABLES = """
-- An advisor may be assigned before we hear of the admission and its file number.
ALTER TABLE candidates ALTER COLUMN file_number DROP NOT NULL;

CREATE INDEX employments_employer ON employments (employer_id);

ALTER TABLE tasks
    DROP CONSTRAINT tasks_state_check,
    ADD CONSTRAINT tasks_state_check
        CHECK (state IN ('planned', 'moved', 'due', 'not_reached', 'snoozed', 'done', 'cancelled')),
    ADD COLUMN done_on date;

UPDATE tasks SET done_on = due_on WHERE state = 'done';

CREATE INDEX tasks_done ON tasks (done_on DESC, task_id DESC) WHERE state = 'done';

CREATE INDEX tasks_done_of_advisor ON tasks (advisor_id, done_on DESC, task_id DESC) WHERE state = 'done';

-- What falls close together with one employer is one call.
CREATE INDEX tasks_open_of_employer ON tasks (employer_id, due_on) WHERE open AND side = 'employer';

-- ``call_id``: contacts made in one call. ``answers``: question code -> answer code, of that version of the questions.
ALTER TABLE contacts
    ADD COLUMN call_id uuid,
    ADD COLUMN answers jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN questions_version text;

-- The terms of a job from the hire on, one row a change, never edited. ``report_id``: the report it came from.
CREATE TABLE employment_terms (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hire_id uuid NOT NULL REFERENCES employments,
    report_id uuid UNIQUE,
    kind text NOT NULL CHECK (kind IN ('hired', 'advancement', 'wage', 'hours', 'start_moved', 'other')),
    effective_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    occupation text NOT NULL,
    wage_cents integer NOT NULL,
    hours_per_week numeric NOT NULL,
    starts_on date NOT NULL,
    permanent boolean NOT NULL
);

CREATE INDEX employment_terms_hire ON employment_terms (hire_id, effective_on, position);

-- ``signal_id``: the signal that counted this absence. Two reports of the same first day are one absence.
CREATE TABLE absences (
    report_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    signal_id uuid,
    UNIQUE (candidate_id, employer_id, from_on)
);

-- ``about``: the contacts or absences it rests on. One of a kind stands open for an employment at a time.
CREATE TABLE signals (
    signal_id uuid PRIMARY KEY,
    hire_id uuid NOT NULL REFERENCES employments,
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    kind text NOT NULL,
    reasons text[] NOT NULL,
    about uuid[] NOT NULL,
    rule_version text NOT NULL,
    raised_on date NOT NULL,
    task_id uuid NOT NULL,
    closed_on date,
    done text,
    note text,
    closed_by text,
    CHECK ((closed_on IS NULL) = (done IS NULL))
);

CREATE UNIQUE INDEX signals_one_open_of_a_kind ON signals (hire_id, kind) WHERE closed_on IS NULL;

CREATE INDEX signals_candidate ON signals (candidate_id);

CREATE INDEX signals_raised ON signals (raised_on, signal_id);

CREATE INDEX signals_task ON signals (task_id);

-- After an erasure without the person: that a company was supported is still counted.
CREATE TABLE supports (
    support_id uuid PRIMARY KEY,
    hire_id uuid NOT NULL REFERENCES employments,
    candidate_id uuid,
    employer_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('hr', 'intercultural', 'mediation')),
    signal_id uuid,
    opened_on date NOT NULL,
    opened_by text NOT NULL,
    closed_on date,
    outcome text CHECK (outcome IN ('settled', 'partly_settled', 'not_settled')),
    closed_by text,
    CHECK ((closed_on IS NULL) = (outcome IS NULL))
);

CREATE UNIQUE INDEX supports_one_open_of_a_kind ON supports (hire_id, kind) WHERE closed_on IS NULL;

CREATE INDEX supports_opened ON supports (opened_on, support_id);

CREATE INDEX supports_candidate ON supports (candidate_id);

-- Reached once, for ever; it names a hire and nobody.
CREATE TABLE milestones (
    hire_id uuid NOT NULL REFERENCES employments,
    milestone text NOT NULL,
    reached_on date NOT NULL,
    PRIMARY KEY (hire_id, milestone)
)
"""
