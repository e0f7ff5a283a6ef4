"""What is shown of introductions, by who looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.matching.api.access import may_know_the_person, may_see_feedback
from services.matching.api.explained import (
    LineView,
    ProfileView,
    RequirementView,
    VacancyFactsView,
    in_words,
    line_views,
    profile_view,
    requirement_views,
    vacancy_view,
)
from services.matching.domain.facts import Vacancy
from services.matching.domain.introduction import Introduction
from services.matching.domain.words import (
    ACTOR_WORDS,
    CODE_LISTS,
    STATE_WORDS,
    STATE_WORDS_FOR_CANDIDATES,
    STATE_WORDS_FOR_COMPANIES,
    Words,
)
from services.matching.store.candidates import Candidate, list_candidates
from services.matching.store.feedback import Feedback, list_feedback
from services.matching.store.hires import Offer, list_hires_by_introduction, list_latest_offers
from services.matching.store.vacancies import list_vacancies
from shared.clock import local_date
from shared.db import Tx
from shared.events.parts import Terms
from shared.http import Caller, Role, Shown

_TOLD_TO_COMPANIES = frozenset({"declined", "no_answer", "vacancy_closed"})
_STATE_WORDS: dict[Role, Words] = {
    Role.EMPLOYER: STATE_WORDS_FOR_COMPANIES,
    Role.CANDIDATE: STATE_WORDS_FOR_CANDIDATES,
}


class OfferView(Shown):
    offer_id: UUID
    state: str
    terms: Terms
    made_at: datetime


class FeedbackView(Shown):
    """One side's marks 1–5 (null: not said) and reason codes. The other side never sees it."""

    side: str
    marks: dict[str, Any]
    reasons: tuple[str, ...]
    given_at: datetime


class IntroductionView(Shown):
    """One introduction with its explanation. A company sees neither ``candidate_id`` nor the values behind a line
    before both have said yes; ``score`` is null when too little is known. ``waits_for``: candidate, employer,
    programme, or date while the meeting is to come; ``urgent``: an answer is due within three days. The words of state
    and reason are those of who looks."""

    introduction_id: UUID
    vacancy_id: UUID
    employer_id: UUID
    candidate_id: UUID | None
    file_number: str | None
    state: str
    state_fr: str
    state_en: str
    state_since: datetime
    days_in_state: int
    waits_for: str | None
    waits_for_fr: str | None
    waits_for_en: str | None
    answer_due_at: datetime | None
    urgent: bool
    reason: str | None
    reason_fr: str | None
    reason_en: str | None
    ended_by: str | None
    by_hand: str | None
    proposed_at: datetime
    meets_on: date | None
    met_on: date | None
    score: int | None
    coverage: int
    rule_version: str
    requirements: tuple[RequirementView, ...]
    lines: tuple[LineView, ...]
    profile: ProfileView | None
    vacancy: VacancyFactsView | None
    offer: OfferView | None
    feedback: tuple[FeedbackView, ...]
    hire_id: UUID | None


class CandidateIntroductionsView(Shown):
    """A person's companies: ``live`` of the ``target``, and how many she has met."""

    candidate_id: UUID
    target: int
    live: int
    companies_met: int
    introductions: tuple[IntroductionView, ...]


class VacancyIntroductionsView(Shown):
    vacancy_id: UUID
    employer_id: UUID
    state: str
    openings: int
    openings_left: int
    introductions: tuple[IntroductionView, ...]


@dataclass(frozen=True)
class _Beside:
    """What is told beside an introduction."""

    person: Candidate | None
    vacancy: Vacancy | None
    offer: Offer | None
    feedback: Sequence[Feedback]
    hire_id: UUID | None


def introduction_views(tx: Tx, caller: Caller, introductions: Sequence[Introduction]) -> tuple[IntroductionView, ...]:
    """Everything shown of them to this caller, in five queries whatever their number."""
    ids = [introduction.introduction_id for introduction in introductions]
    persons = list_candidates(tx, [i.candidate_id for i in introductions if i.candidate_id])
    vacancies = list_vacancies(tx, [i.vacancy_id for i in introductions])
    offers, hires, feedback = list_latest_offers(tx, ids), list_hires_by_introduction(tx, ids), list_feedback(tx, ids)
    return tuple(
        _view(
            tx.now,
            caller,
            i,
            _Beside(
                persons.get(i.candidate_id) if i.candidate_id else None,
                vacancies.get(i.vacancy_id),
                offers.get(i.introduction_id),
                feedback.get(i.introduction_id, ()),
                hires.get(i.introduction_id),
            ),
        )
        for i in introductions
    )


def introduction_view(tx: Tx, caller: Caller, introduction: Introduction) -> IntroductionView:
    return introduction_views(tx, caller, [introduction])[0]


def _view(now: datetime, caller: Caller, i: Introduction, beside: _Beside) -> IntroductionView:
    known, company = may_know_the_person(caller, i), caller.role == Role.EMPLOYER
    person, told = beside.person, _told(now, caller, i)
    return IntroductionView(
        introduction_id=i.introduction_id,
        vacancy_id=i.vacancy_id,
        employer_id=i.employer_id,
        candidate_id=i.candidate_id if known else None,
        file_number=person.file_number if person and known else None,
        state=i.state,
        state_since=i.state_since,
        answer_due_at=i.answer_due_at,
        urgent=i.urgent(now),
        ended_by=i.ended_by if not company or i.ended_by == "employer" else None,
        by_hand=i.by_hand if caller.role not in (Role.EMPLOYER, Role.CANDIDATE) else None,
        proposed_at=i.proposed_at,
        meets_on=i.meets_on,
        met_on=i.met_on,
        score=i.score,
        coverage=i.coverage,
        rule_version=i.rule_version,
        requirements=requirement_views(i.requirements, with_basis=not company),
        lines=line_views(i.lines, with_basis=not company),
        profile=profile_view(person.profile) if person and (i.live or not company or known) else None,
        vacancy=vacancy_view(beside.vacancy) if beside.vacancy else None,
        offer=OfferView.model_validate(beside.offer) if beside.offer else None,
        feedback=tuple(FeedbackView.model_validate(f) for f in beside.feedback if may_see_feedback(caller, f.side)),
        hire_id=beside.hire_id,
        **told,
    )


def _told(now: datetime, caller: Caller, i: Introduction) -> dict[str, Any]:
    """State, reason and who must act, in the words of who looks."""
    told_why = caller.role != Role.EMPLOYER or i.state in _TOLD_TO_COMPANIES or i.ended_by == "employer"
    reason = i.reason if told_why else None
    waits_for = i.waits_for(local_date(now))
    state_fr, state_en = in_words(_STATE_WORDS.get(caller.role, STATE_WORDS), i.state)
    reason_fr, reason_en = in_words(CODE_LISTS["end_reasons"], reason) if reason else (None, None)
    waits_fr, waits_en = in_words(ACTOR_WORDS, waits_for) if waits_for else (None, None)
    return {
        "state_fr": state_fr,
        "state_en": state_en,
        "days_in_state": (local_date(now) - local_date(i.state_since)).days,
        "waits_for": waits_for,
        "waits_for_fr": waits_fr,
        "waits_for_en": waits_en,
        "reason": reason,
        "reason_fr": reason_fr,
        "reason_en": reason_en,
    }
