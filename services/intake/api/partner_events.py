"""Types of events that partners' systems send, each mapped to what a person would ask for by hand."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.intake.api.employers import EmployerSent
from services.intake.api.examples import A_VACANCY
from services.intake.api.facts import FactsSent, Minutes
from services.intake.api.referrals import AgreementSent, PersonSent
from services.intake.api.reports import AbsenceTold, ChangeTold, EndTold, HireTold, HoursTold, Told
from services.intake.api.vacancies import PostVacancy
from services.intake.domain.accompaniment import check_minutes, check_past_day
from services.intake.domain.codes import Workshop
from services.intake.domain.facts import check_facts, missing_facts
from services.intake.domain.jobs import check_vacancy
from services.intake.handlers import employers, referrals, workshops
from services.intake.handlers import partner_events as handlers
from services.intake.handlers.partner_events import Taken, get_company, get_person
from services.intake.store import candidates
from services.intake.store.referrals import list_referrals_of
from shared import clock
from shared.db import Tx
from shared.errors import DomainError, Invalid, Problem, Refused
from shared.http import AN_ID, Sent, example, unfit

PREFIX = "interconnexion.partner."
Ref = Annotated[str, Field(min_length=1, max_length=100)]


class OfPerson(Sent):
    """Whom it is about: by the id given when she was referred, or by the partner's own reference."""

    candidate_id: UUID | None = None
    person_ref: Ref | None = None

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if (self.candidate_id is None) == (self.person_ref is None):
            raise unfit(
                "person_unclear", "Donnez « candidate_id » ou « person_ref ».", "Give “candidate_id” or “person_ref”."
            )
        return self


class OfCompany(Sent):
    """Which company: by its id, or by the partner's own reference; ``employer`` registers it when the reference comes
    for the first time."""

    employer_id: UUID | None = None
    employer_ref: Ref | None = None
    employer: EmployerSent | None = None

    @model_validator(mode="after")
    def _one_company(self) -> Self:
        if (self.employer_id is None) == (self.employer_ref is None) or (self.employer_id and self.employer):
            raise unfit(
                "employer_unclear",
                "Donnez « employer_id », ou « employer_ref » avec « employer » la première fois.",
                "Give “employer_id”, or “employer_ref” with “employer” the first time.",
            )
        return self


class PersonReferred(Sent):
    """``person_ref``: the partner's own reference, by which it may mean her from now on."""

    person_ref: Ref | None = None
    to_partner_id: UUID | None = None  # who goes on with her first; the programme itself when not given
    person: PersonSent
    agreement: AgreementSent | None = None
    facts: FactsSent = FactsSent()


class ReferralCompleted(OfPerson):
    facts: FactsSent


class WorkshopAttended(OfPerson):
    """A session that was announced (``session_id``), or one made known now."""

    session_id: UUID | None = None
    workshop: Workshop | None = None
    held_on: date | None = None
    minutes: Minutes | None = None

    @model_validator(mode="after")
    def _which_session(self) -> Self:
        told = (self.workshop, self.held_on, self.minutes)
        if self.session_id is None and None in told:
            raise unfit(
                "session_unclear",
                "Donnez « session_id », ou « workshop », « held_on » et « minutes ».",
                "Give “session_id”, or “workshop”, “held_on” and “minutes”.",
            )
        if self.session_id is not None and told != (None, None, None):
            raise unfit("session_unclear", "« session_id » suffit.", "“session_id” alone is enough.")
        return self


class VacancyPosted(OfCompany, PostVacancy, json_schema_extra=example(employer_id=AN_ID, **A_VACANCY)):
    pass


class HireReported(OfPerson, OfCompany, HireTold):
    pass


class HoursReported(OfPerson, OfCompany, HoursTold):
    pass


class AbsenceReported(OfPerson, OfCompany, AbsenceTold):
    pass


class EmploymentChanged(OfPerson, OfCompany, ChangeTold):
    pass


class EmploymentEndReported(OfPerson, OfCompany, EndTold):
    pass


@dataclass
class Found:
    """Problems as they are found, so that all can be said at once."""

    problems: list[Problem] = field(default_factory=list)
    only_refused: bool = True

    @contextmanager
    def at(self, pointer: str) -> Iterator[None]:
        """Keep a business "no" instead of letting it out; what it points to lies under ``pointer``."""
        try:
            yield
        except DomainError as no:
            self.only_refused = self.only_refused and isinstance(no, Refused)
            self.problems += [replace(problem, pointer=pointer + problem.pointer) for problem in no.problems]

    def add(self, problems: Sequence[Problem]) -> None:
        self.only_refused = self.only_refused and not problems
        self.problems += problems

    def raise_all(self) -> None:
        """Refused when the rules said every no, Invalid when anything sent needs correcting."""
        if self.problems:
            raise (Refused if self.only_refused else Invalid)(*self.problems)


