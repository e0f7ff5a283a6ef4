"""Who acts in the story: one thin client per role, each method one thing that this role may do. Here: what all have in
common, and the programme's staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from deploy.local.demo.answers import (
    Assessment,
    Criterion,
    Employment,
    Introduction,
    Referral,
    Signal,
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

    def _pages(self, service: str, path: str, items: str, **query: object) -> list[Json]:
        """Every item of a list that comes in pages."""
        found: list[Json] = []
        after: Json = {}
        while True:
            page = self._get(service, path, limit=200, **query, **after)
            found += page[items]
            if page["next"] is None:
                return found
            after = {"after": page["next"]}

    def names(self, purpose: str, *, candidates: list[str] | None = None, employers: list[str] | None = None) -> Json:
        """id → name, for those whose name this role may see now."""
        ask = {"candidate_ids": candidates or [], "employer_ids": employers or [], "purpose": purpose}
        found = self._send("POST", "intake", "/v1/names", ask)
        people = {each["candidate_id"]: f"{each['given_name']} {each['family_name']}" for each in found["candidates"]}
        return people | {each["employer_id"]: each["name"] for each in found["employers"]}


class Reporter(Actor):
    """Whoever may say what becomes of a person's work."""

    def report_hire(self, candidate_id: str, employer_id: str, terms: Json, *, in_field: bool | None = None) -> Json:
        sent = {"employer_id": employer_id, "terms": terms, "in_field": in_field}
        return self._send("POST", "intake", f"/v1/candidates/{candidate_id}/hires", sent)

    def report_end(self, candidate_id: str, employer_id: str, ended_on: date, reason: str) -> Json:
        sent = {"employer_id": employer_id, "ended_on": str(ended_on), "reason": reason}
        return self._send("POST", "intake", f"/v1/candidates/{candidate_id}/employment-ends", sent)

    def report_hours(
        self, candidate_id: str, employer_id: str, days: tuple[date, date], hours: str, wage_cents: int
    ) -> Json:
        sent = {
            "employer_id": employer_id, "from_on": str(days[0]), "to_on": str(days[1]), "hours": hours,
            "wage_cents": wage_cents,
        }  # fmt: skip
        return self._send("POST", "intake", f"/v1/candidates/{candidate_id}/hours", sent)


class Manager(Actor):
    def __init__(self, wire: Wire) -> None:
        super().__init__(wire, Role.MANAGER, staff_id("manager"))

    def make_link(self, channel: str, expires_on: date, **more: Any) -> str:
        """The code behind a QR page. ``more``: partner_id, to_partner_id, label."""
        made = self._send("POST", "intake", "/v1/links", {"channel": channel, "expires_on": str(expires_on), **more})
        return str(made["code"])

    def add_partner(self, name: str, kind: str) -> str:
        return str(self._send("POST", "intake", "/v1/partners", {"name": name, "kind": kind})["partner_id"])

    def enter_colleague(self, staff_id: str, given_name: str, family_name: str, role: str) -> None:
        sent = {"staff_id": staff_id, "given_name": given_name, "family_name": family_name, "role": role}
        self._send("POST", "intake", "/v1/staff", sent)

    def partners(self) -> dict[str, str]:
        """Name → id."""
        return {each["name"]: each["partner_id"] for each in self._get("intake", "/v1/partners")["partners"]}

    def issue_key(self, partner_id: str) -> str:
        return str(self._send("POST", "intake", f"/v1/partners/{partner_id}/keys")["key"])

    def keys(self, partner_id: str) -> list[Json]:
        found: list[Json] = self._get("intake", f"/v1/partners/{partner_id}/keys")["keys"]
        return found

    def numbers(self) -> dict[str, int]:
        """The programme's numbers at this moment: supported, admitted, employed."""
        return {each["number"]: each["value"] for each in self._get("portal", "/v1/numbers")["numbers"]}

    def funnel(self) -> Json:
        """From referral to work, as the programme page counts it."""
        return self._get("portal", "/v1/funnel")

    def subsidy_counts(self) -> dict[tuple[str, str], int]:
        """How many (requests, claims, french_courses) are in which state."""
        shown = self._get("subsidies", "/v1/counts")["counts"]
        return {(each["what"], each["state"]): each["count"] for each in shown}

    def definitions(self) -> dict[str, tuple[str, str]]:
        """The exact words of each number, in French and English."""
        shown = self._get("portal", "/v1/numbers")["numbers"]
        return {each["number"]: (each["definition"]["fr"], each["definition"]["en"]) for each in shown}


