"""The table of the audit chain, and what keeps sealed rows as they are. Created by a migration of each service that
seals. A change is a new function here and a new migration in each of them."""

from shared.messaging.tables import Executes


def create_audit_tables(op: Executes) -> None:
    """Version 1."""
    op.execute(_SEALS)
    op.execute(_UNCHANGEABLE)
    op.execute(_SEALS_STAY)
    op.execute(_JOURNAL_STAYS_WHOLE)
    op.execute(_JOURNAL_STAYS)


_SEALS = """
CREATE TABLE audit_seals (
    trail text NOT NULL, -- the table whose rows it closes
    block bigint NOT NULL CHECK (block > 0),
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    row_count integer NOT NULL CHECK (row_count > 0),
    sealed_at timestamptz NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (trail, block)
)"""

_UNCHANGEABLE = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$"""

_SEALS_STAY = """
CREATE TRIGGER audit_seals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"""

# An erasure removes the payload and nothing else: every other column, where version 1 of the kernel named seven.
_JOURNAL_STAYS_WHOLE = """
CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.data IS NULL
       AND (NEW.position, NEW.event_id, NEW.type, NEW.key, NEW.subject, NEW.version, NEW.occurred_at, NEW.written_at,
            NEW.correlation_id, NEW.causation_id, NEW.actor)
         IS NOT DISTINCT FROM
           (OLD.position, OLD.event_id, OLD.type, OLD.key, OLD.subject, OLD.version, OLD.occurred_at, OLD.written_at,
            OLD.correlation_id, OLD.causation_id, OLD.actor) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the journal is append-only';
END $$"""

_JOURNAL_STAYS = """
CREATE TRIGGER journal_is_not_truncated BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"""
