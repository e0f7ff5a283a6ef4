"""What waits for a company: answers, confirmations, papers, hours, claims, questions about its newcomers. And the list
of companies from which a liaison begins."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.companies.company import CompanyHere, at_company, names_for, page_at, show
from services.portal.pages.companies.introduced import is_companys_move
from services.portal.pages.paging import page_of
from shared.http import Role, allow

router = APIRouter(include_in_schema=False)
_PLACE_OF = {
    "register_document": "subsidy",
    "confirm_request": "subsidy",
    "give_information": "subsidy",
    "report_hours": "claim",
    "confirm_claim": "claim",
    "confirm_course": "french_course",
    "give_course_information": "french_course",
}


@page_at(router, *at_company("to_do"))
def show_to_do(request: Request, company: CompanyHere) -> Response:
    """A part whose owner does not answer is missing, and the page says which."""
    people = owners.try_get(
        request, "matching", f"/v1/employers/{company.employer_id}/introductions", live="true", limit=200
    )
    papers = owners.try_get(request, "subsidies", "/v1/to-do", employer_id=company.employer_id)
    follow_up = owners.try_get(request, "retention", f"/v1/employers/{company.employer_id}/follow-up")
    introduced = [one for one in people["introductions"] if is_companys_move(one)] if people else []
    waiting = papers["to_do"] if papers else []
    jobs = follow_up["employments"] if follow_up else []
    contacts = [(job, contact) for job in jobs for contact in job["contacts"]]
    later = sorted((c for _, c in contacts if c["state"] == "later"), key=lambda contact: contact["due_on"])
    candidates = [one["candidate_id"] for one in (*introduced, *waiting, *jobs)]
    return show(
        request,
        "to_do",
        company=company,
        names=names_for(request, candidates, [company.employer_id]),
        introduced=introduced,
        papers=[(one, company.to(_PLACE_OF[one["what"]], one["about_id"])) for one in waiting],
        questions=[(job, contact) for job, contact in contacts if contact["state"] == "to_answer"],
        next_contact=later[0] if later else None,
        missing=_missing(people, papers, follow_up),
    )


def _missing(*parts: Any) -> list[str]:
    return [owner for owner, part in zip(("matching", "subsidies", "retention"), parts, strict=True) if part is None]


@page_at(router, "companies")
def list_companies(
    request: Request,
    viewer: Annotated[Any, allow(Role.LIAISON)],  # noqa: ARG001  # who may: a liaison
) -> Response:
    """Latest registered first."""
    found = page_of(request, "intake", "/v1/employers", "employers", after="before", next_key="next_before")
    ids = [one["employer_id"] for one in found.items]
    waiting = owners.try_get(request, "subsidies", "/v1/to-do")
    counted: dict[str, int] = {}
    for one in waiting["to_do"] if waiting else ():
        counted[one["employer_id"]] = counted.get(one["employer_id"], 0) + 1
    return show(
        request,
        "companies",
        employers=found,
        counted=counted if waiting else None,
        names=names_for(request, (), ids),
    )
