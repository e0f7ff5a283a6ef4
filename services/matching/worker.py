"""Matching's worker: what it consumes, its timers, its relay, the seals of its audit chain."""

from services.matching.consumers import CONSUMES, TIMERS
from services.matching.settings import MatchingSettings
from shared.audit import keep_sealed
from shared.messaging.worker import run_worker


def main() -> None:
    run_worker(MatchingSettings(), consumes=CONSUMES, timers=TIMERS, beside=(keep_sealed,))


if __name__ == "__main__":
    main()
