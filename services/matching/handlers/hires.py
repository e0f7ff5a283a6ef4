"""The choice, and hires wherever they come from: how they begin, fall through and end."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from services.matching.domain.hire import check_may_be_cancelled, hire_id_of_report, in_field
from services.matching.domain.introduction import end_when_another_was_chosen, end_when_hired_from_outside
from services.matching.domain.refusals import OfferNotOpen, OpeningsFilled
from services.matching.handlers.ending import close_introduction
from services.matching.handlers.planning import plan_for_candidates
from services.matching.handlers.vacancies import close_others_when_filled
from services.matching.store import hires
from services.matching.store.candidates import find_candidate, get_candidate
from services.matching.store.introductions import get_introduction, list_live_of_candidate, save_state
from services.matching.store.shortlists import add_change
from services.matching.store.vacancies import get_openings, lock_vacancies
from shared.clock import local_date
from shared.db import Tx
from shared.errors import NotFound
from shared.events.intake import HireReported
from shared.events.matching import CandidateHired, ChoiceMade, HireCancelled
from shared.events.retention import EmploymentChanged, EmploymentEnded
from shared.log import get_logger
from shared.messaging.outbox import publish

log = get_logger()


@dataclass(frozen=True)
class Choice:
    """What a choice made."""

    choice_id: UUID
    hire_id: UUID
    introduction_id: UUID


def choose_offer(tx: Tx, candidate_id: UUID, offer_id: UUID) -> Choice:
    """The person takes one of her open offers: recorded with those that stood beside it, and she is hired. Her other
    introductions end by themselves. Raises NotFound, OfferNotOpen, or OpeningsFilled when another was faster."""
    tx.lock(str(candidate_id))
    candidate = get_candidate(tx, candidate_id)
    offer = hires.get_offer(tx, offer_id)
    if offer.candidate_id != candidate_id:
        raise NotFound
    open_offers = hires.list_open_offers(tx, candidate_id)
    if offer not in open_offers:
        raise OfferNotOpen
    introduction = get_introduction(tx, offer.introduction_id)
    lock_vacancies(tx, {introduction.vacancy_id})
    if get_openings(tx, introduction.vacancy_id).openings_left <= 0:
        raise OpeningsFilled
    beside = tuple(open_offer.offer_id for open_offer in open_offers)
    choice_id = hires.add_choice(tx, candidate_id, offer_id, beside)
    publish(
        tx,
        ChoiceMade(choice_id=choice_id, candidate_id=candidate_id, chosen_offer_id=offer_id, open_offer_ids=beside),
    )
    hired = CandidateHired(
        hire_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=introduction.employer_id,
        vacancy_id=introduction.vacancy_id,
        introduction_id=introduction.introduction_id,
        source="introduction",
        terms=offer.terms,
        in_field=in_field(candidate.profile.occupation, offer.terms.occupation),
        hired_on=local_date(tx.now),
    )
    save_state(tx, introduction.introduction_id, "hired")
    hires.save_offer_state(tx, introduction.introduction_id, "chosen")
    _hire(tx, hired)
    for other in list_live_of_candidate(tx, candidate_id):
        close_introduction(tx, other, candidate_id, end_when_another_was_chosen(other.state))
    close_others_when_filled(tx, introduction.vacancy_id)
    return Choice(choice_id, hired.hire_id, introduction.introduction_id)


def record_reported_hire(tx: Tx, event: HireReported) -> None:
    """A person found work by herself: from here on it flows like any hire. The same job told again, by somebody else,
    is not a second hire."""
    hire_id = hire_id_of_report(event.report_id)
    if hires.find_hire(tx, hire_id) or hires.find_open_hire_at(tx, event.candidate_id, event.employer_id):
        return
    candidate = find_candidate(tx, event.candidate_id)
    own_field = event.in_field
    if own_field is None and candidate:
        own_field = in_field(candidate.profile.occupation, event.terms.occupation)
    _hire(
        tx,
        CandidateHired(
            hire_id=hire_id,
            candidate_id=event.candidate_id,
            employer_id=event.employer_id,
            vacancy_id=None,
            introduction_id=None,
            source="self_found",
            terms=event.terms,
            in_field=own_field,
            hired_on=local_date(tx.now),
        ),
    )
    for introduction in list_live_of_candidate(tx, event.candidate_id):
        end, reason = end_when_hired_from_outside(here=introduction.employer_id == event.employer_id)
        close_introduction(tx, introduction, event.candidate_id, end, reason)


def offer_person_again(tx: Tx, event: EmploymentEnded) -> None:
    """A job ended: the person looks again, and is not proposed what she has seen before."""
    hire = hires.find_hire(tx, event.hire_id)
    if hire is None:
        log.warning("employment_ended_without_hire", hire_id=str(event.hire_id))
        return
    if hire.state != "open":
        return
    hires.save_hire_end(tx, event.hire_id, "ended", ended_on=event.ended_on, reason=event.reason)
    if hire.candidate_id is not None:
        add_change(tx, hire.candidate_id)
        plan_for_candidates(tx, [hire.candidate_id])


def move_start(tx: Tx, event: EmploymentChanged) -> None:
    """The first day moved: until then, the hire may still fall through."""
    if event.kind == "start_moved":
        hires.save_start(tx, event.hire_id, event.terms.starts_on)


def cancel_hire(tx: Tx, hire_id: UUID, reason: str) -> None:
    """A hire fell through before its first day: what it set in motion stops, and the person looks again. Raises
    NotFound, HireNotOpen, HireStarted."""
    candidate_id = hires.get_hire(tx, hire_id).candidate_id
    if candidate_id is None:
        raise NotFound
    tx.lock(str(candidate_id))
    hire = hires.get_hire(tx, hire_id)
    check_may_be_cancelled(hire.state, hire.starts_on, local_date(tx.now))
    hires.save_hire_end(tx, hire_id, "cancelled", ended_on=None, reason=reason)
    add_change(tx, candidate_id)
    publish(tx, HireCancelled(hire_id=hire_id, candidate_id=candidate_id, employer_id=hire.employer_id, reason=reason))
    if hire.introduction_id is not None:
        introduction = get_introduction(tx, hire.introduction_id)
        close_introduction(tx, introduction, candidate_id, "withdrawn", "hire_cancelled")
    plan_for_candidates(tx, [candidate_id])


def _hire(tx: Tx, hired: CandidateHired) -> None:
    hires.add_hire(tx, hired)
    add_change(tx, hired.candidate_id)
    publish(tx, hired)