def refer_person(tx: Tx, partner_id: UUID, data: PersonReferred) -> Taken:
    found = Found()
    if data.person_ref is not None:
        with found.at(""):
            handlers.check_person_ref_free(tx, partner_id, data.person_ref)
    agreement = data.agreement.agreement() if data.agreement else None
    new = referrals.NewReferral(
        "partner_system", partner_id, data.person.reach(), agreement, data.facts.facts(), data.to_partner_id
    )
    received = None
    with found.at(""):
        received = referrals.receive_referral(tx, new)
    found.raise_all()
    assert received is not None, "else something was found"
    if data.person_ref is not None:
        handlers.name_person(tx, partner_id, data.person_ref, received.candidate_id)
    return Taken(
        candidate_id=received.candidate_id,
        referral_id=received.referral_id,
        file_number=received.file_number,
        state=received.state,
        missing=tuple(m.code for m in received.missing),
    )


def complete_referral(tx: Tx, partner_id: UUID, data: ReferralCompleted) -> Taken:
    found, candidate_id = Found(), None
    with found.at(""):
        candidate_id = get_person(tx, partner_id, data.candidate_id, data.person_ref)
    found.add(check_facts(data.facts.facts(), clock.local_date(tx.now)))
    found.raise_all()
    assert candidate_id is not None, "else something was found"
    latest = [r for r in list_referrals_of(tx, candidate_id) if partner_id in r.senders][-1]
    completed = referrals.complete_referral(tx, latest.referral_id, data.facts.given(), of_partner=partner_id)
    missing = missing_facts(candidates.get_facts(tx, candidate_id))
    return Taken(
        candidate_id=candidate_id,
        referral_id=completed.referral_id,
        state=completed.state,
        missing=tuple(m.code for m in missing),
    )


def record_workshop(tx: Tx, partner_id: UUID, data: WorkshopAttended) -> Taken:
    found, candidate_id = Found(), None
    with found.at(""):
        candidate_id = get_person(tx, partner_id, data.candidate_id, data.person_ref)
    if data.held_on is not None and data.minutes is not None:
        found.add(check_past_day(data.held_on, clock.local_date(tx.now), "/held_on"))
        found.add(check_minutes(data.minutes, "/minutes"))
    found.raise_all()
    assert candidate_id is not None, "else something was found"
    if data.session_id is not None:
        with found.at("/session_id"):
            attendance_id = workshops.report_attendance_at(tx, partner_id, candidate_id, data.session_id)
        found.raise_all()
    else:
        assert data.workshop is not None
        assert data.held_on is not None
        assert data.minutes is not None
        attendance_id = workshops.report_attendance(
            tx, partner_id, candidate_id, data.workshop, data.held_on, data.minutes
        )
    return Taken(candidate_id=candidate_id, attendance_id=attendance_id)


def post_vacancy(tx: Tx, partner_id: UUID, data: VacancyPosted) -> Taken:
    found, employer_id = Found(), None
    with found.at(""):
        employer_id = _company(tx, partner_id, data)
    found.add(check_vacancy(data.vacancy(), clock.local_date(tx.now)))
    found.raise_all()
    assert employer_id is not None, "else something was found"
    posted = employers.post_vacancy(tx, employer_id, data.vacancy())
    return Taken(employer_id=employer_id, vacancy_id=posted.vacancy_id)


def report_fact(tx: Tx, partner_id: UUID, data: Any) -> Taken:
    """One of those who tell of a job: a hire, hours, an absence, a change, an end."""
    found, candidate_id, employer_id = Found(), None, None
    with found.at(""):
        candidate_id = get_person(tx, partner_id, data.candidate_id, data.person_ref)
    with found.at(""):
        employer_id = _company(tx, partner_id, data)
    told: Told = data
    found.add(told.check(clock.local_date(tx.now)))
    found.raise_all()
    assert candidate_id is not None, "else something was found"
    assert employer_id is not None, "else something was found"
    report_id = told.report(tx, candidate_id, employer_id, "partner")
    return Taken(candidate_id=candidate_id, employer_id=employer_id, report_id=report_id)


def _company(tx: Tx, partner_id: UUID, data: OfCompany) -> UUID:
    new = data.employer.employer() if data.employer else None
    return get_company(tx, partner_id, data.employer_id, data.employer_ref, new)


@dataclass(frozen=True)
class PartnerType:
    """What the data of one type looks like, and what it leads to."""

    data: type[Sent]
    act: Callable[[Tx, UUID, Any], Taken]


TYPES: dict[str, PartnerType] = {
    PREFIX + "person_referred": PartnerType(PersonReferred, refer_person),
    PREFIX + "referral_completed": PartnerType(ReferralCompleted, complete_referral),
    PREFIX + "workshop_attended": PartnerType(WorkshopAttended, record_workshop),
    PREFIX + "vacancy_posted": PartnerType(VacancyPosted, post_vacancy),
    PREFIX + "hire_reported": PartnerType(HireReported, report_fact),
    PREFIX + "hours_reported": PartnerType(HoursReported, report_fact),
    PREFIX + "absence_reported": PartnerType(AbsenceReported, report_fact),
    PREFIX + "employment_changed": PartnerType(EmploymentChanged, report_fact),
    PREFIX + "employment_end_reported": PartnerType(EmploymentEndReported, report_fact),
}
"""The closed list: nothing else is taken."""
