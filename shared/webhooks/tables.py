"""The tables of outbound webhooks, created by a migration of each service that sends them."""

from shared.messaging.tables import Executes


def create_webhook_tables(op: Executes) -> None:
    """Version 1."""
    for statement in WEBHOOKS_1.split(";\n\n"):
        op.execute(statement)


WEBHOOKS_1 = """
CREATE TABLE webhook_deliveries (
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id uuid PRIMARY KEY,
    endpoint text NOT NULL,
    type text NOT NULL,
    about text NOT NULL,
    body text,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'exhausted')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    last_status integer,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    correlation_id uuid NOT NULL
);

CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (endpoint, about, position) WHERE state = 'pending';

CREATE INDEX webhook_deliveries_about ON webhook_deliveries (about);

CREATE TABLE webhook_attempts (
    delivery_id uuid NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
    number integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    status integer,
    error text,
    ms integer NOT NULL
);

CREATE INDEX webhook_attempts_delivery ON webhook_attempts (delivery_id, number);

-- A receiver that answered 410 Gone: its messages are kept until a person resumes it.
CREATE TABLE webhook_endpoints_gone (endpoint text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now())
"""
