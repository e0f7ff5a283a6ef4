"""Who answers for a person: an advisor gives her file to a colleague."""

from uuid import UUID

from fastapi import Request

from services.portal.pages.accompany.questions import words_of
from services.portal.pages.forms import Form
from services.portal.pages.owners import Outcome, command


def assign_advisor(request: Request, candidate_id: UUID, form: Form) -> Outcome | None:
    form.need("advisor", str(words_of(request)("assign.needed")))
    if form.is_wrong:
        return None
    path, body = f"/v1/candidates/{candidate_id}/advisor", {"advisor_id": form.text("advisor")}
    return command(request, "intake", path, body, key=form.nonce, method="PUT")
