"""The two sides of a job: the company and the person."""

from collections.abc import Sequence
from datetime import date

from deploy.local.demo.actors import NOTICE, Reporter
from deploy.local.demo.answers import Choice, Claim, Course, Estimate, Introduction, Receipt, Request
from deploy.local.demo.wire import Json, Wire
from shared.tokens import Role


class Employer(Reporter):
    def __init__(self, wire: Wire, employer_id: str) -> None:
        super().__init__(wire, Role.EMPLOYER, f"{employer_id}-contact", employer_id)

    def profiles(self, vacancy_id: str) -> list[Introduction]:
        """Who may be met for a vacancy: no name before both have said yes."""
        shown = self._get("matching", f"/v1/vacancies/{vacancy_id}/introductions")
        return [Introduction.model_validate(each) for each in shown["introductions"]]

    def answer(self, introduction_id: str, answer: str, reason: str | None = None) -> Introduction:
        return self._introduction("answers", introduction_id, _answer(answer, reason))

    def judge(self, introduction_id: str, marks: Json, reasons: Sequence[str] = ()) -> None:
        """What it thought of a meeting, 1 to 5 by mark."""
        self._introduction("feedback", introduction_id, {"side": "employer", "marks": marks, "reasons": list(reasons)})

    def meet(self, introduction_id: str, held_on: date) -> Introduction:
        return self._introduction("meeting", introduction_id, {"held_on": str(held_on)})

    def estimate(self, introduction_id: str, terms: Json) -> list[Estimate]:
        """What each measure would bring for an offer that is only thought of."""
        found = self._send("POST", "subsidies", "/v1/estimates", {"introduction_id": introduction_id, "terms": terms})
        return [Estimate.model_validate(each) for each in found["estimates"]]

    def offer(self, introduction_id: str, terms: Json) -> Introduction:
        return self._introduction("offer", introduction_id, {"terms": terms})

    def requests(self, hire_id: str | None = None) -> list[Request]:
        """Its own requests to ministries, oldest first; of one hire, or all."""
        only = {"hire_id": hire_id} if hire_id else {}
        shown = self._get("subsidies", "/v1/requests", limit=500, **only)
        return [Request.model_validate(each) for each in shown["requests"]]

    def request(self, request_id: str) -> Json:
        """A whole request, with its computation line by line."""
        return self._get("subsidies", f"/v1/requests/{request_id}")

    def register_document(self, request_id: str, kind: str, issued_on: date, expires_on: date | None = None) -> Json:
        sent = {"kind": kind, "issued_on": str(issued_on)}
        sent |= {"expires_on": str(expires_on)} if expires_on else {}
        return self._send("POST", "subsidies", f"/v1/requests/{request_id}/documents", sent)

    def confirm(self, request_id: str) -> Json:
        return self._send("POST", "subsidies", f"/v1/requests/{request_id}/confirmation", {"accurate": True})

    def inform(self, request_id: str, answer: str) -> None:
        """What the ministry asked for is given."""
        sent = {"complete": True, "answer": answer}
        self._send("POST", "subsidies", f"/v1/requests/{request_id}/information", sent)

    def claims(self, request_id: str) -> list[Claim]:
        shown = self._get("subsidies", "/v1/claims", request_id=request_id)
        return [Claim.model_validate(each) for each in shown["claims"]]

    def submit_claim(self, claim_id: str) -> None:
        self._send("POST", "subsidies", f"/v1/claims/{claim_id}/submission", {"accurate": True})

    def want_course(self, hire_id: str, hours: int, target_level: int) -> Course:
        """A French course at work for somebody it hired."""
        sent = {"hire_id": hire_id, "hours": hours, "target_level": target_level}
        return Course.model_validate(self._send("POST", "subsidies", "/v1/french-courses", sent))

    def course(self, course_id: str) -> Course:
        return Course.model_validate(self._get("subsidies", f"/v1/french-courses/{course_id}"))

    def courses(self) -> list[Course]:
        """Every French course that it asked for."""
        shown = self._pages("subsidies", "/v1/french-courses", "courses")
        return [Course.model_validate(each) for each in shown]

    def confirm_course(self, course_id: str) -> Course:
        path = f"/v1/french-courses/{course_id}/confirmation"
        return Course.model_validate(self._send("POST", "subsidies", path, {"accurate": True}))

    def record_course_hours(self, course_id: str, hours: str, held_on: date) -> Course:
        sent = {"hours": hours, "held_on": str(held_on)}
        return Course.model_validate(self._send("POST", "subsidies", f"/v1/french-courses/{course_id}/hours", sent))

    def _introduction(self, what: str, introduction_id: str, body: Json) -> Introduction:
        done = self._send("POST", "matching", f"/v1/introductions/{introduction_id}/{what}", body)
        return Introduction.model_validate(done)


class Candidate(Reporter):
    def __init__(self, wire: Wire, candidate_id: str) -> None:
        super().__init__(wire, Role.CANDIDATE, candidate_id)

    def companies(self) -> list[Introduction]:
        return self.introductions(self.subject)

    def answer(self, introduction_id: str, answer: str, reason: str | None = None) -> Introduction:
        sent = _answer(answer, reason)
        return Introduction.model_validate(
            self._send("POST", "matching", f"/v1/introductions/{introduction_id}/answers", sent)
        )

    def judge(self, introduction_id: str, marks: Json, reasons: Sequence[str] = ()) -> None:
        """What she thought of a meeting, 1 to 5 by mark."""
        sent = {"side": "candidate", "marks": marks, "reasons": list(reasons)}
        self._send("POST", "matching", f"/v1/introductions/{introduction_id}/feedback", sent)

    def choose(self, offer_id: str) -> Choice:
        path = f"/v1/candidates/{self.subject}/choice"
        return Choice.model_validate(self._send("POST", "matching", path, {"offer_id": offer_id}))

    def agree_plan(self, plan_id: str) -> None:
        self._send("POST", "intake", f"/v1/candidates/{self.subject}/action-plans/{plan_id}/agreement")

    def enrol(self, session_id: str) -> None:
        self._send("POST", "intake", f"/v1/workshops/{session_id}/enrolments", {"candidate_id": self.subject})

    def agree(self, purpose: str, recipient: str) -> None:
        """One more use of her file, by one more recipient."""
        sent = {"purpose": purpose, "recipient": recipient, "notice_version": NOTICE}
        self._send("POST", "intake", f"/v1/candidates/{self.subject}/consents", sent)

    def steps(self) -> Sequence[Json]:
        """Her workshops, as she sees them."""
        found: list[Json] = self._get("intake", f"/v1/candidates/{self.subject}/accompaniment")["workshops"]
        return found

    def be_forgotten(self) -> Receipt:
        return Receipt.model_validate(self._send("POST", "intake", f"/v1/candidates/{self.subject}/erasure"))


def _answer(answer: str, reason: str | None) -> Json:
    """A reason is a code of matching's list."""
    return {"answer": answer, "reason": reason} if reason else {"answer": answer}
