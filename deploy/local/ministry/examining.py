"""The sandbox's own rules: whether a request holds up. Pure; it works on the JSON it was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

MOST_WEEKS = 52
HOURS_A_DAY = Decimal(8)

Reason = Literal["not_eligible", "incomplete", "computation_differs"]
Request = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One check: passed, or the reason for which it would be refused."""

    check: str
    passed: bool
    reason: Reason
    said: str


def examine(request: Request) -> list[Finding]:
    """Every check, passed or not. A request that cannot be read fails as incomplete."""
    try:
        return [
            _complete(request),
            _criteria(request),
            _weeks(request),
            _amount(request),
            _sum(request),
            *(_line(line) for line in request["lines"] or ()),
            _days(request),
        ]
    except (KeyError, TypeError, ValueError, InvalidOperation) as missing:
        return [Finding("readable", False, "incomplete", f"cannot be read: {missing!r}")]


def _complete(request: Request) -> Finding:
    """Names are there, or it says why not; facts, lines and the rules' sources are there."""
    names = request["names"] or {}
    named = bool(names.get("candidate") and names.get("employer")) or bool(names.get("note_en"))
    lacking = [part for part in ("facts", "criteria", "lines") if not request[part]]
    lacking += [] if named else ["names"]
    lacking += [] if request["rules"]["sources"] else ["rules"]
    return Finding("complete", not lacking, "incomplete", f"missing: {', '.join(lacking) or 'nothing'}")


def _criteria(request: Request) -> Finding:
    criteria = request["criteria"] or []
    others = [f"{each['code']} {each['result']}" for each in criteria if each["result"] != "met"]
    return Finding("criteria", bool(criteria) and not others, "not_eligible", ", ".join(others) or "all met")


def _weeks(request: Request) -> Finding:
    weeks = int(request["weeks"])
    return Finding("weeks", 0 < weeks <= MOST_WEEKS, "not_eligible", f"{weeks} of at most {MOST_WEEKS}")


def _amount(request: Request) -> Finding:
    amount = int(request["amount_cents"])
    return Finding("amount", amount > 0, "computation_differs", f"{amount} cents")


def _sum(request: Request) -> Finding:
    total, amount = sum(int(line["amount_cents"]) for line in request["lines"] or ()), int(request["amount_cents"])
    return Finding("sum", total == amount, "computation_differs", f"lines {total}, request {amount}")


def _line(line: Request) -> Finding:
    """hours × min(rate × wage, cap), to the nearest cent, for at most eight hours a day."""
    hours, rate, cap = (Decimal(str(line[name])) for name in ("hours", "rate", "cap_cents"))
    pays = hours * min(rate * int(line["wage_cents"]), cap)
    expected = int(pays.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    right = expected == int(line["amount_cents"]) and hours <= HOURS_A_DAY * int(line["days"])
    said = f"{line['from_on']}..{line['to_on']}: {expected} cents, request {line['amount_cents']}"
    return Finding("line", right, "computation_differs", said)


def _days(request: Request) -> Finding:
    days, weeks = sum(int(line["days"]) for line in request["lines"] or ()), int(request["weeks"])
    return Finding("days", days == 5 * weeks, "computation_differs", f"{days} days in {weeks} weeks")
