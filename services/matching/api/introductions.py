"""Introductions: their explanation, the two answers, the meeting, the offer."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.matching.api.access import get_visible, may_see, only_own_company, only_own_file
from services.matching.api.views import (
    CandidateIntroductionsView,
    IntroductionView,
    VacancyIntroductionsView,
    introduction_view,
    introduction_views,
)
from services.matching.handlers.introductions import answer_introduction, make_offer, record_meeting
from services.matching.settings import limits
from services.matching.store.candidates import get_candidate
from services.matching.store.introductions import get_introduction, list_of_candidate, list_of_vacancy
from services.matching.store.vacancies import get_openings
from shared.db import Tx
from shared.http import Caller, Commands, Reads, Role, Sent, allow

router = APIRouter(prefix="/v1", tags=["introductions"])

Readers = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.CANDIDATE, Role.EMPLOYER)]
Own = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.CANDIDATE)]
Companies = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.EMPLOYER)]
Answering = Annotated[Caller, allow(Role.CANDIDATE, Role.ADVISOR, Role.EMPLOYER, Role.LIAISON)]
Recording = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.EMPLOYER)]
Offering = Annotated[Caller, allow(Role.LIAISON, Role.EMPLOYER)]


class AnswerIntroduction(Sent):
    """A reason is a code, so that no free text about a person travels."""

    answer: Literal["yes", "no"]
    reason: (
        Literal[
            "not_my_field",
            "too_far",
            "wage",
            "hours",
            "start_date",
            "known_company",
            "experience",
            "french",
            "licence",
            "filled",
            "other",
        ]
        | None
    ) = None


class RecordMeeting(Sent):
    held_on: date


class OfferedTerms(Sent):
    """``occupation`` (NOC 2021, five digits): the vacancy's when left out. Cents an hour."""

    occupation: str | None = Field(None, pattern=r"^\d{5}$")
    wage_cents: int = Field(gt=0, le=100_000)
    hours_per_week: Decimal = Field(gt=0, le=80, decimal_places=2)
    starts_on: date
    permanent: bool


class MakeOffer(Sent):
    terms: OfferedTerms


@router.get("/introductions/{introduction_id}")
def show_introduction(introduction_id: UUID, read: Reads, caller: Readers) -> IntroductionView:
    """One introduction and why it was proposed."""
    with read.transaction() as tx:
        return introduction_view(tx, caller, get_visible(tx, caller, introduction_id))


@router.get("/candidates/{candidate_id}/introductions")
def list_candidate_introductions(candidate_id: UUID, read: Reads, caller: Own) -> CandidateIntroductionsView:
    """A person's companies, oldest first."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        get_candidate(tx, candidate_id)
        introductions = list_of_candidate(tx, candidate_id)
        return CandidateIntroductionsView(
            candidate_id=candidate_id,
            target=limits().target,
            live=sum(introduction.live for introduction in introductions),
            companies_met=len({i.employer_id for i in introductions if i.met_on}),
            introductions=introduction_views(tx, caller, introductions),
        )


@router.get("/vacancies/{vacancy_id}/introductions")
def list_vacancy_introductions(vacancy_id: UUID, read: Reads, caller: Companies) -> VacancyIntroductionsView:
    """The persons introduced for a vacancy; a company sees those who agreed, without their names."""
    with read.transaction() as tx:
        openings = get_openings(tx, vacancy_id)
        only_own_company(caller, openings.employer_id)
        visible = [i for i in list_of_vacancy(tx, vacancy_id) if may_see(caller, i)]
        return VacancyIntroductionsView(
            vacancy_id=vacancy_id,
            employer_id=openings.employer_id,
            state=openings.state,
            openings=openings.openings,
            openings_left=openings.openings_left,
            introductions=introduction_views(tx, caller, visible),
        )


@router.post("/introductions/{introduction_id}/answers")
def answer(introduction_id: UUID, body: AnswerIntroduction, command: Commands, caller: Answering) -> IntroductionView:
    """The candidate answers first (herself, or an advisor for her), then the company (itself, or a liaison)."""
    by: Literal["candidate", "employer"] = "candidate" if caller.role in (Role.CANDIDATE, Role.ADVISOR) else "employer"

    def work(tx: Tx) -> IntroductionView:
        get_visible(tx, caller, introduction_id)
        answer_introduction(tx, introduction_id, by, body.answer, body.reason)
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)


@router.post("/introductions/{introduction_id}/meeting")
def meet(introduction_id: UUID, body: RecordMeeting, command: Commands, caller: Recording) -> IntroductionView:
    """They met, after both had said yes."""

    def work(tx: Tx) -> IntroductionView:
        get_visible(tx, caller, introduction_id)
        record_meeting(tx, introduction_id, body.held_on)
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)


@router.post("/introductions/{introduction_id}/offer", status_code=201)
def offer(introduction_id: UUID, body: MakeOffer, command: Commands, caller: Offering) -> IntroductionView:
    """What the company offers; a further offer replaces the first."""

    def work(tx: Tx) -> IntroductionView:
        get_visible(tx, caller, introduction_id)
        make_offer(tx, introduction_id, **body.terms.model_dump())
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)
