"""The lines of subsidies. At first: ``request`` is approved, with a claim that is ready; ``new_request`` is ready to be
sent; both jobs have a French course that is a draft."""

from shared.tokens import Role
from tests.authorization.table import EVERYWHERE, NOTHING, Line, Step, Table

YES = {"accurate": True}
NEW = {"request_id": "new_request"}
TERMS = {"occupation": "11101", "wage_cents": 2800, "hours_per_week": "37.5", "starts_on": "@7", "permanent": True}
SENT = (Step("POST /v1/requests/$new_request/confirmation", YES),)
ASKED = (*SENT, Step("POST /v1/requests/$new_request/information-requests",
         {"question_id": "q-$new_request", "questions": ["job_offer"], "asked_on": "@0"}, Role.MINISTRY))  # fmt: skip
SUBMITTED = (Step("POST /v1/claims/$claim/submission", YES),)
COURSE_SENT = (Step("POST /v1/french-courses/$course/confirmation", YES),)
APPROVED = {"decision_id": "m-$course", "decision": "approved", "hours": 40, "decided_on": "@0"}
COURSE_YES = (*COURSE_SENT, Step("POST /v1/french-courses/$course/decision", APPROVED, Role.MINISTRY, "mifi"))
COURSE_QUESTION = {"questions": ["timetable"], "asked_on": "@0"}
COURSE_ASKED = (*COURSE_SENT, Step("POST /v1/french-courses/$course/information-requests", COURSE_QUESTION | {
    "question_id": "q-$course"}, Role.MINISTRY, "mifi"))  # fmt: skip
NO = {"decision": "refused", "reason": "other"}
COURSE_NO = (*COURSE_SENT, Step("POST /v1/french-courses/$course/decision", NO | {
    "decision_id": "m-$course", "decided_on": "@0"}, Role.MINISTRY, "mifi"))  # fmt: skip
CONNECTED = (409, "a ministry that is connected answers by itself; paper is for one that is not")

REQUESTS: Table = {
    "POST /v1/estimates": Line(
        {"terms": TERMS, "candidate_id": "$worker"},
        bodies={Role.EMPLOYER: {"terms": TERMS, "introduction_id": "$recruit_introduction"}},
    ),
    "GET /v1/measures": NOTHING,
    "GET /v1/requests": Line(shows="new_request", first=SENT),
    "GET /v1/requests/{request_id}": NOTHING,
    "POST /v1/requests/{request_id}/documents": Line({"kind": "other", "issued_on": "@0"}, at=NEW),
    "POST /v1/requests/{request_id}/preference": Line({"preferred": True}, at=NEW),
    "POST /v1/requests/{request_id}/confirmation": Line(YES, at=NEW),
    "POST /v1/requests/{request_id}/information": Line({"complete": True}, at=NEW, first=ASKED),
    "GET /v1/hires/{hire_id}/assessments": Line(shows="hire"),
    "POST /v1/requests/{request_id}/decision": Line(
        NO | {"decision_id": "d-1", "decided_on": "@0"}, at=NEW, first=SENT
    ),
    "POST /v1/requests/{request_id}/received-decision": Line(
        NO | {"reference": "d-1", "dated_on": "@0"}, at=NEW, first=SENT,
        refused={Role.LIAISON: CONNECTED, Role.MANAGER: CONNECTED},
    ),
    "POST /v1/requests/{request_id}/information-requests": Line(
        {"question_id": "q-1", "questions": ["job_offer"], "asked_on": "@0"}, at=NEW, first=SENT
    ),
    "GET /v1/requests/{request_id}/dossier": NOTHING,
}  # fmt: skip
CLAIMS: Table = {
    "GET /v1/claims": Line(shows="claim", first=SUBMITTED),
    "GET /v1/claims/{claim_id}": Line(first=SUBMITTED),
    "POST /v1/claims/{claim_id}/submission": Line(YES),
    "POST /v1/claims/{claim_id}/payment": Line(
        {"result": "paid", "payment_id": "p-1", "paid_on": "@0"}, first=SUBMITTED
    ),
    "POST /v1/claims/{claim_id}/received-payment": Line(
        {"result": "paid", "reference": "p-1", "dated_on": "@0"}, first=SUBMITTED,
        refused={Role.LIAISON: CONNECTED, Role.MANAGER: CONNECTED},
    ),
}  # fmt: skip
COURSES: Table = {
    "POST /v1/french-courses": Line(
        {"hire_id": "$hire", "hours": 40, "target_level": 7}, first=COURSE_NO
    ),
    "GET /v1/french-courses": Line(shows="course", ministry="mifi", first=COURSE_SENT),
    "GET /v1/french-courses/{course_id}": Line(ministry="mifi", first=COURSE_SENT),
    "POST /v1/french-courses/{course_id}/confirmation": Line(YES),
    "POST /v1/french-courses/{course_id}/decision": Line(
        NO | {"decision_id": "d-2", "decided_on": "@0"}, ministry="mifi", first=COURSE_SENT
    ),
    "POST /v1/french-courses/{course_id}/information-requests": Line(
        COURSE_QUESTION | {"question_id": "q-2"}, ministry="mifi", first=COURSE_SENT
    ),
    "POST /v1/french-courses/{course_id}/information": Line(
        {"complete": True, "answer": "le soir"}, first=COURSE_ASKED
    ),
    "POST /v1/french-courses/{course_id}/received-decision": Line(
        NO | {"reference": "d-2", "dated_on": "@0"}, first=COURSE_SENT,
        refused={Role.LIAISON: CONNECTED, Role.MANAGER: CONNECTED},
    ),
    "POST /v1/french-courses/{course_id}/hours": Line({"hours": "2", "held_on": "@0"}, first=COURSE_YES),
    "POST /v1/french-courses/{course_id}/end": Line({"ended_on": "@0"}, first=COURSE_YES),
}  # fmt: skip
OVERVIEW: Table = {
    "GET /v1/to-do": Line(shows="new_request"),
    "GET /v1/counts": NOTHING,
    "GET /v1/notices": NOTHING,
}
LINES: Table = {**EVERYWHERE, **REQUESTS, **CLAIMS, **COURSES, **OVERVIEW}
