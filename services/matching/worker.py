"""Matching's worker: what it consumes, its timers, its relay."""

from services.matching.consumers import CONSUMES, TIMERS
from services.matching.settings import MatchingSettings
from shared.messaging.worker import run_worker


def main() -> None:
    run_worker(MatchingSettings(), consumes=CONSUMES, timers=TIMERS)


if __name__ == "__main__":
    main()
