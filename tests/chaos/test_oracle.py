"""The dates by which C10 judges, worked out by hand from the calendar: Easter 2026 is on 5 April, the patriots' day on
Monday 18 May 2026."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.chaos.checks_of_tasks import Hire, _approved, _ended

HIRE, REQUEST = str(uuid4()), str(uuid4())
STARTS_ON = date(2026, 4, 6)
APPROVED: dict[str, Any] = {
    "hire_id": HIRE, "request_id": REQUEST, "candidate_id": str(uuid4()), "starts_on": "2026-04-06", "weeks": 30,
    "decided_on": "2026-05-04",
}  # fmt: skip
LATER = [("months_3", "2026-07-06"), ("months_6", "2026-10-06"), ("months_12", "2027-04-06")]
WEEKS_2, WEEKS_6 = ("weeks_2", "2026-04-20"), ("weeks_6", "2026-05-19")


def planned(hire: Hire) -> list[tuple[str, str]]:
    """Of one side; the other has the same."""
    found = hire.contacts()
    of = {
        side: sorted((day, contact) for (contact, s, _, day), n in found.items() for _ in range(n) if s == side)
        for side in ("employee", "employer")
    }
    assert of["employee"] == of["employer"]
    return [(contact, day) for day, contact in of["employee"]]


@pytest.mark.parametrize(
    ("hired_on", "wanted"),
    [
        (date(2026, 3, 20), [("before_start", "2026-04-02"), WEEKS_2, WEEKS_6, *LATER]),  # Easter Friday before it
        (date(2026, 4, 6), [WEEKS_2, WEEKS_6, *LATER]),
        (date(2026, 6, 10), [("weeks_6", "2026-06-10"), *LATER]),
        (date(2026, 10, 10), [("months_6", "2026-10-13"), LATER[2]]),  # a Saturday before Thanksgiving Monday
    ],
)
def test_a_hire(hired_on: date, wanted: list[tuple[str, str]]) -> None:
    assert planned(Hire(HIRE, "key", STARTS_ON, hired_on)) == wanted


def test_a_subsidy_and_its_early_end() -> None:
    hire = Hire(HIRE, "key", STARTS_ON, STARTS_ON)
    _approved({HIRE: hire}, "key", APPROVED)  # until Sunday 1 November
    around = [("before_subsidy_end", "2026-10-19"), ("after_subsidy_end", "2026-11-30")]
    assert planned(hire) == [WEEKS_2, WEEKS_6, LATER[0], LATER[1], *around, LATER[2]]
    _ended({HIRE: hire}, "key", {**APPROVED, "ended_on": "2026-06-30"})  # known that day: no contact before it
    assert planned(hire) == [WEEKS_2, WEEKS_6, LATER[0], ("after_subsidy_end", "2026-07-28"), LATER[1], LATER[2]]
    _ended({HIRE: hire}, "key", {**APPROVED, "ended_on": "2026-06-30"})
    assert len(planned(hire)) == 6
