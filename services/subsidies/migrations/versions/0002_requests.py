"""What subsidies knows of persons, employers and hires; assessments, requests and decisions."""

from alembic import op

from shared.webhooks import create_webhook_tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    create_webhook_tables(op)


TABLES = """
-- facts a measure asks for; erased: only the id is left, so that late events are let pass
CREATE TABLE candidates (
    candidate_id uuid PRIMARY KEY,
    file_number text,
    occupation text,
    months_in_field_quebec integer,
    arrived_on date,
    work_authorisation text,
    erased boolean NOT NULL DEFAULT false
);

CREATE TABLE consents (
    consent_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    recipient text NOT NULL,
    withdrawn boolean NOT NULL
);

CREATE INDEX consents_candidate ON consents (candidate_id);

-- a row without facts is an employer of whom only a hire was heard
CREATE TABLE employers (
    employer_id uuid PRIMARY KEY,
    legal_form text,
    quebec_establishment boolean
);

CREATE TABLE hires (
    hire_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    occupation text NOT NULL,
    wage_cents integer NOT NULL,
    hours_per_week numeric NOT NULL,
    starts_on date NOT NULL,
    permanent boolean NOT NULL,
    in_field boolean,
    hired_on date NOT NULL,
    closed_reason text
);

CREATE INDEX hires_candidate ON hires (candidate_id);

CREATE INDEX hires_employer ON hires (employer_id);

-- every version is kept: what was known, by which rules, with what result
CREATE TABLE assessments (
    assessment_id uuid NOT NULL,
    version integer NOT NULL,
    hire_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    measure text NOT NULL,
    rule_version text NOT NULL,
    result text NOT NULL,
    criteria jsonb NOT NULL,
    apply_until date NOT NULL,
    lines jsonb,
    amount_cents bigint,
    weeks integer,
    assessed_at timestamptz NOT NULL,
    PRIMARY KEY (assessment_id, version)
);

CREATE INDEX assessments_hire ON assessments (hire_id);

CREATE TABLE requests (
    request_id uuid PRIMARY KEY,
    hire_id uuid NOT NULL,
    candidate_id uuid,
    employer_id uuid NOT NULL,
    file_number text,
    ministry text NOT NULL,
    measure text NOT NULL,
    rule_version text NOT NULL,
    state text NOT NULL CHECK (state IN
        ('draft', 'ready', 'submitted', 'approved', 'active', 'refused', 'ended')),
    amount_cents bigint NOT NULL CHECK (amount_cents >= 0),
    weeks integer NOT NULL,
    starts_on date,
    apply_until date NOT NULL,
    facts jsonb,
    criteria jsonb,
    lines jsonb,
    created_at timestamptz NOT NULL,
    confirmed_by text,
    submitted_at timestamptz,
    decided_on date,
    approved_amount_cents bigint CHECK (approved_amount_cents BETWEEN 0 AND amount_cents),
    approved_weeks integer CHECK (approved_weeks BETWEEN 0 AND weeks),
    approved_from date,
    refusal_reason text,
    decision_note text,
    ended_on date,
    end_reason text
);

-- one at a time for a hire and a measure
CREATE UNIQUE INDEX requests_one_open ON requests (hire_id, measure) WHERE state NOT IN ('refused', 'ended');

CREATE INDEX requests_candidate ON requests (candidate_id);

CREATE INDEX requests_in_order ON requests (created_at, request_id);

-- a ministry's decisions, remembered for ever by the id the ministry gave them
CREATE TABLE decisions (
    ministry text NOT NULL,
    decision_id text NOT NULL,
    request_id uuid NOT NULL REFERENCES requests,
    decision text NOT NULL,
    amount_cents bigint,
    weeks integer,
    starts_on date,
    reason text,
    note text,
    decided_on date NOT NULL,
    content_hash text NOT NULL, -- of all it said: an erasure may take the note
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (ministry, decision_id)
)
"""
