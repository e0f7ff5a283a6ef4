"""Lists to work from: introductions by state and by who must act; people with too few companies; the code lists."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from services.matching.api.access import STAFF, only_own_company
from services.matching.api.explained import in_words
from services.matching.api.views import IntroductionView, introduction_views
from services.matching.domain.introduction import Introduction
from services.matching.domain.short import Company, companies_of, count_companies, short_since
from services.matching.domain.words import CODE_LISTS, STATE_WORDS
from services.matching.settings import limits
from services.matching.store.boards import Looking, Wanted, list_board, list_companies, list_looking
from services.matching.store.introductions import list_live_of_candidates
from shared.clock import local_date, start_of_day
from shared.db import Tx
from shared.http import Caller, Reads, Role, Shown, allow

router = APIRouter(prefix="/v1", tags=["lists"])

Staff = Annotated[Caller, allow(*STAFF)]
Companies = Annotated[Caller, allow(*STAFF, Role.EMPLOYER)]
State = Literal[
    "proposed",
    "candidate_agreed",
    "accepted",
    "meeting_set",
    "met",
    "offered",
    "hired",
    "declined",
    "not_chosen",
    "hired_elsewhere",
    "no_answer",
    "withdrawn",
    "vacancy_closed",
]
States = Annotated[list[State] | None, Query()]
Who = Literal["candidate", "employer", "programme", "date"]
Limit = Annotated[int, Query(ge=1, le=200)]
Short = tuple[Looking, datetime, int]  # a person, since when, and how many companies she has


class IntroductionsPage(Shown):
    """``next``: send it as ``after`` for the page that follows; null on the last one."""

    introductions: tuple[IntroductionView, ...]
    next: UUID | None


class StandingView(Shown):
    """One live introduction: where it stands and who must act."""

    introduction_id: UUID
    employer_id: UUID
    vacancy_id: UUID
    state: str
    state_fr: str
    state_en: str
    days_in_state: int
    waits_for: str | None
    urgent: bool


class ShortPersonView(Shown):
    """Somebody with too few companies, ``since`` when without a break. ``agreed``: false when her agreement to be
    introduced is what lacks. ``next_look_at``: when the plan looks for companies again by itself."""

    candidate_id: UUID
    file_number: str | None
    advisor_id: UUID | None
    companies: int
    missing: int
    since: datetime
    days: int
    agreed: bool
    next_look_at: datetime | None
    introductions: tuple[StandingView, ...]


class ShortPeoplePage(Shown):
    target: int
    total: int
    candidates: tuple[ShortPersonView, ...]
    next: str | None


class CodeView(Shown):
    code: str
    fr: str
    en: str


class CodesView(Shown):
    """Every code this service takes or shows, in words."""

    lists: dict[str, tuple[CodeView, ...]]


@router.get("/introductions")
def list_introductions(
    read: Reads,
    caller: Staff,
    state: States = None,
    who: Who | None = None,
    advisor_id: UUID | None = None,
    candidate_id: Annotated[list[UUID] | None, Query(max_length=100)] = None,
    live: bool | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> IntroductionsPage:
    """The board: introductions by state and by who must act, oldest first; of all, of one advisor's people, of those
    named."""
    wanted = Wanted(
        tuple(state) if state else None,
        who,
        live,
        advisor_id=advisor_id,
        candidate_ids=tuple(candidate_id) if candidate_id else None,
        after=after,
        limit=limit,
    )
    with read.transaction() as tx:
        return _page(tx, caller, wanted)


@router.get("/employers/{employer_id}/introductions")
def list_employer_introductions(
    employer_id: UUID,
    read: Reads,
    caller: Companies,
    state: States = None,
    who: Who | None = None,
    live: bool | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> IntroductionsPage:
    """A company's people, oldest first; the company itself sees those who agreed, and no name before both did."""
    only_own_company(caller, employer_id)
    own = caller.role == Role.EMPLOYER
    wanted = Wanted(tuple(state) if state else None, who, live, employer_id, agreed=own, after=after, limit=limit)
    with read.transaction() as tx:
        return _page(tx, caller, wanted)


