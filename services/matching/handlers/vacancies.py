"""What intake says about a vacancy. The kernel holds the lock of the employer's key."""

from uuid import UUID

from services.matching.handlers.ending import close_introduction
from services.matching.handlers.planning import plan_for_candidates, plan_soon, whom_it_serves_best
from services.matching.store import vacancies
from services.matching.store.introductions import find_introduction, list_live_of_vacancy
from shared.db import Tx
from shared.events.intake import VacancyClosed, VacancyPosted
from shared.timers import Due, set_timer

VACANCY_GONE = "vacancy_gone"


def offer_vacancy(tx: Tx, event: VacancyPosted) -> None:
    """Look for the persons whom it serves best. Their keys come before the vacancy's row in the order of locks."""
    persons = whom_it_serves_best(tx, vacancies.vacancy_of(event))
    tx.lock(*(str(candidate_id) for candidate_id in persons))
    vacancies.save_vacancy(tx, event)
    plan_for_candidates(tx, persons)


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


def close_left_over(tx: Tx, due: Due) -> None:
    """An introduction that was proposed in the moment its vacancy closed."""
    introduction = find_introduction(tx, UUID(due.about))
    if introduction is None or introduction.candidate_id is None or not introduction.live:
        return
    close_introduction(tx, introduction, introduction.candidate_id, "vacancy_closed")
    plan_for_candidates(tx, [introduction.candidate_id])
