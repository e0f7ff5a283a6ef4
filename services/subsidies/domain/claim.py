"""A payment demand under an approval: assembled from the hours really worked.

The rule, exactly:
- Periods follow each other from the first subsidised day, each of the measure's claim period; the last is what is left
  of the approved weeks, or ends with the job.
- A report's hours are spread evenly over its days Monday to Friday (over all its days when it has none of these). Of
  two reports of one day the later heard counts.
- In each subsidised week no more hours count than the measure pays for; the first days of the week go first.
- Days of one wage and one minimum wage make one line, computed as in ``computation``; its hours are rounded to the
  hundredth, half up.
- A claim never asks for more than what is left of the approved amount: the rest is its ``cut_cents``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from services.subsidies.domain.computation import DAYS_IN_A_WEEK, Line, line_of, minimum_on
from services.subsidies.domain.measures import MeasureVersion, MinimumWages
from services.subsidies.domain.request import SentBy
from shared.errors import Invalid, Problem, Refused
from shared.money import Cents

ClaimState = Literal["due", "ready", "submitted", "paid", "corrected", "refused"]
PREPARING_CLAIM: frozenset[ClaimState] = frozenset({"due", "ready"})


@dataclass(frozen=True)
class Claim:
    """One period of one approved request. ``missing``: from–to of working days nobody reported. After an erasure
    ``candidate_id`` and lines are None and only amounts stay."""

    claim_id: UUID
    request_id: UUID
    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    ministry: str
    number: int
    from_on: date
    to_on: date
    state: ClaimState
    state_since: datetime
    hours: Decimal
    amount_cents: Cents
    cut_cents: Cents
    lines: Sequence[Mapping[str, Any]] | None
    missing: Sequence[Mapping[str, Any]]
    created_at: datetime
    flags: Sequence[Mapping[str, Any]] = ()
    sent_by: SentBy | None = None
    confirmed_by: str | None = None
    submitted_at: datetime | None = None
    paid_amount_cents: Cents | None = None
    paid_on: date | None = None
    reason: str | None = None

    @property
    def key(self) -> str:
        """The case whose lock guards it."""
        return str(self.candidate_id or self.claim_id)


@dataclass(frozen=True)
class HoursReport:
    """Hours worked from a day to a day (inclusive), at a wage in cents an hour."""

    from_on: date
    to_on: date
    hours: Decimal
    wage_cents: Cents


@dataclass(frozen=True)
class Assembled:
    """What a period's hours come to."""

    lines: tuple[Line, ...]
    hours: Decimal
    amount_cents: Cents
    cut_cents: Cents
    missing: tuple[tuple[date, date], ...]


class NotClaimable(Refused):
    """The claim cannot go out as it is."""


class NotToBePaid(Refused):
    """The ministry has nothing to pay: the claim was not sent, or was settled."""


def period(starts_on: date, ends_on: date, weeks: int, number: int) -> tuple[date, date] | None:
    """The days of the ``number``-th claim period (from 1); None beyond the last subsidised day ``ends_on``."""
    first = starts_on + timedelta(weeks=weeks * (number - 1))
    return (first, min(first + timedelta(weeks=weeks, days=-1), ends_on)) if first <= ends_on else None


def assemble(
    rules: MeasureVersion,
    wages: MinimumWages,
    *,
    starts_on: date,
    agreed_on: date,
    days: tuple[date, date],
    reports: Sequence[HoursReport],
    left_cents: Cents,
) -> Assembled:
    """``reports`` in the order they were heard; ``left_cents`` of the approved amount, not claimed yet."""
    worked = _worked(reports)
    counted = _within_the_week(rules, starts_on, days, worked)
    alike = groupby(counted, key=lambda each: (each[2], minimum_on(rules, wages, agreed_on, each[0])))
    lines = []
    for (wage_cents, minimum), group in alike:
        found = list(group)
        hours = sum((each[1] for each in found), Decimal()).quantize(Decimal("0.01"), ROUND_HALF_UP)
        lines.append(line_of(rules, wage_cents, minimum, [each[0] for each in found], hours))
    total = sum(line.amount_cents for line in lines)
    amount = max(0, min(total, left_cents))
    hours = sum((line.hours for line in lines), Decimal())
    return Assembled(tuple(lines), hours, amount, total - amount, _missing(days, reports))


