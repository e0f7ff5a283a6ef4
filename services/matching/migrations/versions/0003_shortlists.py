"""Shortlists, the day of a meeting, feedback, offers taken back, introductions by hand, and what was known when."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)


TABLES = """
-- The NOC major group: two digits. NULL: the occupation is unknown, or of another edition.
ALTER TABLE candidates ADD COLUMN field text GENERATED ALWAYS AS
    (CASE WHEN profile ->> 'occupation' ~ '^[0-9]{5}$' THEN left(profile ->> 'occupation', 2) END) STORED;

ALTER TABLE vacancies ADD COLUMN field text GENERATED ALWAYS AS
    (CASE WHEN facts ->> 'occupation' ~ '^[0-9]{5}$' THEN left(facts ->> 'occupation', 2) END) STORED;

CREATE INDEX candidates_field ON candidates (field);

DROP INDEX vacancies_open;

CREATE INDEX vacancies_open ON vacancies (field) WHERE state = 'open';

ALTER TABLE agreements ADD COLUMN given_at timestamptz; -- NULL: before anybody kept it

ALTER TABLE introductions
    ADD COLUMN inputs jsonb, -- all that the explanation rests on, as it was known then
    ADD COLUMN by_hand text, -- why a person proposed it; NULL: the plan did
    ADD COLUMN answer_due_at timestamptz,
    ADD COLUMN meets_on date,
    ADD COLUMN ended_by text CHECK (ended_by IN ('candidate', 'employer', 'programme'));

CREATE INDEX introductions_employer ON introductions (employer_id, proposed_at, introduction_id);

CREATE INDEX introductions_live ON introductions (proposed_at, introduction_id) WHERE live;

ALTER TABLE offers DROP CONSTRAINT offers_state_check;

ALTER TABLE offers ADD CONSTRAINT offers_state_check
    CHECK (state IN ('open', 'replaced', 'withdrawn', 'chosen', 'not_chosen', 'lapsed'));

-- What a side thought of a meeting. Never shown to the other side, and in no event.
CREATE TABLE feedback (
    introduction_id uuid NOT NULL REFERENCES introductions,
    side text NOT NULL CHECK (side IN ('candidate', 'employer')),
    marks jsonb NOT NULL,
    reasons text[] NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (introduction_id, side)
);

-- What was last said of a vacancy's shortlist; the list itself is ranked when it is read.
CREATE TABLE shortlists (
    vacancy_id uuid PRIMARY KEY,
    fingerprint text NOT NULL,
    prepared_at timestamptz NOT NULL
);

-- Something about a person of this field changed (NULL: of a field nobody knows). Only ever added to, so that two
-- persons who change at once never wait for each other.
CREATE TABLE shortlist_changes (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    field text
);

CREATE TABLE past_profiles (
    candidate_id uuid NOT NULL,
    known_at timestamptz NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    profile jsonb NOT NULL,
    PRIMARY KEY (candidate_id, known_at, position)
);

CREATE TABLE past_vacancies (
    vacancy_id uuid NOT NULL,
    known_at timestamptz NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    facts jsonb NOT NULL,
    PRIMARY KEY (vacancy_id, known_at, position)
);

ALTER TABLE hires ADD COLUMN closed_at timestamptz;

-- Who looks for work: admitted, still here, without a job; and whether she agrees to be introduced without her name.
CREATE VIEW looking AS
    SELECT c.candidate_id, c.file_number, c.advisor_id, c.admitted_on, c.profile, c.field,
           EXISTS (SELECT FROM agreements a WHERE a.candidate_id = c.candidate_id
                   AND a.purpose = 'introduce_without_name' AND a.recipient = 'employers'
                   AND a.withdrawn_at IS NULL) AS agreed
    FROM candidates c
    WHERE c.admitted_on IS NOT NULL AND c.withdrawn_at IS NULL
      AND NOT EXISTS (SELECT FROM hires h WHERE h.candidate_id = c.candidate_id AND h.state = 'open');

INSERT INTO past_profiles (candidate_id, known_at, profile) SELECT candidate_id, now(), profile FROM candidates;

INSERT INTO past_vacancies (vacancy_id, known_at, facts)
    SELECT vacancy_id, posted_at, facts FROM vacancies WHERE facts IS NOT NULL;

-- The round that looks for changes; it sets itself again each time.
INSERT INTO timers (id, kind, key, about, due_at, correlation_id)
    VALUES (gen_random_uuid(), 'shortlist_changes', 'shortlists', 'all', now(), gen_random_uuid())
"""
