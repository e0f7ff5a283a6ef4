"""Partners, referrals, candidates, the identity vault, consents, employers, vacancies, facts reported from outside."""

from alembic import op

revision = "0002"
down_revision = "0001"

FIRST_YEAR, LAST_YEAR = 2019, 2060  # one sequence of file numbers a year: no lock between two referrals


def upgrade() -> None:
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        op.execute(f"CREATE SEQUENCE file_number_{year}")


TABLES = """
CREATE TABLE partners (
    partner_id uuid PRIMARY KEY,
    name text NOT NULL, -- of an organisation
    kind text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text
);

CREATE TABLE partner_keys (
    key_id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    sha256 text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    created_by text,
    revoked_at timestamptz,
    revoked_by text
);

-- Where a person refers herself: the fair's QR, a personal link, a partner's page.
CREATE TABLE links (
    code text PRIMARY KEY,
    channel text NOT NULL,
    partner_id uuid REFERENCES partners,
    expires_on date NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text
);

-- One row for each person ever referred; it outlives an erasure without anything of the person, so that totals stay.
CREATE TABLE candidates (
    candidate_id uuid PRIMARY KEY,
    file_number text UNIQUE,
    status text NOT NULL CHECK (status IN ('referred', 'admitted', 'closed', 'withdrawn', 'erased')),
    advisor_id uuid,
    admitted_on date,
    erased_on date,
    gone_from_log_on date
);

-- THE IDENTITY VAULT: the only tables that name a person or say how to reach her.
CREATE TABLE vault_persons (
    candidate_id uuid PRIMARY KEY REFERENCES candidates,
    given_name text NOT NULL,
    family_name text NOT NULL,
    phone text,
    email text
);

CREATE INDEX vault_persons_phone ON vault_persons (phone);

CREATE INDEX vault_persons_email ON vault_persons (email);

CREATE TABLE facts (
    candidate_id uuid PRIMARY KEY REFERENCES candidates,
    arrived_on date,
    diploma_from text,
    months_in_field_quebec integer,
    occupation text,
    years_of_experience integer,
    french_listening integer,
    french_speaking integer,
    french_reading integer,
    french_writing integer,
    municipality text,
    municipalities_accepted text[],
    hours_per_week_min numeric,
    wage_expected_cents integer,
    available_from date,
    licences text[],
    work_authorisation text
);

CREATE TABLE referrals (
    referral_id uuid PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    candidate_id uuid NOT NULL REFERENCES candidates,
    partner_id uuid REFERENCES partners,
    channel text NOT NULL,
    state text NOT NULL,
    received_at timestamptz NOT NULL,
    received_by text,
    agreed_on date,
    notice_version text,
    statement text,
    reason text,
    closed_at timestamptz,
    closed_by text
);

CREATE INDEX referrals_candidate ON referrals (candidate_id);

CREATE INDEX referrals_partner ON referrals (partner_id, position);

-- The decision as of its day: what was tested, by which rules, what was accepted as unknown, by whom.
CREATE TABLE admissions (
    candidate_id uuid PRIMARY KEY REFERENCES candidates,
    referral_id uuid NOT NULL REFERENCES referrals,
    admitted_on date NOT NULL,
    rule_version text NOT NULL,
    criteria jsonb, -- gone at erasure
    accepted_unknown text[] NOT NULL,
    decided_by text
);

CREATE TABLE consents (
    consent_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidates,
    purpose text NOT NULL,
    recipient text NOT NULL,
    notice_version text NOT NULL,
    given_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text,
    withdrawn_at timestamptz,
    withdrawn_by text
);

CREATE UNIQUE INDEX consents_standing ON consents (candidate_id, purpose, recipient) WHERE withdrawn_at IS NULL;

CREATE TABLE employers (
    employer_id uuid PRIMARY KEY,
    sector text NOT NULL,
    legal_form text NOT NULL,
    municipality text NOT NULL,
    quebec_establishment boolean,
    liaison_id uuid,
    registered_at timestamptz NOT NULL,
    registered_by text
);

CREATE TABLE vault_employers (
    employer_id uuid PRIMARY KEY REFERENCES employers,
    name text NOT NULL,
    contact_name text,
    contact_phone text,
    contact_email text
);

CREATE TABLE vacancies (
    vacancy_id uuid PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    employer_id uuid NOT NULL REFERENCES employers,
    occupation text NOT NULL,
    openings integer NOT NULL,
    wage_min_cents integer NOT NULL,
    wage_max_cents integer NOT NULL,
    hours_per_week numeric NOT NULL,
    starts_on date,
    permanent boolean NOT NULL,
    municipality text NOT NULL,
    french_listening integer,
    french_speaking integer,
    french_reading integer,
    french_writing integer,
    licences_required text[] NOT NULL,
    years_of_experience integer,
    posted_at timestamptz NOT NULL,
    posted_by text,
    closed_at timestamptz,
    closed_by text,
    end_reason text
);

CREATE INDEX vacancies_employer ON vacancies (employer_id, position);

-- What somebody outside told us; deciding what it means is others' business. The facts are gone at erasure.
CREATE TABLE reports (
    report_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidates,
    employer_id uuid NOT NULL REFERENCES employers,
    kind text NOT NULL CHECK (kind IN ('hire', 'employment_end')),
    reported_by text NOT NULL,
    reported_at timestamptz NOT NULL,
    facts jsonb
);

CREATE INDEX reports_candidate ON reports (candidate_id);

-- What matching and retention said, for the sender of the referral. Its facts come in any order.
CREATE TABLE hires (
    hire_id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL,
    hired_on date,
    ended_on date,
    cancelled boolean NOT NULL DEFAULT false
);

CREATE INDEX hires_candidate ON hires (candidate_id);

-- Who saw whose name, when and for what. Names nobody. Never changed, never removed.
CREATE TABLE name_lookups (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    organisation text,
    purpose text NOT NULL,
    asked uuid[] NOT NULL,
    shown uuid[] NOT NULL
);

CREATE INDEX name_lookups_shown ON name_lookups USING gin (shown);

CREATE FUNCTION name_lookups_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit of name look-ups is append-only';
END $$;

CREATE TRIGGER name_lookups_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON name_lookups
    FOR EACH STATEMENT EXECUTE FUNCTION name_lookups_are_append_only()
"""
