"""Retention's worker: what it consumes, its timers, its relay."""

from services.retention.consumers import CONSUMES, TIMERS
from services.retention.settings import RetentionSettings
from shared.messaging.worker import run_worker


def main() -> None:
    run_worker(RetentionSettings(), consumes=CONSUMES, timers=TIMERS)


if __name__ == "__main__":
    main()