class Advisor(Reporter):
    def __init__(self, wire: Wire) -> None:
        super().__init__(wire, Role.ADVISOR, staff_id("advisor"))

    def eligibility(self, candidate_id: str) -> list[Criterion]:
        shown = self._get("intake", f"/v1/candidates/{candidate_id}/eligibility")
        return [Criterion.model_validate(each) for each in shown["criteria"]]

    def complete(self, referral_id: str, facts: Json) -> Referral:
        return Referral.model_validate(self._send("PATCH", "intake", f"/v1/referrals/{referral_id}", facts))

    def close(self, referral_id: str, outcome: str, reason: str) -> None:
        self._send("POST", "intake", f"/v1/referrals/{referral_id}/closure", {"outcome": outcome, "reason": reason})

    def admit(self, candidate_id: str, advisor_id: str | None = None) -> Json:
        sent = {"advisor_id": advisor_id} if advisor_id else {}
        return self._send("POST", "intake", f"/v1/candidates/{candidate_id}/admission", sent)

    def knows(self, candidate_id: str) -> bool:
        return self._find("intake", f"/v1/candidates/{candidate_id}") is not None

    def is_looking_for(self, candidate_id: str) -> bool:
        """Whether matching knows of her."""
        return self._find("matching", f"/v1/candidates/{candidate_id}/introductions") is not None

    def board(self, *states: str) -> list[Introduction]:
        """Everybody's introductions that stand so, oldest first."""
        shown = self._pages("matching", "/v1/introductions", "introductions", state=list(states))
        return [Introduction.model_validate(each) for each in shown]

    def propose_plan(self, candidate_id: str, goal: str, steps: Sequence[str]) -> str:
        """Her action plan; she agrees by herself."""
        sent = {"goal_occupation": goal, "steps": list(steps)}
        return str(self._send("POST", "intake", f"/v1/candidates/{candidate_id}/action-plans", sent)["plan_id"])

    def coach(self, candidate_id: str, held_on: date, minutes: int, topics: Sequence[str]) -> None:
        sent = {"held_on": str(held_on), "minutes": minutes, "topics": list(topics)}
        self._send("POST", "intake", f"/v1/candidates/{candidate_id}/coaching", sent)

    def open_workshop(self, workshop: str, held_on: date, minutes: int, places: int) -> str:
        sent = {"workshop": workshop, "held_on": str(held_on), "minutes": minutes, "places": places}
        return str(self._send("POST", "intake", "/v1/workshops", sent)["session_id"])

    def note_attendance(self, session_id: str, attended: Sequence[str]) -> None:
        self._send("POST", "intake", f"/v1/workshops/{session_id}/attendance", {"attended": list(attended)})

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

    def due_tasks(self, *, mine: bool = True) -> list[Task]:
        """Everything to do now in this advisor's own list, or in everybody's, oldest day first."""
        shown = self._pages("retention", "/v1/tasks", "items", state="due", mine=mine)
        return [Task.model_validate(each) for each in shown]

    def record_contact(self, task_id: str, held_on: date, *, outlook: int, note: str) -> Json:
        sent = {"result": "reached", "held_on": str(held_on), "outlook": outlook, "note": note}
        return self._send("POST", "retention", f"/v1/tasks/{task_id}/contacts", sent)

    def signals(self, hire_id: str) -> list[Signal]:
        """Those of one job, open or closed."""
        shown = self._find("retention", f"/v1/employments/{hire_id}") or {"signals": []}
        return [Signal.model_validate(each) for each in shown["signals"]]

    def close_signal(self, signal_id: str, done: str) -> None:
        self._send("POST", "retention", f"/v1/signals/{signal_id}/closure", {"done": done})

    def open_support(self, hire_id: str, kind: str, signal_id: str) -> str:
        sent = {"kind": kind, "signal_id": signal_id}
        return str(self._send("POST", "retention", f"/v1/employments/{hire_id}/supports", sent)["support_id"])

    def open_supports(self) -> dict[str, str]:
        """Help under way → the job that it is for."""
        shown = self._pages("retention", "/v1/supports", "items", state="open")
        return {each["support_id"]: each["hire_id"] for each in shown}

    def close_support(self, support_id: str, outcome: str) -> None:
        self._send("POST", "retention", f"/v1/supports/{support_id}/closure", {"outcome": outcome})

    def end_employment(self, hire_id: str, ended_on: date, reason: str) -> None:
        sent = {"ended_on": str(ended_on), "reason": reason}
        self._send("POST", "retention", f"/v1/employments/{hire_id}/end", sent)

    def record_change(self, hire_id: str, kind: str, effective_on: date, terms: Json) -> None:
        sent = {"kind": kind, "effective_on": str(effective_on), "terms": terms}
        self._send("POST", "retention", f"/v1/employments/{hire_id}/changes", sent)


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

    def trainings(self, from_on: date) -> list[Json]:
        found: list[Json] = self._get("intake", "/v1/trainings", from_on=str(from_on), limit=200)["trainings"]
        return found

    def open_training(self, topic: str, held_on: date, minutes: int, places: int) -> str:
        sent = {"topic": topic, "held_on": str(held_on), "minutes": minutes, "places": places}
        return str(self._send("POST", "intake", "/v1/trainings", sent)["session_id"])

    def enrol(self, session_id: str, employer_id: str, persons: int) -> None:
        sent = {"employer_id": employer_id, "persons": persons}
        self._send("POST", "intake", f"/v1/trainings/{session_id}/enrolments", sent)

    def note_training(self, session_id: str, attended: dict[str, int]) -> None:
        """How many of each company came."""
        companies = [{"employer_id": id_, "attended": count} for id_, count in attended.items()]
        self._send("POST", "intake", f"/v1/trainings/{session_id}/attendance", {"companies": companies})


def monday_after(day: date, *, weeks: int) -> date:
    """The first Monday that lies at least ``weeks`` weeks after ``day``."""
    at_least = day + timedelta(weeks=weeks)
    return at_least + timedelta(days=-at_least.weekday() % 7)
