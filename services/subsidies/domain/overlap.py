"""Never two subsidies for the same wage hours: of the measures a hire may receive, one goes first."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.subsidies.domain.assessment import Result
from services.subsidies.domain.request import WITH_THE_MINISTRY, Request
from shared.money import Cents


@dataclass(frozen=True)
class Contender:
    """One measure for one hire: what it would pay, and whether its request is with the ministry or granted."""

    measure: str
    amount_cents: Cents | None
    confirmed: bool


def first_among(contenders: Sequence[Contender], preferred: str | None) -> Contender | None:
    """The confirmed one; else the one the employer prefers; else the one that pays most (the first of equals)."""
    confirmed = [each for each in contenders if each.confirmed]
    paying = [each for each in contenders if each.amount_cents is not None]
    wanted = [each for each in paying if each.measure == preferred]
    most = sorted(paying, key=lambda each: -(each.amount_cents or 0))
    return next(iter([*confirmed, *wanted, *most]), None)


def overlapped_by(measure: str, result: Result, first: Contender | None) -> str | None:
    """The measure that goes before this one, if this one could be asked for at all."""
    if first is None or first.measure == measure or result not in ("may_apply", "unknown"):
        return None
    return first.measure


def is_confirmed(request: Request | None) -> bool:
    return request is not None and request.state in WITH_THE_MINISTRY
