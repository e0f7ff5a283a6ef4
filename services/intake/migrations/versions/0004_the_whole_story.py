"""Partners' events and what they are told; chains of senders; action plans, coaching, workshops, company training."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)


TABLES = """
-- Which branch or stand a link is for, and to whom the persons it brings go first.
ALTER TABLE links ADD COLUMN label text, ADD COLUMN to_partner_id uuid REFERENCES partners;

ALTER TABLE employers ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY UNIQUE;

-- Who holds a referral (the sender, until it is passed on) and whether it has come to the programme itself.
ALTER TABLE referrals ADD COLUMN holder_id uuid REFERENCES partners,
    ADD COLUMN at_programme boolean NOT NULL DEFAULT true;

UPDATE referrals SET holder_id = partner_id;

-- Every partner of a referral's chain: each may see what became of the person, as far as she lets them.
CREATE TABLE referral_senders (
    referral_id uuid NOT NULL REFERENCES referrals,
    partner_id uuid NOT NULL REFERENCES partners,
    candidate_id uuid NOT NULL REFERENCES candidates,
    position bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (referral_id, partner_id)
);

CREATE INDEX referral_senders_of ON referral_senders (partner_id, candidate_id);

CREATE INDEX referral_senders_candidate ON referral_senders (candidate_id);

INSERT INTO referral_senders (referral_id, partner_id, candidate_id)
    SELECT referral_id, partner_id, candidate_id FROM referrals WHERE partner_id IS NOT NULL;

-- Events of partners' systems, remembered for ever. The id is the partner's free text, so only its hash is kept; what
-- was sent and answered is forgotten with the person.
CREATE TABLE partner_events (
    partner_id uuid NOT NULL REFERENCES partners,
    event_hash text NOT NULL, -- SHA-256 of source and id
    content_hash text,        -- SHA-256 of type and data
    type text NOT NULL,
    candidate_id uuid,
    answer jsonb,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (partner_id, event_hash)
);

CREATE INDEX partner_events_candidate ON partner_events (candidate_id);

-- A partner's own references. That of a person may name her: it is part of the identity vault.
CREATE TABLE vault_person_refs (
    partner_id uuid NOT NULL REFERENCES partners,
    person_ref text NOT NULL,
    candidate_id uuid NOT NULL REFERENCES candidates,
    PRIMARY KEY (partner_id, person_ref)
);

CREATE INDEX vault_person_refs_candidate ON vault_person_refs (candidate_id);

CREATE TABLE vault_employer_refs (
    partner_id uuid NOT NULL REFERENCES partners,
    employer_ref text NOT NULL,
    employer_id uuid NOT NULL REFERENCES employers,
    PRIMARY KEY (partner_id, employer_ref)
);

-- What became of the persons a partner sent, in the order of commit: the head row is locked to the transaction's end,
-- so a position never appears behind one that was read.
CREATE TABLE update_heads (partner_id uuid PRIMARY KEY REFERENCES partners, position bigint NOT NULL);

CREATE TABLE updates (
    partner_id uuid NOT NULL REFERENCES partners,
    position bigint NOT NULL,
    candidate_id uuid NOT NULL REFERENCES candidates,
    referral_id uuid NOT NULL REFERENCES referrals,
    type text NOT NULL,
    outcome text,
    reason text,
    at timestamptz NOT NULL,
    PRIMARY KEY (partner_id, position)
);

CREATE INDEX updates_candidate ON updates (candidate_id);

ALTER TABLE reports DROP CONSTRAINT reports_kind_check;

ALTER TABLE reports ADD CONSTRAINT reports_kind_check
    CHECK (kind IN ('hire', 'employment_end', 'hours', 'absence', 'employment_change'));

-- agreed_on is null until both have agreed.
CREATE TABLE action_plans (
    plan_id uuid PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    candidate_id uuid NOT NULL REFERENCES candidates,
    advisor_id uuid,
    goal_occupation text,
    steps text[] NOT NULL,
    proposed_on date NOT NULL,
    agreed_on date
);

CREATE INDEX action_plans_candidate ON action_plans (candidate_id);

CREATE TABLE coaching (
    coaching_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidates,
    advisor_id uuid,
    held_on date NOT NULL,
    minutes integer NOT NULL,
    topics text[] NOT NULL
);

CREATE INDEX coaching_candidate ON coaching (candidate_id);

-- Workshops for candidates and training for companies. places null: no limit. reported: made known by a partner's event
-- after it was held.
CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind text NOT NULL CHECK (kind IN ('workshop', 'training')),
    topic text NOT NULL,
    partner_id uuid REFERENCES partners,
    held_on date NOT NULL,
    minutes integer NOT NULL,
    places integer,
    reported boolean NOT NULL DEFAULT false,
    created_by text
);

CREATE INDEX sessions_held_on ON sessions (kind, held_on, position);

CREATE UNIQUE INDEX sessions_reported ON sessions (partner_id, topic, held_on, minutes) WHERE reported;

-- attended is null until somebody says so.
CREATE TABLE workshop_enrolments (
    attendance_id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions,
    candidate_id uuid NOT NULL REFERENCES candidates,
    enrolled_at timestamptz NOT NULL,
    attended boolean,
    UNIQUE (session_id, candidate_id)
);

CREATE INDEX workshop_enrolments_candidate ON workshop_enrolments (candidate_id);

-- One company in one training; persons are the places it takes.
CREATE TABLE training_enrolments (
    enrolment_id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions,
    employer_id uuid NOT NULL REFERENCES employers,
    persons integer NOT NULL,
    attended integer,
    enrolled_at timestamptz NOT NULL,
    UNIQUE (session_id, employer_id)
);

CREATE INDEX training_enrolments_employer ON training_enrolments (employer_id)
"""
