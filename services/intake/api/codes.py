"""Every code list, in French and English."""

from fastapi import APIRouter

from services.intake.domain.codes import CODES
from services.intake.domain.facts import ASKED
from shared.http import Role, Shown, allow

router = APIRouter(tags=["codes"])


class CodeView(Shown):
    code: str
    fr: str
    en: str


@router.get("/v1/codes", dependencies=[allow(*Role)])
def list_codes() -> dict[str, list[CodeView]]:
    """Every code this service takes or shows, in French and English."""
    lists = {**CODES, "facts": ASKED}
    return {name: [CodeView.model_validate(code) for code in codes] for name, codes in lists.items()}
