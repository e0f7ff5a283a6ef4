"""Who acts in the story: one thin client per role, each method one thing that this role may do."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from deploy.local.demo.answers import (
    Assessment,
    Choice,
    Criterion,
    Employment,
    Introduction,
    Receipt,
    Referral,
    Request,
    Task,
    TimelineFact,
    Vacancy,
)
from deploy.local.demo.wire import Json, NotDone, Wire
from shared.tokens import Role

NOTICE = "2026-01"
NOT_FOUND = 404


def staff_id(role: str) -> str:
    """Whom the portal's trial sign-in lets one be: what the demo leaves in the advisor's list is there to be seen."""
    return str(uuid5(NAMESPACE_URL, f"interconnexion:trial:{role}"))


@dataclass
class Actor:
    """Somebody with a token of a role. ``subject`` is an id, never a name."""

    wire: Wire
    role: Role
    subject: str
    organisation: str | None = None

    def __post_init__(self) -> None:
        self.token: str | None = self.wire.system.token(self.role, self.subject, self.organisation)

    def _get(self, service: str, path: str, **query: object) -> Json:
        return self.wire.get(self.token, service, path, **query)

    def _find(self, service: str, path: str) -> Json | None:
        """None while the service does not know of it yet."""
        try:
            return self._get(service, path)
        except NotDone as no:
            if no.status == NOT_FOUND:
                return None
            raise

    def _send(self, method: str, service: str, path: str, body: Json | None = None) -> Json:
        return self.wire.send(self.token, method, service, path, body)

    def introductions(self, candidate_id: str) -> list[Introduction]:
        """Of one person, as this role may see them."""
        shown = self._find("matching", f"/v1/candidates/{candidate_id}/introductions") or {"introductions": []}
        return [Introduction.model_validate(each) for each in shown["introductions"]]

    def names(self, purpose: str, *, candidates: list[str] | None = None, employers: list[str] | None = None) -> Json:
        """id → name, for those whose name this role may see now."""
        ask = {"candidate_ids": candidates or [], "employer_ids": employers or [], "purpose": purpose}
        found = self._send("POST", "intake", "/v1/names", ask)
        people = {each["candidate_id"]: f"{each['given_name']} {each['family_name']}" for each in found["candidates"]}
        return people | {each["employer_id"]: each["name"] for each in found["employers"]}


class Reporter(Actor):
    """Whoever may say that a person found work, or that a job ended."""

    def report_hire(self, candidate_id: str, employer_id: str, terms: Json, *, in_field: bool | None = None) -> Json:
        sent = {"employer_id": employer_id, "terms": terms, "in_field": in_field}
        return self._send("POST", "intake", f"/v1/candidates/{candidate_id}/hires", sent)

    def report_end(self, candidate_id: str, employer_id: str, ended_on: date, reason: str) -> Json:
        sent = {"employer_id": employer_id, "ended_on": str(ended_on), "reason": reason}
        return self._send("POST", "intake", f"/v1/candidates/{candidate_id}/employment-ends", sent)


class Manager(Actor):
    def __init__(self, wire: Wire) -> None:
        super().__init__(wire, Role.MANAGER, staff_id("manager"))

    def make_link(self, channel: str, expires_on: date) -> str:
        """The code behind a QR page."""
        made = self._send("POST", "intake", "/v1/links", {"channel": channel, "expires_on": str(expires_on)})
        return str(made["code"])

    def add_partner(self, name: str, kind: str) -> str:
        return str(self._send("POST", "intake", "/v1/partners", {"name": name, "kind": kind})["partner_id"])

    def issue_key(self, partner_id: str) -> str:
        return str(self._send("POST", "intake", f"/v1/partners/{partner_id}/keys")["key"])

    def numbers(self) -> dict[str, int]:
        """The programme's numbers at this moment: supported, admitted, employed."""
        return {each["number"]: each["value"] for each in self._get("portal", "/v1/numbers")["numbers"]}


