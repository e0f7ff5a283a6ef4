"""When to try again. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# seconds after the 1st, 2nd … attempt, before jitter: eleven attempts over 75 h 36 min at least
DELAYS_S = (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
MOST_ATTEMPTS = len(DELAYS_S) + 1
_JITTER = 0.2  # only ever later, so that the whole never falls short
_LONGEST_RETRY_AFTER_S = 48 * 3600


def seconds_until_next(
    attempts: int, retry_after: str | None, chance: Callable[[], float], now: datetime
) -> float | None:
    """How long to wait after ``attempts`` attempts (1 …); None when they are exhausted. A Retry-After header can only
    make it longer, by two days at most. ``chance`` gives 0 ≤ x < 1."""
    if attempts >= MOST_ATTEMPTS:
        return None
    planned = DELAYS_S[attempts - 1] * (1 + _JITTER * chance())
    return max(planned, min(_asked_for(retry_after, now), _LONGEST_RETRY_AFTER_S))


def _asked_for(retry_after: str | None, now: datetime) -> float:
    """RFC 9110 § 10.2.3: seconds, or a date. What cannot be read asks for nothing."""
    if not retry_after:
        return 0.0
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())
