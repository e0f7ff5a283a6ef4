"""The sandbox's own rules: whether a request holds up. Pure; it works on the JSON it was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

MOST_WEEKS = 52
HOURS_A_DAY = Decimal(8)
MOST_COURSE_HOURS = 1800
LETTER = "eligibility_letter"
LETTER_HOLDS_DAYS = 120  # before the request was sent

Reason = Literal["not_eligible", "incomplete", "computation_differs"]
Request = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One check: passed, or the reason for which it would be refused."""

    check: str
    passed: bool
    reason: Reason
    said: str
    cents: int = 0  # of a line: what it comes to


def examine(request: Request) -> list[Finding]:
    """Every check, passed or not. A request that cannot be read fails as incomplete."""
    try:
        return [
            _complete(request),
            _documents(request),
            _letter(request),
            _criteria(request),
            _weeks(request),
            _amount(request),
            _sum(request),
            *(_line(line) for line in request["lines"] or ()),
            _days(request),
        ]
    except (KeyError, TypeError, ValueError, InvalidOperation) as missing:
        return [Finding("readable", False, "incomplete", f"cannot be read: {missing!r}")]


def examine_claim(claim: Request) -> list[Finding]:
    """Every line recomputed, and the sum less what goes beyond the approval."""
    try:
        lines = claim["lines"] or ()
        total, amount, cut = (sum(int(each["amount_cents"]) for each in lines), int(claim["amount_cents"]),
                              int(claim["cut_cents"]))  # fmt: skip
        return [
            *(_line(line) for line in lines),
            Finding(
                "sum", total - cut == amount > 0, "computation_differs", f"lines {total}, cut {cut}, claim {amount}"
            ),
        ]
    except (KeyError, TypeError, ValueError, InvalidOperation) as missing:
        return [Finding("readable", False, "incomplete", f"cannot be read: {missing!r}")]


def examine_course(course: Request) -> list[Finding]:
    """Hours that a course may have, towards a level there is."""
    try:
        hours, level = int(course["hours"]), int(course["target_level"])
    except (KeyError, TypeError, ValueError) as missing:
        return [Finding("readable", False, "incomplete", f"cannot be read: {missing!r}")]
    return [
        Finding("hours", 0 < hours <= MOST_COURSE_HOURS, "not_eligible", f"{hours} of at most {MOST_COURSE_HOURS}"),
        Finding("level", 1 <= level <= 12, "not_eligible", f"level {level}"),
    ]


def _documents(request: Request) -> Finding:
    lacking = [f"{each['kind']} {each['status']}" for each in request["documents"] if each["status"] != "present"]
    return Finding("documents", not lacking, "incomplete", ", ".join(lacking) or "all there")


def letter_runs_out(request: Request) -> bool:
    """Whether the letter of eligibility no longer holds on the first subsidised day: an officer asks for another."""
    until = [str(each["expires_on"]) for each in request.get("documents") or () if _is_letter(each)]
    return any(day != "None" and day < str(request["starts_on"]) for day in until)


def _is_letter(paper: Mapping[str, Any]) -> bool:
    return bool(paper["kind"] == LETTER and paper["status"] == "present")


def _letter(request: Request) -> Finding:
    """A letter of eligibility does not hold for ever; one without a date is taken at the employer's word."""
    sent_on = date.fromisoformat(str(request["submitted_at"])[:10])
    dated = [str(each["issued_on"]) for each in request["documents"] if _is_letter(each) and each["issued_on"]]
    old = [day for day in dated if (sent_on - date.fromisoformat(day)).days > LETTER_HOLDS_DAYS]
    said = f"{', '.join(old) or 'none'} older than {LETTER_HOLDS_DAYS} days"
    return Finding("letter", not old, "incomplete", said)


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


def _line(line: Request, hours_a_day: Decimal = HOURS_A_DAY) -> Finding:
    """hours × min(rate × wage, cap), to the nearest cent; foreseen are at most eight hours a day."""
    hours, rate, cap = (Decimal(str(line[name])) for name in ("hours", "rate", "cap_cents"))
    pays = hours * min(rate * int(line["wage_cents"]), cap)
    expected = int(pays.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    right = expected == int(line["amount_cents"]) and hours <= hours_a_day * int(line["days"])
    said = f"{line['from_on']}..{line['to_on']}: {expected} cents, request {line['amount_cents']}"
    return Finding("line", right, "computation_differs", said, expected)


def _days(request: Request) -> Finding:
    days, weeks = sum(int(line["days"]) for line in request["lines"] or ()), int(request["weeks"])
    return Finding("days", days == 5 * weeks, "computation_differs", f"{days} days in {weeks} weeks")
