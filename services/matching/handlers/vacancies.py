"""What intake says about a vacancy. The kernel holds the lock of the employer's key."""

from uuid import UUID

from services.matching.domain.introduction import PENDING
from services.matching.domain.rules import rule_on
from services.matching.domain.score import assess
from services.matching.handlers.ending import close_introduction
from services.matching.handlers.planning import plan_for_candidates, plan_soon, whom_it_serves_best
from services.matching.handlers.shortlists import prepare_soon
from services.matching.store import vacancies
from services.matching.store.candidates import find_candidate
from services.matching.store.history import keep_vacancy
from services.matching.store.introductions import find_introduction, list_live_of_vacancy
from shared.clock import local_date
from shared.db import Tx
from shared.events.intake import VacancyChanged, VacancyClosed, VacancyPosted
from shared.timers import Due, set_timer

VACANCY_GONE = "vacancy_gone"
VACANCY_CHANGED = "vacancy_changed"


def offer_vacancy(tx: Tx, event: VacancyPosted) -> None:
    """Look for the persons whom it serves best. Their keys come before the vacancy's row in the order of locks."""
    persons = whom_it_serves_best(tx, vacancies.vacancy_of(event))
    tx.lock(*(str(candidate_id) for candidate_id in persons))
    vacancies.save_vacancy(tx, event)
    keep_vacancy(tx, event.vacancy_id, event)
    plan_for_candidates(tx, persons, {event.vacancy_id})
    prepare_soon(tx, event.vacancy_id, event.employer_id)


def judge_vacancy_again(tx: Tx, event: VacancyChanged) -> None:
    """Look again for whom it serves best. Introductions that both accepted stay; those still to be answered are judged
    by the new facts, each in a transaction of its own."""
    persons = whom_it_serves_best(tx, vacancies.vacancy_of(event))
    tx.lock(*(str(candidate_id) for candidate_id in persons))
    vacancies.save_changed_vacancy(tx, event)
    keep_vacancy(tx, event.vacancy_id, event)
    for introduction in list_live_of_vacancy(tx, event.vacancy_id):
        if introduction.state in PENDING and introduction.candidate_id is not None:
            key = str(introduction.candidate_id)
            set_timer(tx, VACANCY_CHANGED, key=key, about=introduction.introduction_id, at=tx.now)
    plan_for_candidates(tx, persons, {event.vacancy_id})
    prepare_soon(tx, event.vacancy_id, event.employer_id)


def judge_introduction_again(tx: Tx, due: Due) -> None:
    """An introduction not yet accepted whose vacancy changed: it ends when a requirement is no longer met."""
    introduction = find_introduction(tx, UUID(due.about))
    if introduction is None or introduction.candidate_id is None or introduction.state not in PENDING:
        return
    candidate = find_candidate(tx, introduction.candidate_id)
    vacancy = vacancies.find_vacancy(tx, introduction.vacancy_id)
    if candidate is None or vacancy is None:
        return
    today = local_date(tx.now)
    if assess(candidate.profile, vacancy, rule_on(today), agreed=True, on=today).excluded:
        close_introduction(tx, introduction, introduction.candidate_id, "withdrawn", "vacancy_changed")
        plan_for_candidates(tx, [introduction.candidate_id])


def close_vacancy(tx: Tx, event: VacancyClosed) -> None:
    """End its introductions and look for other companies for these persons.

    Persons' keys come before vacancy rows in the order of locks, so the persons are read before the vacancy closes; who
    was placed there in between is closed by a timer, in a transaction of its own.
    """
    tx.lock(*{str(i.candidate_id) for i in list_live_of_vacancy(tx, event.vacancy_id)})
    vacancies.close_vacancy(tx, event.vacancy_id, event.employer_id, event.reason)
    freed: set[UUID] = set()
    for introduction in list_live_of_vacancy(tx, event.vacancy_id):
        candidate_id = introduction.candidate_id
        if candidate_id is None:
            continue
        if str(candidate_id) in tx.locked:
            close_introduction(tx, introduction, candidate_id, "vacancy_closed", event.reason)
            freed.add(candidate_id)
        else:
            set_timer(tx, VACANCY_GONE, key=str(candidate_id), about=introduction.introduction_id, at=tx.now)
    plan_soon(tx, freed)  # not here: this transaction holds a vacancy row already


def close_others_when_filled(tx: Tx, vacancy_id: UUID) -> None:
    """The last place was taken: whoever else stands before this company for it is told, and freed for others."""
    if vacancies.get_openings(tx, vacancy_id).openings_left > 0:
        return
    for introduction in list_live_of_vacancy(tx, vacancy_id):
        key = str(introduction.candidate_id)
        set_timer(tx, VACANCY_GONE, key=key, about=introduction.introduction_id, at=tx.now)


def close_left_over(tx: Tx, due: Due) -> None:
    """An introduction whose vacancy was closed or filled meanwhile."""
    introduction = find_introduction(tx, UUID(due.about))
    if introduction is None or introduction.candidate_id is None or not introduction.live:
        return
    openings = vacancies.get_openings(tx, introduction.vacancy_id)
    if openings.state == "open" and openings.openings_left > 0:
        return  # the hire that filled it fell through
    reason = openings.closed_reason or "filled"
    close_introduction(tx, introduction, introduction.candidate_id, "vacancy_closed", reason)
    plan_for_candidates(tx, [introduction.candidate_id])
