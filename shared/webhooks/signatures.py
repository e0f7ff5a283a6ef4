"""Standard Webhooks 1.0 signatures, by the reference library. Real time: a receiver elsewhere checks it."""

import base64
import secrets as randomness
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.errors import Problem, Unauthenticated

MOST_SIGNATURES = 10


class WebhookNotAuthentic(Unauthenticated):
    """The signature, its time or its headers are not right."""


def new_secret() -> str:
    """``whsec_`` and 256 random bits."""
    return "whsec_" + base64.b64encode(randomness.token_bytes(32)).decode()


def sign(secrets: Sequence[str], message_id: str, body: str, at: datetime | None = None) -> dict[str, str]:
    """The three headers; one signature for each secret."""
    moment = at or datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, moment, body) for secret in secrets),
    }


def verify_webhook(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
    """The id of an inbound message signed with one of ``secrets`` within 300 s of now, either way. Whoever calls must
    still recognise an id seen before. Raises WebhookNotAuthentic."""
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    signatures = given.get("webhook-signature", "").split(" ")
    if not (0 < len(message_id) <= 200 and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise _not_authentic()
    for signature in signatures[:MOST_SIGNATURES]:
        alone = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
        if any(_fits(secret, alone, body) for secret in secrets):
            return message_id
    raise _not_authentic()


def _fits(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: not base64, not UTF-8, not "v1,…"
        return False
    return True


def _not_authentic() -> WebhookNotAuthentic:
    return WebhookNotAuthentic(
        Problem("", "signature_invalid",
                "La signature ou l'heure de ce message n'est pas la bonne (Standard Webhooks, ±300 s).",
                "The signature or the time of this message is not right (Standard Webhooks, ±300 s).")
    )  # fmt: skip