def check_submission(claim: Claim, without_missing_hours: bool) -> None:
    """Raises NotClaimable when the employer's confirmation cannot send it."""
    if claim.state not in PREPARING_CLAIM:
        raise NotClaimable(
            Problem("", "claim_sent", "Cette réclamation est déjà partie.", "This claim went out already.")
        )
    if claim.amount_cents == 0:
        raise NotClaimable(
            Problem("", "nothing_to_claim", "Aucune heure payable n'est connue pour cette période.",
                    "No payable hours are known for this period.")
        )  # fmt: skip
    if claim.missing and not without_missing_hours:
        spans = ", ".join(f"{each['from_on']}–{each['to_on']}" for each in claim.missing)
        raise NotClaimable(
            Problem("", "hours_missing", f"Il manque les heures de : {spans}. Complétez, ou renoncez-y.",
                    f"Hours are missing for: {spans}. Report them, or give them up.")
        )  # fmt: skip


@dataclass(frozen=True)
class Payment:
    """What a ministry did about a claim, by the id it chose."""

    payment_id: str
    result: Literal["paid", "corrected", "refused"]
    amount_cents: Cents | None
    reason: str | None
    paid_on: date


def check_payment(claim: Claim, payment: Payment) -> Cents:
    """The cents paid. Raises NotToBePaid, or Invalid with everything wrong."""
    if claim.state != "submitted":
        raise NotToBePaid(
            Problem("", "nothing_to_pay", f"Cette réclamation n'attend pas de paiement ({claim.state}).",
                    f"This claim does not wait for a payment ({claim.state}).")
        )  # fmt: skip
    problems = []
    if payment.result != "paid" and payment.reason is None:
        problems.append(Problem("/reason", "needed", "Dites pourquoi.", "Say why."))
    if payment.result == "corrected" and payment.amount_cents is None:
        problems.append(
            Problem("/amount_cents", "needed", "Une correction dit le montant.", "A correction says the amount.")
        )
    amount = 0 if payment.result == "refused" else claim.amount_cents
    said = amount if payment.amount_cents is None else payment.amount_cents
    if said > amount or (payment.result == "paid" and said != amount):
        problems.append(
            Problem("/amount_cents", "not_the_amount",
                    f"La réclamation est de {claim.amount_cents} cents ; moins est une correction.",
                    f"The claim is for {claim.amount_cents} cents; less is a correction.")
        )  # fmt: skip
    if problems:
        raise Invalid(*problems)
    return said


def _worked(reports: Sequence[HoursReport]) -> dict[date, tuple[Decimal, Cents]]:
    worked: dict[date, tuple[Decimal, Cents]] = {}
    for report in reports:
        days = _days(report.from_on, report.to_on)
        spread = [day for day in days if day.weekday() < DAYS_IN_A_WEEK] or days
        for day in days:
            worked.pop(day, None)
        worked |= {day: (report.hours / len(spread), report.wage_cents) for day in spread}
    return worked


def _within_the_week(
    rules: MeasureVersion, starts_on: date, days: tuple[date, date], worked: Mapping[date, tuple[Decimal, Cents]]
) -> list[tuple[date, Decimal, Cents]]:
    counted, used = [], dict[int, Decimal]()
    for day in sorted(day for day in worked if days[0] <= day <= days[1]):
        week = (day - starts_on).days // 7
        hours = min(worked[day][0], rules.hours_per_week_max - used.get(week, Decimal()))
        used[week] = used.get(week, Decimal()) + hours
        if hours > 0:
            counted.append((day, hours, worked[day][1]))
    return counted


def _missing(days: tuple[date, date], reports: Sequence[HoursReport]) -> tuple[tuple[date, date], ...]:
    """Working days that no report covers, as spans; a weekend does not break one."""
    spans: list[tuple[date, date]] = []
    broken = True
    for day in _days(*days):
        if day.weekday() >= DAYS_IN_A_WEEK:
            continue
        if any(report.from_on <= day <= report.to_on for report in reports):
            broken = True
        else:
            spans = [*spans, (day, day)] if broken else [*spans[:-1], (spans[-1][0], day)]
            broken = False
    return tuple(spans)


def _days(from_on: date, to_on: date) -> list[date]:
    return [from_on + timedelta(days=n) for n in range((to_on - from_on).days + 1)]
