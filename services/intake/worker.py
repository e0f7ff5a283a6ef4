"""The worker: what intake listens to, and the relay of what it says."""

from services.intake.consumers import CONSUMES, TIMERS
from services.intake.settings import IntakeSettings
from shared.messaging.worker import run_worker


def main() -> None:
    run_worker(IntakeSettings(), consumes=CONSUMES, timers=TIMERS)


if __name__ == "__main__":
    main()
