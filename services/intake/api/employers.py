"""Companies and the people they ask for."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.intake.api.access import only_own_company
from services.intake.api.facts import French, FrenchShown, Hours, Text, Whole
from services.intake.domain.codes import LegalForm, Licence, Municipality, Sector, VacancyEnd
from services.intake.domain.facts import SKILLS
from services.intake.domain.jobs import Vacancy
from services.intake.handlers import employers as handlers
from services.intake.store import employers
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow

router = APIRouter(tags=["employers"])
LiaisonOrItself = Annotated[Caller, allow(Role.LIAISON, Role.EMPLOYER)]
Readers = Annotated[Caller, allow(Role.LIAISON, Role.ADVISOR, Role.MANAGER, Role.EMPLOYER)]


class ContactSent(Sent):
    name: Text | None = None
    phone: Text | None = None
    email: Annotated[str, Field(max_length=254)] | None = None


class RegisterEmployer(Sent):
    name: Text
    sector: Sector
    legal_form: LegalForm
    municipality: Municipality
    quebec_establishment: bool | None = None
    contact: ContactSent = ContactSent()
    liaison_id: UUID | None = None  # the caller when not given


class EmployerView(Shown):
    """No name: look it up by POST /v1/names."""

    employer_id: UUID
    sector: str
    legal_form: str
    municipality: str
    quebec_establishment: bool | None
    liaison_id: UUID | None


class PostVacancy(Sent):
    """``wage_*_cents``: an hour. ``french_required``: Échelle québécoise 0–12, null where it does not matter."""

    occupation: Text
    openings: Whole = 1
    wage_min_cents: Whole
    wage_max_cents: Whole
    hours_per_week: Hours
    starts_on: date | None = None
    permanent: bool
    municipality: Municipality
    french_required: French = French()
    licences_required: Annotated[tuple[Licence, ...], Field(max_length=20)] = ()
    years_of_experience: Whole | None = None

    def vacancy(self) -> Vacancy:
        plain = self.model_dump(exclude={"french_required", "licences_required"})
        french = {f"french_{skill}": getattr(self.french_required, skill) for skill in SKILLS}
        return Vacancy(**plain, **french, licences_required=tuple(dict.fromkeys(self.licences_required)))


class CloseVacancy(Sent):
    reason: VacancyEnd


class VacancyView(Shown):
    vacancy_id: UUID
    employer_id: UUID
    posted_at: datetime
    closed_at: datetime | None
    end_reason: str | None
    occupation: str
    openings: int
    wage_min_cents: int
    wage_max_cents: int
    hours_per_week: Decimal
    starts_on: date | None
    permanent: bool
    municipality: str
    french_required: FrenchShown
    licences_required: tuple[str, ...]
    years_of_experience: int | None


class VacanciesView(Shown):
    vacancies: list[VacancyView]
    next_before: int | None


@router.post("/v1/employers", status_code=201)
def register_employer(
    body: RegisterEmployer, command: Commands, caller: Annotated[Caller, allow(Role.LIAISON)]
) -> EmployerView:
    new = handlers.NewEmployer(
        name=body.name,
        sector=body.sector,
        legal_form=body.legal_form,
        municipality=body.municipality,
        quebec_establishment=body.quebec_establishment,
        liaison_id=body.liaison_id or _id_or_none(caller.subject),
        contact_name=body.contact.name,
        contact_phone=body.contact.phone,
        contact_email=body.contact.email,
    )
    return command.run(EmployerView, lambda tx: EmployerView.model_validate(handlers.register_employer(tx, new)))


@router.get("/v1/employers/{employer_id}")
def get_employer(employer_id: UUID, read: Reads, caller: Readers) -> EmployerView:
    only_own_company(caller, employer_id)
    with read.transaction() as tx:
        return EmployerView.model_validate(employers.get_employer(tx, employer_id))


@router.post("/v1/employers/{employer_id}/vacancies", status_code=201)
def post_vacancy(employer_id: UUID, body: PostVacancy, command: Commands, caller: LiaisonOrItself) -> VacancyView:
    only_own_company(caller, employer_id)
    return command.run(VacancyView, lambda tx: _show(handlers.post_vacancy(tx, employer_id, body.vacancy())))


@router.post("/v1/employers/{employer_id}/vacancies/{vacancy_id}/closure")
def close_vacancy(
    employer_id: UUID, vacancy_id: UUID, body: CloseVacancy, command: Commands, caller: LiaisonOrItself
) -> VacancyView:
    only_own_company(caller, employer_id)
    return command.run(VacancyView, lambda tx: _show(handlers.close_vacancy(tx, employer_id, vacancy_id, body.reason)))


@router.get("/v1/employers/{employer_id}/vacancies")
def list_vacancies(
    employer_id: UUID,
    read: Reads,
    caller: Readers,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VacanciesView:
    """Newest first."""
    only_own_company(caller, employer_id)
    with read.transaction() as tx:
        employers.get_employer(tx, employer_id)
        page = employers.list_vacancies(tx, employer_id, before=before, limit=limit)
        return VacanciesView(
            vacancies=[_show(v) for v in page],
            next_before=page[-1].position if len(page) == limit else None,
        )


def _show(posted: employers.PostedVacancy) -> VacancyView:
    job = posted.job
    own = ("vacancy_id", "employer_id", "posted_at", "closed_at", "end_reason")
    about = {name: getattr(posted, name) for name in own}
    about |= {name: getattr(job, name) for name in VacancyView.model_fields if hasattr(job, name)}
    french = FrenchShown(**{skill: getattr(job, f"french_{skill}") for skill in SKILLS})
    return VacancyView(**about, french_required=french)


def _id_or_none(subject: str) -> UUID | None:
    try:
        return UUID(subject)
    except ValueError:
        return None
