"""The lines of matching."""

from shared.tokens import Role
from tests.authorization.table import EVERYWHERE, NOTHING, Line, Step, Table

SHE_AGREED = Step("POST /v1/introductions/$introduction/answers", {"answer": "yes"}, Role.ADVISOR)
BOTH_AGREED = (SHE_AGREED, Step("POST /v1/introductions/$introduction/answers", {"answer": "yes"}))
MET = (*BOTH_AGREED, Step("POST /v1/introductions/$introduction/meeting", {"held_on": "@0"}))
TERMS = {"wage_cents": 2800, "hours_per_week": "37.5", "starts_on": "@7", "permanent": True}
OFFERED = (*MET, Step("POST /v1/introductions/$introduction/offer", {"terms": TERMS}))
HERS = {"side": "candidate", "marks": {"work": 4}}
ITS = {"side": "employer", "marks": {"skills": 4}}
ANSWERED = (409, "she has answered, so that the company may see it")
NOT_KNOWN_HERE = (200, "a company without vacancies is not known here: its list is empty")

INTRODUCTIONS: Table = {
    "GET /v1/introductions": Line(shows="introduction"),
    "GET /v1/introductions/{introduction_id}": Line(first=(SHE_AGREED,)),
    "GET /v1/candidates/{candidate_id}/introductions": Line(shows="introduction"),
    "GET /v1/vacancies/{vacancy_id}/introductions": Line(shows="introduction", first=(SHE_AGREED,)),
    "GET /v1/employers/{employer_id}/introductions": Line(
        shows="introduction", first=(SHE_AGREED,),
        unknown={f"employer:{role}": NOT_KNOWN_HERE for role in (Role.ADVISOR, Role.LIAISON, Role.MANAGER)},
    ),
    "POST /v1/introductions/{introduction_id}/answers": Line(
        {"answer": "no", "reason": "other"}, first=(SHE_AGREED,),
        bodies={Role.CANDIDATE: {"answer": "yes"}, Role.ADVISOR: {"answer": "yes"}},
        refused={Role.CANDIDATE: ANSWERED, Role.ADVISOR: ANSWERED},
    ),
    "POST /v1/introductions/{introduction_id}/withdrawal": Line({"reason": "other"}, first=BOTH_AGREED),
    "POST /v1/candidates/{candidate_id}/introductions": Line(
        {"vacancy_id": "$vacancy", "reason": "second_look"},
        first=(Step("POST /v1/introductions/$introduction/withdrawal", {"reason": "mistake"}),),
    ),
    "GET /v1/introductions/{introduction_id}/explanation": NOTHING,
}  # fmt: skip
MEETINGS: Table = {
    "POST /v1/introductions/{introduction_id}/meeting-day": Line({"meets_on": "@2"}, first=BOTH_AGREED),
    "POST /v1/introductions/{introduction_id}/meeting": Line({"held_on": "@0"}, first=BOTH_AGREED),
    "POST /v1/introductions/{introduction_id}/feedback": Line(ITS, bodies={Role.CANDIDATE: HERS}, first=MET),
    "POST /v1/introductions/{introduction_id}/offer": Line({"terms": TERMS}, first=MET),
    "POST /v1/offers/{offer_id}/withdrawal": Line({"reason": "other"}, first=OFFERED),
    "POST /v1/candidates/{candidate_id}/choice": Line({"offer_id": "$offer"}, first=OFFERED),
    "GET /v1/candidates/{candidate_id}/choices": Line(at={"candidate_id": "worker"}, person="worker", shows="worker"),
    "POST /v1/hires/{hire_id}/cancellation": Line({"reason": "other"}, at={"hire_id": "new_hire"}),
}
LISTS: Table = {
    "GET /v1/vacancies/{vacancy_id}/shortlist": Line(shows="vacancy"),
    "GET /v1/candidates/{candidate_id}/shortlist": Line(shows="seeker"),
    "GET /v1/vacancies/{vacancy_id}/candidates/{candidate_id}/score": NOTHING,
    "GET /v1/candidates": Line(shows="seeker"),
    "GET /v1/codes": NOTHING,
}
LINES: Table = {**EVERYWHERE, **INTRODUCTIONS, **MEETINGS, **LISTS}
