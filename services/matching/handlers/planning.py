"""Plan introductions and propose them.

Locks are taken in one order everywhere: an employer's key, then persons' keys (sorted), then vacancy rows (sorted). Two
plans that want the last place of a vacancy meet at its row: the second reads the room again once it has the lock.
"""

from collections.abc import Iterable
from uuid import UUID

from services.matching.domain.facts import Vacancy
from services.matching.domain.plan import Place, Proposal, Seeker, plan_introductions, room_of
from services.matching.domain.rules import rule_on
from services.matching.handlers.ending import ANSWER_DUE
from services.matching.settings import Limits, limits
from services.matching.store.candidates import list_seekers
from services.matching.store.introductions import add_introduction
from services.matching.store.vacancies import list_places, lock_vacancies
from shared.clock import local_date
from shared.db import Tx
from shared.events.matching import IntroductionProposed
from shared.events.parts import ScoreLine
from shared.messaging.outbox import publish
from shared.timers import Due, set_timer

PLAN_DUE = "plan_introductions"


def plan_for_candidates(tx: Tx, candidate_ids: Iterable[UUID]) -> int:
    """Propose to these persons what brings them to the target; the number of introductions. Takes their keys' locks.
    Whoever stays short of the target is looked at again later, so that nobody is forgotten."""
    ids = list(candidate_ids)
    tx.lock(*(str(candidate_id) for candidate_id in ids))
    chosen = limits()
    seekers = list_seekers(tx, chosen.target, ids)
    if not seekers:
        return 0
    wanted = _plan(tx, seekers, chosen)
    proposals: list[Proposal] = []
    if wanted:
        vacancy_ids = {proposal.vacancy.vacancy_id for proposal in wanted}
        lock_vacancies(tx, vacancy_ids)
        proposals = _plan(tx, seekers, chosen, vacancy_ids)
    for proposal in proposals:
        _propose(tx, proposal, chosen)
    _look_again(tx, seekers, proposals, chosen, outrun=len(proposals) < len(wanted))
    return len(proposals)


def whom_it_serves_best(tx: Tx, vacancy: Vacancy) -> set[UUID]:
    """The persons to plan for when a vacancy comes: a first look without locks."""
    chosen = limits()
    today = local_date(tx.now)
    place = Place(vacancy, room_of(vacancy.openings, 0, chosen.per_opening))
    seekers = list_seekers(tx, chosen.target)
    plan = plan_introductions(seekers, [place], target=chosen.target, rule=rule_on(today), on=today)
    return {proposal.candidate_id for proposal in plan}


def plan_soon(tx: Tx, candidate_ids: Iterable[UUID]) -> None:
    """Plan for these persons, whose keys are held, in transactions of their own."""
    for candidate_id in candidate_ids:
        set_timer(tx, PLAN_DUE, key=str(candidate_id), about=candidate_id, at=tx.now)


def plan_again(tx: Tx, due: Due) -> None:
    """Somebody still has fewer companies than the target: look again."""
    plan_for_candidates(tx, [UUID(due.about)])


def _plan(tx: Tx, seekers: list[Seeker], chosen: Limits, vacancy_ids: set[UUID] | None = None) -> list[Proposal]:
    today = local_date(tx.now)
    places = list_places(tx, chosen.per_opening, vacancy_ids)
    return plan_introductions(seekers, places, target=chosen.target, rule=rule_on(today), on=today)


def _propose(tx: Tx, proposal: Proposal, chosen: Limits) -> None:
    introduction_id = add_introduction(tx, proposal)
    assessment = proposal.assessment
    set_timer(
        tx,
        ANSWER_DUE,
        key=str(proposal.candidate_id),
        about=introduction_id,
        at=tx.now + chosen.answer_within,
    )
    publish(
        tx,
        IntroductionProposed(
            introduction_id=introduction_id,
            candidate_id=proposal.candidate_id,
            employer_id=proposal.vacancy.employer_id,
            vacancy_id=proposal.vacancy.vacancy_id,
            score=assessment.score,
            coverage=assessment.coverage,
            lines=tuple(
                ScoreLine(family=line.family, earned=line.earned, possible=line.possible, unknown=line.unknown)
                for line in assessment.lines
            ),
            rule_version=assessment.rule_version,
        ),
    )


def _look_again(tx: Tx, seekers: list[Seeker], proposals: list[Proposal], chosen: Limits, *, outrun: bool) -> None:
    """``outrun``: another plan was faster to a place, so what else there is should be looked at now."""
    for seeker in seekers:
        companies = len(seeker.employers) + sum(p.candidate_id == seeker.candidate_id for p in proposals)
        if companies < chosen.target:
            at = tx.now if outrun else tx.now + chosen.plan_again_after
            set_timer(tx, PLAN_DUE, key=str(seeker.candidate_id), about=seeker.candidate_id, at=at)
