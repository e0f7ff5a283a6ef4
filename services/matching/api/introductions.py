"""Introductions: one, a person's, a vacancy's; the two answers; by hand; a yes taken back."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter

from services.matching.api.access import get_visible, may_see, only_own_company, only_own_file, speaks_for
from services.matching.api.views import (
    CandidateIntroductionsView,
    IntroductionView,
    VacancyIntroductionsView,
    introduction_view,
    introduction_views,
)
from services.matching.handlers.by_hand import propose_by_hand
from services.matching.handlers.introductions import answer_introduction, withdraw_introduction
from services.matching.settings import limits
from services.matching.store.candidates import get_candidate
from services.matching.store.introductions import get_introduction, list_of_candidate, list_of_vacancy
from services.matching.store.vacancies import get_openings
from shared.db import Tx
from shared.http import AN_ID, Caller, Commands, Reads, Role, Sent, allow, example

router = APIRouter(prefix="/v1", tags=["introductions"])

Readers = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.CANDIDATE, Role.EMPLOYER)]
Own = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.CANDIDATE)]
Companies = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.EMPLOYER)]
Answering = Annotated[Caller, allow(Role.CANDIDATE, Role.ADVISOR, Role.EMPLOYER, Role.LIAISON)]
Proposing = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON)]

ByHand = Literal["career_change", "transferable_skills", "candidate_asks", "employer_asks", "second_look", "other"]


class AnswerIntroduction(Sent, json_schema_extra=example(answer="no", reason="too_far")):
    """A reason is a code, so that no free text about a person travels."""

    answer: Literal["yes", "no"]
    reason: (
        Literal[
            "not_my_field",
            "too_far",
            "wage",
            "hours",
            "start_date",
            "found_work",
            "known_company",
            "experience",
            "skills",
            "french",
            "licence",
            "filled",
            "other",
        ]
        | None
    ) = None


class ProposeIntroduction(Sent, json_schema_extra=example(vacancy_id=AN_ID, reason="transferable_skills")):
    """By hand: a reason is needed where the plan would not propose it."""

    vacancy_id: UUID
    reason: (
        Literal["career_change", "transferable_skills", "candidate_asks", "employer_asks", "second_look", "other"]
        | None
    ) = None


class WithdrawIntroduction(Sent, json_schema_extra=example(reason="found_work", by="candidate")):
    """``by``: whose yes it was; an advisor speaks for the programme or the candidate, a liaison for the programme or
    the company."""

    reason: Literal[
        "changed_mind",
        "found_work",
        "facts_changed",
        "mistake",
        "not_my_field",
        "too_far",
        "wage",
        "hours",
        "start_date",
        "known_company",
        "experience",
        "skills",
        "french",
        "licence",
        "filled",
        "other",
    ]
    by: Literal["candidate", "employer", "programme"] | None = None


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


@router.post("/introductions/{introduction_id}/withdrawal")
def withdraw(
    introduction_id: UUID, body: WithdrawIntroduction, command: Commands, caller: Answering
) -> IntroductionView:
    """A side takes its yes back, or the programme ends one introduction; the others go on."""

    def work(tx: Tx) -> IntroductionView:
        get_visible(tx, caller, introduction_id)
        withdraw_introduction(tx, introduction_id, speaks_for(caller, body.by), body.reason)
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)


@router.post("/candidates/{candidate_id}/introductions", status_code=201)
def propose(candidate_id: UUID, body: ProposeIntroduction, command: Commands, caller: Proposing) -> IntroductionView:
    """An introduction by hand: never against a hard requirement, with a reason below the plan's threshold."""

    def work(tx: Tx) -> IntroductionView:
        introduction_id = propose_by_hand(tx, candidate_id, body.vacancy_id, body.reason)
        return introduction_view(tx, caller, get_introduction(tx, introduction_id))

    return command.run(IntroductionView, work)
