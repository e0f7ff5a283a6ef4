"""Plan introductions and propose them.

Locks are taken in one order everywhere: an employer's key, then persons' keys (sorted), then vacancy rows (sorted). Two
plans that want the last place of a vacancy meet at its row: the second reads the room again once it has the lock.
"""

from collections.abc import Iterable
from uuid import UUID

from services.matching.domain.facts import Vacancy, field_of
from services.matching.domain.plan import Place, Proposal, Seeker, plan_introductions, room_of
from services.matching.domain.rules import rule_on
from services.matching.domain.score import Inputs
from services.matching.handlers.ending import ANSWER_DUE
from services.matching.settings import Limits, limits
from services.matching.store.introductions import add_introduction
from services.matching.store.seekers import list_seekers
from services.matching.store.vacancies import list_places, lock_vacancies
from shared.clock import local_date
from shared.db import Tx
from shared.events.matching import IntroductionProposed
from shared.events.parts import ScoreLine
from shared.messaging.outbox import publish
from shared.timers import Due, set_timer

PLAN_DUE = "plan_introductions"


def plan_for_candidates(tx: Tx, candidate_ids: Iterable[UUID], only: set[UUID] | None = None) -> int:
    """Propose to these persons what brings them to the target; the number of introductions. Takes their keys' locks.
    ``only``: for these vacancies, as when one is new and the others were looked at before. Whoever stays short of the
    target is looked at again later, so that nobody is forgotten."""
    ids = list(candidate_ids)
    tx.lock(*(str(candidate_id) for candidate_id in ids))
    chosen = limits()
    seekers = list_seekers(tx, chosen.target, ids)
    if not seekers:
        return 0
    wanted = _plan(tx, seekers, chosen, only)
    proposals: list[Proposal] = []
    if wanted:
        vacancy_ids = {proposal.vacancy.vacancy_id for proposal in wanted}
        lock_vacancies(tx, vacancy_ids)
        proposals = _plan(tx, seekers, chosen, vacancy_ids)
    for proposal in proposals:
        propose(tx, proposal)
    _look_again(tx, seekers, proposals, chosen, outrun=len(proposals) < len(wanted))
    return len(proposals)


def whom_it_serves_best(tx: Tx, vacancy: Vacancy) -> set[UUID]:
    """The persons to plan for when a vacancy comes: a first look without locks."""
    chosen = limits()
    today = local_date(tx.now)
    place = Place(vacancy, room_of(vacancy.openings, 0, chosen.per_opening))
    seekers = list_seekers(tx, chosen.target, field=field_of(vacancy.occupation))
    plan = plan_introductions(seekers, [place], target=chosen.target, rule=rule_on(today), on=today)
    return {proposal.candidate_id for proposal in plan}


def plan_soon(tx: Tx, candidate_ids: Iterable[UUID]) -> None:
    """Plan for these persons, whose keys are held, in transactions of their own."""
    for candidate_id in candidate_ids:
        set_timer(tx, PLAN_DUE, key=str(candidate_id), about=candidate_id, at=tx.now)


def plan_again(tx: Tx, due: Due) -> None:
    """Somebody still has fewer companies than the target: look again."""
    plan_for_candidates(tx, [UUID(due.about)])


def propose(tx: Tx, proposal: Proposal, by_hand: str | None = None) -> UUID:
    """Store and tell one introduction, whose person's key and vacancy's row are held; its id. ``by_hand``: why a
    person proposes it."""
    assessment, due_at = proposal.assessment, tx.now + limits().answer_within
    inputs = Inputs(local_date(tx.now), True, proposal.profile, proposal.vacancy)
    introduction_id = add_introduction(tx, proposal, inputs, due_at=due_at, by_hand=by_hand)
    set_timer(tx, ANSWER_DUE, key=str(proposal.candidate_id), about=introduction_id, at=due_at)
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
            by_hand=by_hand is not None,
        ),
    )
    return introduction_id


def _plan(tx: Tx, seekers: list[Seeker], chosen: Limits, vacancy_ids: set[UUID] | None = None) -> list[Proposal]:
    today = local_date(tx.now)
    places = list_places(tx, chosen.per_opening, vacancy_ids, fields=_fields(seekers))
    return plan_introductions(seekers, places, target=chosen.target, rule=rule_on(today), on=today)


def _fields(seekers: list[Seeker]) -> set[str] | None:
    """The fields to look in: nothing of another one is ever worth proposing. None, every field, when somebody's own is
    unknown."""
    fields = {field_of(seeker.profile.occupation) for seeker in seekers}
    return None if None in fields else {field for field in fields if field}


def _look_again(tx: Tx, seekers: list[Seeker], proposals: list[Proposal], chosen: Limits, *, outrun: bool) -> None:
    """``outrun``: another plan was faster to a place, so what else there is should be looked at now."""
    for seeker in seekers:
        companies = len(seeker.employers) + sum(p.candidate_id == seeker.candidate_id for p in proposals)
        if companies < chosen.target:
            at = tx.now if outrun else tx.now + chosen.plan_again_after
            set_timer(tx, PLAN_DUE, key=str(seeker.candidate_id), about=seeker.candidate_id, at=at)
