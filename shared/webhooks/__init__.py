"""Signed outbound messages (Standard Webhooks 1.0) with retries, a log and replay; and checking inbound ones.

Enqueued in the transaction of what they tell, so nothing is told that did not happen and nothing that happened goes
untold. Retries run on PostgreSQL's clock: transport time, not programme time."""

from shared.webhooks.deliveries import enqueue, forget_deliveries, states_of
from shared.webhooks.log import list_attempts, list_deliveries, replay, replay_range, resume_endpoint
from shared.webhooks.records import Delivery, Endpoint, EndpointState
from shared.webhooks.sending import delivery_loop
from shared.webhooks.signatures import new_secret, sign, verify_webhook
from shared.webhooks.tables import create_webhook_tables

__all__ = [
    "Delivery",
    "Endpoint",
    "EndpointState",
    "create_webhook_tables",
    "delivery_loop",
    "enqueue",
    "forget_deliveries",
    "list_attempts",
    "list_deliveries",
    "new_secret",
    "replay",
    "replay_range",
    "resume_endpoint",
    "sign",
    "states_of",
    "verify_webhook",
]
