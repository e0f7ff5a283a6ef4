"""The whole story: documents, overlap, information asked, claims, French courses, introductions."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in CHANGES.split(";\n\n"):
        op.execute(statement)


CHANGES = """
ALTER TABLE requests DROP CONSTRAINT requests_state_check;

ALTER TABLE requests
    ADD CONSTRAINT requests_state_check CHECK (state IN ('draft', 'ready', 'submitted', 'information_requested',
        'approved', 'active', 'refused', 'ended')),
    ADD COLUMN state_since timestamptz,
    ADD COLUMN sent_by text,
    ADD COLUMN lacking jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN flags jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN overlaps_with text;

UPDATE requests SET state_since = coalesce(submitted_at, created_at),
    sent_by = CASE WHEN submitted_at IS NOT NULL THEN 'webhook' END;

-- what a draft of before lacked is written down, as documents now count too
UPDATE requests SET lacking = '["consent_send_to_ministry"]' WHERE state = 'draft';

ALTER TABLE assessments ADD COLUMN overlaps_with text;

ALTER TABLE hires ADD COLUMN preferred_measure text;

ALTER TABLE decisions ADD COLUMN entered_by text; -- who typed in a decision that came on paper

-- Metadata of papers. scope: whom one serves: this measure's request, any of the hire, or any of the employer
CREATE TABLE documents (
    document_id uuid PRIMARY KEY,
    scope text NOT NULL CHECK (scope IN ('request', 'hire', 'employer')),
    request_id uuid,
    hire_id uuid,
    candidate_id uuid,
    employer_id uuid NOT NULL,
    kind text NOT NULL,
    issued_on date,
    expires_on date,
    reference text,
    registered_by text,
    registered_at timestamptz NOT NULL
);

CREATE INDEX documents_hire ON documents (hire_id);

CREATE INDEX documents_employer ON documents (employer_id, scope);

CREATE INDEX documents_candidate ON documents (candidate_id);

-- what a ministry asked before deciding, and when it was answered
CREATE TABLE information_requests (
    request_id uuid NOT NULL REFERENCES requests,
    number integer NOT NULL,
    questions jsonb NOT NULL,
    note text,
    asked_on date NOT NULL,
    given_on date,
    given_by text,
    answer text,
    PRIMARY KEY (request_id, number)
);

-- what a ministry said, by the id it gave it, with our answer, for ever (decisions on requests have their own table)
CREATE TABLE ministry_messages (
    ministry text NOT NULL,
    kind text NOT NULL,
    message_id text NOT NULL,
    about uuid NOT NULL,
    content_hash text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (ministry, kind, message_id)
);

CREATE TABLE hours_reports (
    report_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    hours numeric NOT NULL,
    wage_cents integer NOT NULL,
    heard_at timestamptz NOT NULL
);

CREATE INDEX hours_reports_candidate ON hours_reports (candidate_id, employer_id);

CREATE TABLE claims (
    claim_id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES requests,
    hire_id uuid NOT NULL,
    candidate_id uuid,
    employer_id uuid NOT NULL,
    ministry text NOT NULL,
    number integer NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('due', 'ready', 'submitted', 'paid', 'corrected', 'refused')),
    state_since timestamptz NOT NULL,
    hours numeric NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents >= 0),
    cut_cents bigint NOT NULL,
    lines jsonb,
    missing jsonb NOT NULL,
    flags jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    sent_by text,
    confirmed_by text,
    submitted_at timestamptz,
    paid_amount_cents bigint CHECK (paid_amount_cents BETWEEN 0 AND amount_cents),
    paid_on date,
    reason text,
    UNIQUE (request_id, number)
);

CREATE INDEX claims_candidate ON claims (candidate_id);

CREATE INDEX claims_in_order ON claims (created_at, claim_id);

CREATE TABLE french_courses (
    course_id uuid PRIMARY KEY,
    hire_id uuid NOT NULL,
    candidate_id uuid,
    employer_id uuid NOT NULL,
    file_number text,
    ministry text NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'refused', 'running', 'ended')),
    state_since timestamptz NOT NULL,
    hours integer NOT NULL CHECK (hours > 0),
    target_level integer NOT NULL,
    created_at timestamptz NOT NULL,
    sent_by text,
    confirmed_by text,
    submitted_at timestamptz,
    decided_on date,
    approved_hours integer CHECK (approved_hours BETWEEN 0 AND hours),
    total_hours numeric NOT NULL DEFAULT 0,
    refusal_reason text,
    decision_note text,
    ended_on date,
    end_reason text
);

CREATE UNIQUE INDEX french_courses_one_open ON french_courses (hire_id) WHERE state NOT IN ('refused', 'ended');

CREATE INDEX french_courses_candidate ON french_courses (candidate_id);

CREATE INDEX french_courses_in_order ON french_courses (created_at, course_id);

CREATE TABLE french_course_hours (
    course_id uuid NOT NULL REFERENCES french_courses,
    number integer NOT NULL,
    held_on date NOT NULL,
    hours numeric NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (course_id, number)
);

-- whom an employer may ask an estimate for: those who agreed to be put before it
CREATE TABLE introductions (
    introduction_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL
);

CREATE INDEX introductions_candidate ON introductions (candidate_id)
"""
