"""An introduction that a person proposes: below the plan's threshold too, never against a hard requirement."""

from collections.abc import Sequence
from uuid import UUID

from services.matching.domain import refusals
from services.matching.domain.introduction import Introduction, never_again
from services.matching.domain.plan import Proposal, room_of
from services.matching.domain.rules import rule_on
from services.matching.domain.score import Assessment, assess, worth_proposing
from services.matching.handlers.planning import propose
from services.matching.settings import limits
from services.matching.store.candidates import agreement_stands, get_candidate
from services.matching.store.introductions import list_live_of_vacancy, list_of_candidate
from services.matching.store.seekers import list_persons
from services.matching.store.vacancies import Openings, get_openings, get_vacancy, lock_vacancies
from shared.clock import local_date
from shared.db import Tx
from shared.errors import Invalid, Problem

_THE_PLAN_WOULD_TOO = "fits_by_the_rules"


def propose_by_hand(tx: Tx, candidate_id: UUID, vacancy_id: UUID, reason: str | None) -> UUID:
    """The id of the introduction. A reason is needed where the plan would not propose it: too low a score, another
    occupation, or a pair that was introduced before. Raises NotFound, MayNotBeProposed with everything that stands
    against it, or Invalid when a reason is wanting."""
    tx.lock(str(candidate_id))
    candidate = get_candidate(tx, candidate_id)
    lock_vacancies(tx, {vacancy_id})
    openings, vacancy = get_openings(tx, vacancy_id), get_vacancy(tx, vacancy_id)
    today = local_date(tx.now)
    rule = rule_on(today)
    agreed = agreement_stands(tx, candidate_id)
    assessment = assess(candidate.profile, vacancy, rule, agreed=agreed, on=today)
    hers = list_of_candidate(tx, candidate_id)
    problems = _against(tx, candidate_id, openings, hers, assessment)
    if problems:
        raise refusals.MayNotBeProposed(*problems)
    before = any(never_again(i.state, i.met_on, i.ended_by) for i in hers if i.vacancy_id == vacancy_id)
    if reason is None and (before or not worth_proposing(assessment, rule)):
        raise Invalid(refusals.REASON_NEEDED)
    return propose(
        tx, Proposal(candidate_id, candidate.profile, vacancy, assessment), by_hand=reason or _THE_PLAN_WOULD_TOO
    )


def _against(
    tx: Tx, candidate_id: UUID, openings: Openings, hers: Sequence[Introduction], assessment: Assessment
) -> list[Problem]:
    live = len(list_live_of_vacancy(tx, openings.vacancy_id))
    problems: list[Problem] = []
    if not list_persons(tx, candidate_id=candidate_id):
        problems.append(refusals.NOT_LOOKING)
    if openings.state != "open":
        problems.append(refusals.VACANCY_CLOSED)
    elif not room_of(openings.openings_left, live, limits().per_opening):
        problems.append(refusals.VACANCY_FULL)
    if any(introduction.live and introduction.employer_id == openings.employer_id for introduction in hers):
        problems.append(refusals.INTRODUCED_ALREADY)
    return problems + refusals.requirements_failed(assessment.requirements)
