"""The worker of subsidies: what it consumes, its timers, its relay, the notices to the ministry, the seals of its
audit chain."""

from services.subsidies.consumers import CONSUMES, TIMERS
from services.subsidies.rulebook import rulebook
from services.subsidies.settings import MIFI, SERVICES_QUEBEC, SubsidiesSettings
from shared.audit import keep_sealed
from shared.db import Database
from shared.messaging.worker import run_worker
from shared.webhooks import Endpoint, delivery_loop

_PATHS = {SERVICES_QUEBEC: "/v1/notifications", MIFI: "/v1/mifi/notifications"}


def endpoints(settings: SubsidiesSettings) -> dict[str, Endpoint]:
    """Ministries that take notices. Without a secret none does: requests wait in the delivery log, and on the page."""
    if settings.ministry_webhook_secret is None:
        return {}
    secret = settings.ministry_webhook_secret.get_secret_value()
    return {
        ministry: Endpoint(f"{settings.ministry_url}{path}", (secret,), inside=True)
        for ministry, path in _PATHS.items()
        if settings.sent_by(ministry) == "webhook"
    }


def main() -> None:
    settings = SubsidiesSettings()
    rulebook()

    async def send_notices(db: Database) -> None:
        await delivery_loop(db, endpoints(settings))

    run_worker(settings, consumes=CONSUMES, timers=TIMERS, beside=(send_notices, keep_sealed))


if __name__ == "__main__":
    main()
