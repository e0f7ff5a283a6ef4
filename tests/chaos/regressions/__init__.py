"""Seeds that once found something, kept for ever: ``python -m tests.chaos regressions`` runs them all. The clock, the
machine's load and the operating system are not in a seed, so a case here says what it found; where the same could be
shown by a test without dice, that test is named."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    seed: int
    size: str
    found: str
    shown_by: str


CASES: tuple[Case, ...] = ()
