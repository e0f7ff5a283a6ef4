"""What companies ask for."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.intake.api.access import only_own_company
from services.intake.api.examples import A_VACANCY
from services.intake.api.facts import French, FrenchShown, Hours, Occupation, Whole
from services.intake.domain.codes import Licence, Municipality, VacancyEnd
from services.intake.domain.facts import SKILLS
from services.intake.domain.jobs import Vacancy
from services.intake.handlers import employers as handlers
from services.intake.store import employers
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow, example

router = APIRouter(tags=["vacancies"])
LiaisonOrItself = Annotated[Caller, allow(Role.LIAISON, Role.EMPLOYER)]
Readers = Annotated[Caller, allow(Role.LIAISON, Role.ADVISOR, Role.MANAGER, Role.EMPLOYER)]
Licences = Annotated[tuple[Licence, ...], Field(max_length=20)]


class PostVacancy(Sent, json_schema_extra=example(**A_VACANCY)):
    """``wage_*_cents``: an hour. ``french_required``: Échelle québécoise 0–12, null where it does not matter."""

    occupation: Occupation
    openings: Whole = 1
    wage_min_cents: Whole
    wage_max_cents: Whole
    hours_per_week: Hours
    starts_on: date | None = None
    permanent: bool
    municipality: Municipality
    french_required: French = French()
    licences_required: Licences = ()
    years_of_experience: Whole | None = None

    def vacancy(self) -> Vacancy:
        names = PostVacancy.model_fields.keys() - {"french_required", "licences_required"}
        plain = {name: getattr(self, name) for name in names}
        french = {f"french_{skill}": getattr(self.french_required, skill) for skill in SKILLS}
        return Vacancy(**plain, **french, licences_required=tuple(dict.fromkeys(self.licences_required)))


class ChangeVacancy(Sent, json_schema_extra=example(openings=1, wage_max_cents=3800)):
    """What is not sent stays as it is (the defaults here are never used). A French skill sent as null does not matter
    any more."""

    occupation: Occupation = ""
    openings: Whole = 1
    wage_min_cents: Whole = 0
    wage_max_cents: Whole = 0
    hours_per_week: Hours = Decimal(0)
    starts_on: date | None = None
    permanent: bool = True
    municipality: Municipality = "other"
    french_required: French = French()
    licences_required: Licences = ()
    years_of_experience: Whole | None = None

    def given(self) -> dict[str, Any]:
        """Field → value for what was sent, in the domain's names."""
        sent = {name: getattr(self, name) for name in self.model_fields_set - {"french_required"}}
        if "licences_required" in sent:
            sent["licences_required"] = tuple(dict.fromkeys(self.licences_required))
        if "french_required" in self.model_fields_set:
            skills = self.french_required.model_fields_set
            sent |= {f"french_{skill}": getattr(self.french_required, skill) for skill in skills}
        return sent


class CloseVacancy(Sent, json_schema_extra=example(reason="filled")):
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


@router.post("/v1/employers/{employer_id}/vacancies", status_code=201)
def post_vacancy(employer_id: UUID, body: PostVacancy, command: Commands, caller: LiaisonOrItself) -> VacancyView:
    """A company looks for somebody: the job, its terms and what it asks for."""
    only_own_company(caller, employer_id)
    return command.run(VacancyView, lambda tx: _show(handlers.post_vacancy(tx, employer_id, body.vacancy())))


@router.patch("/v1/employers/{employer_id}/vacancies/{vacancy_id}")
def change_vacancy(
    employer_id: UUID, vacancy_id: UUID, body: ChangeVacancy, command: Commands, caller: LiaisonOrItself
) -> VacancyView:
    """Changes an open vacancy; what is not sent stays."""
    only_own_company(caller, employer_id)
    return command.run(
        VacancyView, lambda tx: _show(handlers.change_vacancy(tx, employer_id, vacancy_id, body.given()))
    )


@router.get("/v1/employers/{employer_id}/vacancies/{vacancy_id}")
def get_vacancy(employer_id: UUID, vacancy_id: UUID, read: Reads, caller: Readers) -> VacancyView:
    """One vacancy as it stands."""
    only_own_company(caller, employer_id)
    with read.transaction() as tx:
        return _show(employers.get_vacancy(tx, employer_id, vacancy_id))


@router.post("/v1/employers/{employer_id}/vacancies/{vacancy_id}/closure")
def close_vacancy(
    employer_id: UUID, vacancy_id: UUID, body: CloseVacancy, command: Commands, caller: LiaisonOrItself
) -> VacancyView:
    """The vacancy is filled, or taken back."""
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