class Visitor:
    """Somebody on her phone who has nothing but a link."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def refer_herself(self, code: str, person: Json, purposes: tuple[str, ...], on: date, facts: Json) -> Referral:
        agreement = {
            "given_on": str(on), "notice_version": NOTICE, "statement": "own_link", "purposes": list(purposes)
        }  # fmt: skip
        sent = {"code": code, "person": person, "agreement": agreement, "facts": facts}
        return Referral.model_validate(self.wire.send(None, "POST", "intake", "/v1/self-referrals", sent))


class Partner(Reporter):
    """A partner's system, with the key that the programme gave it."""

    def __init__(self, wire: Wire, partner_id: str, key: str) -> None:
        super().__init__(wire, Role.PARTNER, partner_id, partner_id)
        self.token = key

    def refer(self, person: Json, purposes: tuple[str, ...], on: date, facts: Json) -> Referral:
        agreement = {
            "given_on": str(on), "notice_version": NOTICE, "statement": "partner_statement", "purposes": list(purposes)
        }  # fmt: skip
        sent = {"channel": "partner_system", "person": person, "agreement": agreement, "facts": facts}
        return Referral.model_validate(self._send("POST", "intake", "/v1/referrals", sent))

    def referral(self, referral_id: str) -> Referral:
        return Referral.model_validate(self._get("intake", f"/v1/referrals/{referral_id}"))


class Advisor(Reporter):
    def __init__(self, wire: Wire) -> None:
        super().__init__(wire, Role.ADVISOR, staff_id("advisor"))

    def eligibility(self, candidate_id: str) -> list[Criterion]:
        shown = self._get("intake", f"/v1/candidates/{candidate_id}/eligibility")
        return [Criterion.model_validate(each) for each in shown["criteria"]]

    def complete(self, referral_id: str, facts: Json) -> Referral:
        return Referral.model_validate(self._send("PATCH", "intake", f"/v1/referrals/{referral_id}", facts))

    def admit(self, candidate_id: str) -> Json:
        return self._send("POST", "intake", f"/v1/candidates/{candidate_id}/admission", {})

    def timeline(self, candidate_id: str) -> list[TimelineFact]:
        """Everything that happened to a person, whichever service said it, oldest first."""
        shown = self._find("portal", f"/v1/people/{candidate_id}/timeline") or {"facts": []}
        return [TimelineFact.model_validate(each) for each in shown["facts"]]

    def page(self, path: str) -> str:
        """A page of the portal as her browser gets it. Raises NotDone."""
        return self.wire.text(self.token, "portal", path)

    def referral(self, referral_id: str) -> Referral:
        return Referral.model_validate(self._get("intake", f"/v1/referrals/{referral_id}"))


class RetentionAdvisor(Actor):
    def __init__(self, wire: Wire) -> None:
        super().__init__(wire, Role.RETENTION_ADVISOR, staff_id("advisor"))

    def employments(self, candidate_id: str) -> list[Employment]:
        shown = self._find("retention", f"/v1/candidates/{candidate_id}/follow-up") or {"employments": []}
        return [Employment.model_validate(each) for each in shown["employments"]]

    def due_tasks(self) -> list[Task]:
        """Everything to do now in this advisor's own list, oldest day first."""
        found: list[Task] = []
        after: dict[str, str] = {}
        while True:
            page = self._get("retention", "/v1/tasks", state="due", mine=True, limit=200, **after)
            found += [Task.model_validate(each) for each in page["items"]]
            if page["next"] is None:
                return found
            after = {"after": page["next"]}

    def record_contact(self, task_id: str, held_on: date, *, outlook: int, note: str) -> Json:
        sent = {"result": "reached", "held_on": str(held_on), "outlook": outlook, "note": note}
        return self._send("POST", "retention", f"/v1/tasks/{task_id}/contacts", sent)


