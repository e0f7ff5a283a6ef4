"""Candidates, agreements, vacancies, introductions, offers, choices, hires."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)


TABLES = """
-- A row may begin as a stub: a hire or a withdrawal can be known before the admission.
CREATE TABLE candidates (
    candidate_id uuid PRIMARY KEY,
    file_number text,
    advisor_id uuid,
    admitted_on date,
    withdrawn_at timestamptz,
    profile jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE agreements (
    consent_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    purpose text NOT NULL,
    recipient text NOT NULL,
    withdrawn_at timestamptz
);

CREATE INDEX agreements_candidate ON agreements (candidate_id);

CREATE TABLE vacancies (
    vacancy_id uuid PRIMARY KEY,
    employer_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'closed')),
    closed_reason text,
    posted_at timestamptz,
    facts jsonb -- NULL: its closing is known and its posting is not
);

CREATE INDEX vacancies_open ON vacancies (vacancy_id) WHERE state = 'open';

-- An erased person's rows stay for the counts, without candidate, basis or reason.
CREATE TABLE introductions (
    introduction_id uuid PRIMARY KEY,
    candidate_id uuid,
    vacancy_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'candidate_agreed', 'accepted', 'meeting_set', 'met', 'offered',
        'hired', 'declined', 'not_chosen', 'hired_elsewhere', 'no_answer', 'withdrawn', 'vacancy_closed')),
    live boolean NOT NULL GENERATED ALWAYS AS (state IN
        ('proposed', 'candidate_agreed', 'accepted', 'meeting_set', 'met', 'offered')) STORED,
    state_since timestamptz NOT NULL,
    reason text,
    proposed_at timestamptz NOT NULL,
    agreed_at timestamptz,
    met_on date,
    score integer,
    coverage integer NOT NULL,
    requirements jsonb NOT NULL,
    lines jsonb NOT NULL,
    rule_version text NOT NULL
);

CREATE INDEX introductions_candidate ON introductions (candidate_id);

CREATE INDEX introductions_vacancy ON introductions (vacancy_id);

CREATE UNIQUE INDEX one_live_introduction_to_an_employer ON introductions (candidate_id, employer_id) WHERE live;

CREATE TABLE offers (
    offer_id uuid PRIMARY KEY,
    introduction_id uuid NOT NULL REFERENCES introductions,
    candidate_id uuid,
    state text NOT NULL CHECK (state IN ('open', 'replaced', 'chosen', 'not_chosen', 'lapsed')),
    terms jsonb NOT NULL,
    made_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX one_open_offer ON offers (introduction_id) WHERE state = 'open';

CREATE INDEX offers_candidate ON offers (candidate_id);

CREATE TABLE choices (
    choice_id uuid PRIMARY KEY,
    candidate_id uuid,
    chosen_offer_id uuid NOT NULL REFERENCES offers,
    open_offer_ids uuid[] NOT NULL,
    chosen_at timestamptz NOT NULL
);

CREATE INDEX choices_candidate ON choices (candidate_id);

CREATE TABLE hires (
    hire_id uuid PRIMARY KEY,
    candidate_id uuid,
    employer_id uuid NOT NULL,
    vacancy_id uuid,
    introduction_id uuid,
    source text NOT NULL CHECK (source IN ('introduction', 'self_found')),
    terms jsonb NOT NULL,
    in_field boolean,
    hired_on date NOT NULL,
    starts_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'ended', 'cancelled')),
    ended_on date,
    reason text
);

CREATE INDEX hires_candidate ON hires (candidate_id);

CREATE INDEX hires_vacancy ON hires (vacancy_id)
"""
