"""The kernel's tables, the same in every service's database. Created by each service's first migration; a change is
a new function here and a new migration in each service."""

from typing import Protocol


class Executes(Protocol):
    def execute(self, sqltext: str) -> object: ...


def create_kernel_tables(op: Executes) -> None:
    """Version 1."""
    for statement in KERNEL_1.split(";\n\n"):
        op.execute(statement)


def add_reason_to_decisions(op: Executes) -> None:
    """Version 2: why a person took an event out for good (``waiting.Reason``)."""
    op.execute("ALTER TABLE waiting_decisions ADD COLUMN reason text")


KERNEL_1 = """
-- What this service published, for ever (payloads go at erasure). position is the order of publication for each key.
CREATE TABLE journal (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    key text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    correlation_id uuid NOT NULL,
    causation_id uuid,
    actor text,
    data text,
    UNIQUE (subject, version)
);

CREATE INDEX journal_key ON journal (key);

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.data IS NULL
       AND (NEW.position, NEW.event_id, NEW.type, NEW.key, NEW.subject, NEW.version, NEW.occurred_at)
         = (OLD.position, OLD.event_id, OLD.type, OLD.key, OLD.subject, OLD.version, OLD.occurred_at) THEN
        RETURN NEW; -- an erasure removes the payload and nothing else
    END IF;
    RAISE EXCEPTION 'the journal is append-only';
END $$;

CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();

CREATE TABLE subject_versions (subject text PRIMARY KEY, version bigint NOT NULL);

CREATE TABLE outbox (position bigint PRIMARY KEY REFERENCES journal);

-- Which events were received (13 months), and for ever the highest version of each subject.
CREATE TABLE inbox (
    event_id uuid PRIMARY KEY,
    type text NOT NULL,
    key text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX inbox_received_at ON inbox (received_at);

CREATE TABLE inbox_heads (
    publisher text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (publisher, subject)
);

CREATE TABLE inbox_offsets (
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- A key whose first event could not be handled yet, and every later event of that key behind it.
CREATE TABLE waiting_keys (
    key text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('waiting', 'parked')),
    since timestamptz NOT NULL DEFAULT now(),
    next_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    waits_for text,
    why_fr text NOT NULL,
    why_en text NOT NULL,
    error text
);

CREATE TABLE waiting_events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL REFERENCES waiting_keys ON DELETE CASCADE,
    event_id uuid NOT NULL,
    type text NOT NULL,
    publisher text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    actor text,
    data text,
    queued_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX waiting_events_key ON waiting_events (key, position);

-- What a person decided about a waiting or parked key.
CREATE TABLE waiting_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL,
    decision text NOT NULL CHECK (decision IN ('resumed', 'discarded', 'fixed')),
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    event_id uuid,
    event_type text,
    data text
);

-- What must happen later, at a moment of programme time. Each fires once, in the transaction that acts on it.
CREATE TABLE timers (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL,
    about text NOT NULL,
    due_at timestamptz NOT NULL,
    retry_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    parked_at timestamptz,
    error text,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    UNIQUE (kind, about)
);

CREATE INDEX timers_due ON timers (due_at) WHERE parked_at IS NULL;

-- What an API command answered, by who asked and the key they chose. Kept 30 days at least.
CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    answer text NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
)
"""
