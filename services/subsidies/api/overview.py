"""What waits for an employer, and how much of everything there is."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from services.subsidies import store
from services.subsidies.api import showing
from services.subsidies.api.callers import EmployerSide, Everyone, whose
from services.subsidies.domain.claim import Claim
from services.subsidies.domain.french_course import Course
from services.subsidies.domain.request import Request
from services.subsidies.store import Whose
from shared.db import Tx
from shared.http import Reads, Role, Shown, allow
from shared.webhooks import states_of

router = APIRouter(tags=["overview"])
What = Literal[
    "register_document",
    "confirm_request",
    "give_information",
    "report_hours",
    "confirm_claim",
    "confirm_course",
    "give_course_information",
]
_MOST = 500


class ToDoView(Shown):
    """One thing to do, about a request, a claim or a course; ``until``: the last day on which it helps, if any."""

    what: What
    code: str
    fr: str
    en: str
    about_id: UUID
    hire_id: UUID
    employer_id: UUID
    candidate_id: UUID | None
    measure: str | None
    amount_cents: int | None
    since: datetime
    age_days: int
    until: date | None


class ToDosView(Shown):
    """Oldest first."""

    to_do: list[ToDoView]


class CountView(Shown):
    what: Literal["requests", "claims", "french_courses"]
    state: str
    count: int


class CountsView(Shown):
    counts: list[CountView]


class MinistryNoticesView(Shown):
    """How the notices to a ministry stand: to deliver, those of them whose last attempt failed, given up. ``gone``: it
    asked to be sent nothing more. ``oldest_s``: how long the first waits, in seconds. ``last_error``: a code."""

    endpoint: str
    pending: int
    failing: int
    exhausted: int
    gone: bool
    oldest_s: float | None
    last_error: str | None


class NoticesView(Shown):
    """Every ministry that was ever sent one."""

    ministries: list[MinistryNoticesView]


@router.get("/v1/to-do")
def list_to_do(caller: EmployerSide, read: Reads, employer_id: Annotated[UUID | None, Query()] = None) -> ToDosView:
    """What is missing from the employer: papers, confirmations, answers, hours. A liaison sees every employer's, or
    one's."""
    mine = whose(caller, employer_id)
    with read.transaction() as tx:
        found = _to_do(tx, mine)
    return ToDosView(to_do=sorted(found, key=lambda each: each.since))


@router.get("/v1/counts")
def count(caller: Everyone, read: Reads) -> CountsView:
    """How many requests, claims and courses are in which state, of those the caller may see."""
    with read.transaction() as tx:
        counted = store.count_by_state(tx, whose(caller))
    return CountsView(counts=[CountView.model_validate({"what": w, "state": s, "count": n}) for w, s, n in counted])


@router.get("/v1/notices", dependencies=[allow(Role.OPERATOR, Role.MANAGER)])
def list_notices(read: Reads) -> NoticesView:
    """Whether ministries receive what they are told."""
    with read.transaction() as tx:
        return NoticesView(ministries=[MinistryNoticesView.model_validate(each) for each in states_of(tx)])


def _to_do(tx: Tx, mine: Whose) -> list[ToDoView]:
    requests = [
        request
        for state in ("draft", "ready", "information_requested")
        for request in store.list_requests(tx, mine, state, None, _MOST)
    ]
    claims = [claim for state in ("due", "ready") for claim in store.list_claims(tx, mine, state, None, None, _MOST)]
    drafts, asked = (store.list_courses(tx, mine, state, None, _MOST) for state in ("draft", "information_requested"))
    return [
        *(item for request in requests for item in _about_request(request, tx.now)),
        *(_about_claim(claim, tx.now) for claim in claims),
        *(_about_course(course, tx.now) for course in asked),
        *(_about_course(c, tx.now) for c in drafts if store.consent_stands(tx, c.candidate_id, c.ministry)),
    ]


def _about_request(request: Request, now: datetime) -> list[ToDoView]:
    if request.state == "information_requested":
        codes: list[tuple[What, str]] = [("give_information", "information_requested")]
    elif request.state == "ready":
        codes = [("confirm_request", "employer_confirmation")]
    elif request.overlaps_with is not None:
        codes = []
    else:
        codes = [("register_document", code) for code in request.lacking if code.startswith("document")]
    since = request.state_since or request.created_at
    return [
        ToDoView(
            what=what,
            about_id=request.request_id,
            hire_id=request.hire_id,
            employer_id=request.employer_id,
            candidate_id=request.candidate_id,
            measure=request.measure,
            amount_cents=request.amount_cents,
            since=since,
            age_days=showing.age_in_days(since, now),
            until=None if what == "give_information" else request.apply_until,
            **_words(code),
        )
        for what, code in codes
    ]


def _about_claim(claim: Claim, now: datetime) -> ToDoView:
    ready = claim.state == "ready"
    return ToDoView(
        what="confirm_claim" if ready else "report_hours",
        about_id=claim.claim_id,
        hire_id=claim.hire_id,
        employer_id=claim.employer_id,
        candidate_id=claim.candidate_id,
        measure=None,
        amount_cents=claim.amount_cents,
        since=claim.state_since,
        age_days=showing.age_in_days(claim.state_since, now),
        until=None,
        **_words("employer_confirmation" if ready else "hours_missing"),
    )


def _about_course(course: Course, now: datetime) -> ToDoView:
    asked = course.state == "information_requested"
    return ToDoView(
        what="give_course_information" if asked else "confirm_course",
        about_id=course.course_id,
        hire_id=course.hire_id,
        employer_id=course.employer_id,
        candidate_id=course.candidate_id,
        measure=None,
        amount_cents=None,
        since=course.state_since,
        age_days=showing.age_in_days(course.state_since, now),
        until=None,
        **_words("information_requested" if asked else "employer_confirmation"),
    )


def _words(code: str) -> dict[str, str]:
    (said,) = showing.said([code])
    return said.model_dump()
