"""What subsidies does about what others said. Facts may come in any order across topics."""

from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from services.subsidies import store
from services.subsidies.domain.assessment import EmployerFacts, Hire, PersonFacts
from services.subsidies.domain.french_course import WITH_MIFI
from services.subsidies.domain.request import GRANTED, WITH_THE_MINISTRY
from services.subsidies.handlers.assessing import APPLICATION_WINDOW, ASSESS_AGAIN, assess_hire, assess_hires_of
from services.subsidies.handlers.claims import close_claims
from services.subsidies.handlers.courses import end_course, end_courses_of
from services.subsidies.handlers.ending import end_request
from services.subsidies.rulebook import rulebook
from shared import clock
from shared.db import Tx
from shared.errors import NotYet
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    ConsentGiven,
    ConsentWithdrawn,
    EmployerRegistered,
)
from shared.events.matching import CandidateHired, HireCancelled, IntroductionAnswered
from shared.events.parts import CandidateProfile
from shared.events.retention import EmploymentChanged, EmploymentEnded
from shared.messaging.erasure import forget_case
from shared.timers import cancel_timers, set_timer

SEND_TO_MINISTRY = "send_to_ministry"


def learn_candidate(tx: Tx, event: CandidateAdmitted) -> None:
    """Her facts and file number; a hire heard of earlier is judged again."""
    store.save_person(tx, event.candidate_id, _facts_of(event.profile), event.file_number)
    assess_hires_of(tx, event.candidate_id)


def learn_profile(tx: Tx, event: CandidateProfileChanged) -> None:
    """A fact arrived or was corrected: her hires are judged again."""
    store.save_person(tx, event.candidate_id, _facts_of(event.profile))
    assess_hires_of(tx, event.candidate_id)


def accept_consent(tx: Tx, event: ConsentGiven) -> None:
    """She agrees that a ministry sees her file: a draft may become ready."""
    if event.purpose != SEND_TO_MINISTRY or store.is_erased(tx, event.candidate_id):
        return
    store.save_consent(tx, event.consent_id, event.candidate_id, event.recipient, withdrawn=False)
    assess_hires_of(tx, event.candidate_id)


def withdraw_requests(tx: Tx, event: ConsentWithdrawn) -> None:
    """She takes it back: what is not decided yet ends. An approved subsidy goes on; its reads show her no more."""
    if event.purpose != SEND_TO_MINISTRY or store.is_erased(tx, event.candidate_id):
        return
    store.save_consent(tx, event.consent_id, event.candidate_id, event.recipient, withdrawn=True)
    today = clock.local_date(tx.now)
    for request in store.list_open_requests(tx, event.candidate_id):
        if request.state not in GRANTED and not store.consent_stands(tx, event.candidate_id, request.ministry):
            end_request(tx, request, "consent_withdrawn", today)
    for course in store.list_open_courses(tx, event.candidate_id):
        if course.state in WITH_MIFI and not store.consent_stands(tx, event.candidate_id, course.ministry):
            end_course(tx, course, "consent_withdrawn", today)


def learn_employer(tx: Tx, event: EmployerRegistered) -> None:
    """What measures ask about an employer. Its hires belong to other cases: each is judged again by a timer of its own,
    so that this transaction never holds two cases' locks. Named by this event, a timer collides with no other."""
    facts = EmployerFacts(event.legal_form, event.quebec_establishment)
    store.save_employer(tx, event.employer_id, facts)
    source = tx.message.id if tx.message else event.employer_id
    for hire in store.list_hires_at(tx, event.employer_id):
        set_timer(tx, ASSESS_AGAIN, key=str(hire.candidate_id), about=f"{source}/{hire.hire_id}", at=tx.now)


def assess_subsidies(tx: Tx, event: CandidateHired) -> None:
    """A hire: every measure in force is tested, by what is known so far."""
    if store.is_erased(tx, event.candidate_id):
        return
    hire = Hire(
        hire_id=event.hire_id,
        candidate_id=event.candidate_id,
        employer_id=event.employer_id,
        occupation=event.terms.occupation,
        wage_cents=event.terms.wage_cents,
        hours_per_week=event.terms.hours_per_week,
        starts_on=event.terms.starts_on,
        permanent=event.terms.permanent,
        in_field=event.in_field,
        hired_on=event.hired_on,
    )
    store.save_hire(tx, hire)
    assess_hire(tx, store.find_hire(tx, hire.hire_id) or hire)


