"""The portal's read models. They name nobody: ids, codes, days and amounts."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)


TABLES = """
-- Everyone ever referred. An erased person keeps a row without a file number: past totals do not change.
CREATE TABLE people (
    candidate_id uuid PRIMARY KEY,
    file_number text,
    referred_at timestamptz,
    admitted_on date,
    withdrawn_at timestamptz,
    erased_at timestamptz
);

CREATE INDEX people_file_number ON people (file_number);

CREATE INDEX people_admitted_on ON people (admitted_on DESC, candidate_id);

CREATE TABLE referrals (
    referral_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    received_at timestamptz,
    incomplete boolean NOT NULL DEFAULT false,
    facts_version bigint NOT NULL DEFAULT 0,
    outcome text,
    closed_at timestamptz
);

CREATE INDEX referrals_candidate ON referrals (candidate_id);

CREATE INDEX referrals_received_at ON referrals (received_at);

CREATE TABLE introductions (
    introduction_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    employer_id uuid,
    proposed_at timestamptz,
    met_on date,
    offered_at timestamptz,
    ended_as text,
    ended_at timestamptz
);

CREATE INDEX introductions_candidate ON introductions (candidate_id);

CREATE INDEX introductions_proposed_at ON introductions (proposed_at);

CREATE TABLE hires (
    hire_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    employer_id uuid,
    source text,
    hired_at timestamptz,
    starts_on date,
    ended_on date,
    cancelled_at timestamptz
);

CREATE INDEX hires_candidate ON hires (candidate_id);

CREATE INDEX hires_hired_at ON hires (hired_at);

CREATE TABLE requests (
    request_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    employer_id uuid,
    hire_id uuid,
    ministry text,
    measure text,
    amount_cents bigint,
    requested_at timestamptz,
    decision text,
    decided_at timestamptz,
    ended_on date
);

CREATE INDEX requests_candidate ON requests (candidate_id);

CREATE INDEX requests_decided_at ON requests (decided_at);

-- A follow-up plan and the newest version of it that was heard of. A task stands while its version is the plan's.
CREATE TABLE plans (
    plan_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    hire_id uuid NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE tasks (
    task_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    hire_id uuid NOT NULL,
    plan_id uuid,
    plan_version bigint NOT NULL DEFAULT 0,
    contact text,
    side text,
    due_on date,
    announced_at timestamptz,
    reached_on date,
    next_try_on date
);

CREATE INDEX tasks_due_on ON tasks (due_on) WHERE reached_on IS NULL;

CREATE INDEX tasks_candidate ON tasks (candidate_id);

-- Companies, and the first thing each received from the programme.
CREATE TABLE employers (
    employer_id uuid PRIMARY KEY,
    sector text,
    municipality text,
    registered_at timestamptz,
    supported_since timestamptz
);

CREATE INDEX employers_supported_since ON employers (supported_since DESC, employer_id);

CREATE TABLE employer_touches (
    kind text NOT NULL CHECK (kind IN ('vacancy', 'introduction', 'training', 'support', 'request')),
    about uuid NOT NULL,
    employer_id uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (kind, about)
);

CREATE INDEX employer_touches_employer ON employer_touches (employer_id);

-- One row per event about a person, with the codes, amounts and ids needed to word it.
CREATE TABLE timeline (
    event_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    at timestamptz NOT NULL,
    service text NOT NULL,
    kind text NOT NULL,
    facts jsonb NOT NULL,
    cause uuid,
    actor text
);

CREATE INDEX timeline_candidate ON timeline (candidate_id, at);

-- How many facts came in, spread over rows so that partitions do not wait for each other; real time.
CREATE TABLE facts_received (
    slot smallint PRIMARY KEY,
    received bigint NOT NULL,
    last_at timestamptz NOT NULL,
    last_delay_s double precision NOT NULL
);

-- The worker's last sign of life; real time.
CREATE TABLE signs_of_life (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    at timestamptz NOT NULL
)
"""
