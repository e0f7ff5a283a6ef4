"""The worker: what intake listens to, and the relay of what it says, and the seals of its audit chain."""

from services.intake.consumers import CONSUMES, TIMERS
from services.intake.settings import IntakeSettings
from shared.audit import keep_sealed
from shared.messaging.worker import run_worker


def main() -> None:
    run_worker(IntakeSettings(), consumes=CONSUMES, timers=TIMERS, beside=(keep_sealed,))


if __name__ == "__main__":
    main()