def learn_introduction(tx: Tx, event: IntroductionAnswered) -> None:
    """She agreed to be put before an employer, which may now ask what an offer would bring."""
    if event.by == "candidate" and event.answer == "yes" and not store.is_erased(tx, event.candidate_id):
        store.save_introduction(tx, event.introduction_id, event.candidate_id, event.employer_id)


def recompute_subsidies(tx: Tx, event: EmploymentChanged) -> None:
    """A wage, hours or a start moved: what is not sent yet is computed anew, what is sent is flagged. Claims need
    nothing: they go by the hours and wages reported."""
    if store.is_erased(tx, event.candidate_id):
        return
    hire = store.find_hire(tx, event.hire_id)
    if hire is None:
        raise NotYet(
            CandidateHired.type,
            fr="Le changement de l'emploi est connu, mais pas encore l'embauche.",
            en="The change of the job is known, but its hire is not yet.",
        )
    starts_on = event.terms.starts_on if event.kind == "start_moved" else hire.starts_on
    changed = replace(
        hire, wage_cents=event.terms.wage_cents, hours_per_week=event.terms.hours_per_week, starts_on=starts_on
    )
    if changed == hire or hire.closed_reason is not None:
        return
    store.save_hire(tx, changed)
    for request in store.list_requests_of(tx, event.hire_id):
        if request.state in WITH_THE_MINISTRY:
            flag = {"code": "terms_changed", "kind": event.kind, "effective_on": event.effective_on.isoformat()}
            store.save_request(tx, replace(request, flags=[*request.flags, flag]))
    assess_hire(tx, changed)


def cancel_hire(tx: Tx, event: HireCancelled) -> None:
    """A hire fell through: nothing is asked for it."""
    today = clock.local_date(tx.now)
    _close_hire(tx, event.candidate_id, event.hire_id, "hire_cancelled", today)


def end_subsidies(tx: Tx, event: EmploymentEnded) -> None:
    """A job ended: nothing more is asked or paid for it. It may overtake its own CandidateHired, which comes on another
    topic: then it waits, and takes effect right behind the hire."""
    _close_hire(tx, event.candidate_id, event.hire_id, "employment_ended", event.ended_on)


def forget_candidate(tx: Tx, event: CandidateErased) -> None:
    """Her facts go; requests keep their amounts without her. Open ones end, and the ministry hears that they did."""
    for request in store.list_open_requests(tx, event.candidate_id):
        end_request(tx, request, "candidate_erased", event.requested_on)
    end_courses_of(tx, event.candidate_id, None, "candidate_erased", event.requested_on)
    store.erase_person(tx, event.candidate_id)
    forget_case(tx, str(event.candidate_id))


def _close_hire(
    tx: Tx, candidate_id: UUID, hire_id: UUID, reason: Literal["employment_ended", "hire_cancelled"], ended_on: date
) -> None:
    if store.is_erased(tx, candidate_id):
        return
    if store.find_hire(tx, hire_id) is None:
        raise NotYet(
            CandidateHired.type,
            fr="La fin de l'emploi est connue, mais pas encore l'embauche.",
            en="The end of the job is known, but its hire is not yet.",
        )
    store.close_hire(tx, hire_id, reason)
    cancel_timers(tx, APPLICATION_WINDOW, [f"{version.measure}/{hire_id}" for version in rulebook().versions])
    for request in store.list_requests_of(tx, hire_id):
        close_claims(tx, request, ended_on if reason == "employment_ended" else date.min)
        if request.state not in ("refused", "ended"):
            end_request(tx, request, reason, ended_on)
    end_courses_of(tx, candidate_id, hire_id, reason, ended_on)


def _facts_of(profile: CandidateProfile) -> PersonFacts:
    return PersonFacts(
        profile.occupation, profile.months_in_field_quebec, profile.arrived_on, profile.work_authorisation
    )