class Liaison(Actor):
    def __init__(self, wire: Wire) -> None:
        super().__init__(wire, Role.LIAISON, staff_id("liaison"))

    def register(self, company: Json) -> str:
        return str(self._send("POST", "intake", "/v1/employers", company)["employer_id"])

    def post_vacancy(self, employer_id: str, job: Json) -> str:
        return str(self._send("POST", "intake", f"/v1/employers/{employer_id}/vacancies", job)["vacancy_id"])

    def vacancies(self, employer_id: str) -> list[Vacancy]:
        shown = self._get("intake", f"/v1/employers/{employer_id}/vacancies")
        return [Vacancy.model_validate(each) for each in shown["vacancies"]]

    def close_vacancy(self, employer_id: str, vacancy_id: str, reason: str) -> None:
        self._send("POST", "intake", f"/v1/employers/{employer_id}/vacancies/{vacancy_id}/closure", {"reason": reason})

    def assessments(self, hire_id: str) -> list[Assessment]:
        """What stands now of each measure; nothing while the hire is on its way."""
        shown = self._find("subsidies", f"/v1/hires/{hire_id}/assessments") or {"assessments": []}
        found = [Assessment.model_validate(each) for each in shown["assessments"]]
        return [each for each in found if each.current]


class Employer(Reporter):
    def __init__(self, wire: Wire, employer_id: str) -> None:
        super().__init__(wire, Role.EMPLOYER, f"{employer_id}-contact", employer_id)

    def profiles(self, vacancy_id: str) -> list[Introduction]:
        """Who may be met for a vacancy: no name before both have said yes."""
        shown = self._get("matching", f"/v1/vacancies/{vacancy_id}/introductions")
        return [Introduction.model_validate(each) for each in shown["introductions"]]

    def answer(self, introduction_id: str, answer: str) -> Introduction:
        return self._introduction("answers", introduction_id, {"answer": answer})

    def meet(self, introduction_id: str, held_on: date) -> Introduction:
        return self._introduction("meeting", introduction_id, {"held_on": str(held_on)})

    def offer(self, introduction_id: str, wage_cents: int, hours: str, starts_on: date) -> Introduction:
        terms = {"wage_cents": wage_cents, "hours_per_week": hours, "starts_on": str(starts_on), "permanent": True}
        return self._introduction("offer", introduction_id, {"terms": terms})

    def requests(self) -> list[Request]:
        """Its own requests to ministries, oldest first."""
        shown = self._get("subsidies", "/v1/requests", limit=500)
        return [Request.model_validate(each) for each in shown["requests"]]

    def request(self, request_id: str) -> Json:
        """A whole request, with its computation line by line."""
        return self._get("subsidies", f"/v1/requests/{request_id}")

    def confirm(self, request_id: str) -> Json:
        return self._send("POST", "subsidies", f"/v1/requests/{request_id}/confirmation", {"accurate": True})

    def _introduction(self, what: str, introduction_id: str, body: Json) -> Introduction:
        done = self._send("POST", "matching", f"/v1/introductions/{introduction_id}/{what}", body)
        return Introduction.model_validate(done)


class Candidate(Reporter):
    def __init__(self, wire: Wire, candidate_id: str) -> None:
        super().__init__(wire, Role.CANDIDATE, candidate_id)

    def companies(self) -> list[Introduction]:
        return self.introductions(self.subject)

    def answer(self, introduction_id: str, answer: str) -> Introduction:
        done = self._send("POST", "matching", f"/v1/introductions/{introduction_id}/answers", {"answer": answer})
        return Introduction.model_validate(done)

    def choose(self, offer_id: str) -> Choice:
        path = f"/v1/candidates/{self.subject}/choice"
        return Choice.model_validate(self._send("POST", "matching", path, {"offer_id": offer_id}))

    def be_forgotten(self) -> Receipt:
        return Receipt.model_validate(self._send("POST", "intake", f"/v1/candidates/{self.subject}/erasure"))


def monday_after(day: date, *, weeks: int) -> date:
    """The first Monday that lies at least ``weeks`` weeks after ``day``."""
    at_least = day + timedelta(weeks=weeks)
    return at_least + timedelta(days=-at_least.weekday() % 7)