@router.get("/candidates", dependencies=[allow(*STAFF)])
def list_short_candidates(
    read: Reads,
    short_of: Annotated[int | None, Query(ge=1, le=20)] = None,
    advisor_id: UUID | None = None,
    after: Annotated[str | None, Query(pattern=r"^\d+\.\d{6}_[0-9a-f-]{36}$")] = None,
    limit: Limit = 50,
) -> ShortPeoplePage:
    """People who look for work with fewer companies met or live than ``short_of`` (the target), longest first."""
    target = short_of or limits().target
    with read.transaction() as tx:
        short = _short(tx, target, advisor_id)
        left = [one for one in short if after is None or _place(one) > _place_of(after)]
        page = left[:limit]
        standing: dict[UUID | None, list[Introduction]] = {}
        for introduction in list_live_of_candidates(tx, [person.candidate_id for person, _, _ in page]):
            standing.setdefault(introduction.candidate_id, []).append(introduction)
        return ShortPeoplePage(
            target=target,
            total=len(short),
            candidates=tuple(
                _person(tx.now, person, since, count, target, standing.get(person.candidate_id, ()))
                for person, since, count in page
            ),
            next=_cursor(page[-1]) if len(left) > limit else None,
        )


@router.get("/codes", dependencies=[allow(*Role)])
def list_codes() -> CodesView:
    """Reasons, marks, states, requirements and facts: each code in French and English."""
    return CodesView(
        lists={
            name: tuple(CodeView(code=code, fr=fr, en=en) for code, (fr, en) in words.items())
            for name, words in CODE_LISTS.items()
        }
    )


def _page(tx: Tx, caller: Caller, wanted: Wanted) -> IntroductionsPage:
    found = list_board(tx, replace(wanted, limit=wanted.limit + 1), local_date(tx.now))
    page = found[: wanted.limit]
    last = page[-1].introduction_id if len(found) > wanted.limit else None
    return IntroductionsPage(introductions=introduction_views(tx, caller, page), next=last)


def _short(tx: Tx, target: int, advisor_id: UUID | None) -> list[Short]:
    """Longest first."""
    people = list_looking(tx, advisor_id)
    companies = list_companies(tx, [person.candidate_id for person in people])
    short: list[Short] = []
    for person in people:
        begun = max(filter(None, (start_of_day(person.admitted_on), person.last_job_over_at)))
        hers: list[Company] = companies_of(companies.get(person.candidate_id, ()), begun)
        since = short_since(begun, hers, target)
        if since is not None:
            short.append((person, since, count_companies(hers)))
    return sorted(short, key=_place)


def _place(one: Short) -> tuple[float, str]:
    person, since, _ = one
    return round(since.timestamp(), 6), str(person.candidate_id)


def _cursor(one: Short) -> str:
    since, candidate_id = _place(one)
    return f"{since:.6f}_{candidate_id}"


def _place_of(cursor: str) -> tuple[float, str]:
    since, _, candidate_id = cursor.partition("_")
    return float(since), candidate_id


def _person(
    now: datetime, person: Looking, since: datetime, companies: int, target: int, standing: Sequence[Introduction]
) -> ShortPersonView:
    today = local_date(now)
    return ShortPersonView(
        candidate_id=person.candidate_id,
        file_number=person.file_number,
        advisor_id=person.advisor_id,
        companies=companies,
        missing=target - companies,
        since=since,
        days=(today - local_date(since)).days,
        agreed=person.agreed,
        next_look_at=person.next_look_at,
        introductions=tuple(
            StandingView(
                introduction_id=i.introduction_id,
                employer_id=i.employer_id,
                vacancy_id=i.vacancy_id,
                state=i.state,
                state_fr=in_words(STATE_WORDS, i.state)[0],
                state_en=in_words(STATE_WORDS, i.state)[1],
                days_in_state=(today - local_date(i.state_since)).days,
                waits_for=i.waits_for(today),
                urgent=i.urgent(now),
            )
            for i in standing
        ),
    )
