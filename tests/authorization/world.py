"""Two of each: a partner with its people, a company with its vacancy, introductions, jobs, requests … made by the
services' own routes, each side in a field of its own, so that nothing of one side is ever proposed to the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from services.portal.pages.assets import Assets
from shared import clock
from shared.db import Database
from shared.events.intake import CandidateWithdrawn
from shared.messaging import waiting as aside
from shared.tokens import Role
from tests.authorization.table import Json
from tests.databases import envelope_of
from tests.portal.together import ADVISOR, company, job, known_facts

STAFF_ID = str(ADVISOR)
WAGE = 2800
_SET_ASIDE = uuid4()


class World(Protocol):
    """Where all of it is made: in this process, or on the whole running system (tests/fuzzing/system.py)."""

    @property
    def databases(self) -> Mapping[str, Database]: ...
    def ask(self, owner: str, method: str, path: str, body: Any = None, *, by: tuple[Any, ...]) -> Json: ...
    def carry(self) -> None: ...
    def live(self, days: int) -> None: ...
    def introductions(self, candidate_id: str) -> list[Json]: ...


@dataclass
class Side:
    """What belongs together: a name for each thing -> its id."""

    world: World
    number: int
    occupation: str
    ids: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    def tell(self, owner: str, call: str, body: Json, role: Role = Role.LIAISON, **by: Any) -> Json:
        """A command to an owner, as in ``POST /v1/…``; then the facts travel."""
        method, _, path = call.partition(" ")
        answer = self.world.ask(owner, method, path, body, by=self.caller(role, **by))
        self.world.carry()
        return answer

    def caller(
        self, role: Role, person: str = "seeker", ministry: str = "services_quebec"
    ) -> tuple[Role, str, str | None]:
        """(role, subject, organisation) of this side's caller."""
        subject = self.ids[person] if role is Role.CANDIDATE else STAFF_ID
        organisations = {Role.PARTNER: self.ids.get("partner"), Role.EMPLOYER: self.ids.get("employer"),
                         Role.MINISTRY: ministry}  # fmt: skip
        return role, subject, organisations.get(role)

    def day(self, days: int) -> str:
        return (clock.today() + timedelta(days=days)).isoformat()


def build(world: World, fields: tuple[str, str] = ("11101", "73300")) -> tuple[Side, Side]:
    """One side's things and another's, in the same states. ``fields``: their occupations (NOC 2021)."""
    sides = Side(world, 1, fields[0]), Side(world, 2, fields[1])
    for side in sides:
        organisations(side)
        side.ids["worker"] = person(side, "worker")
        side.ids["hire"] = hire(side, "worker")
        request(side, "request", "hire", approved=True)
        side.ids["colleague"] = person(side, "colleague")
        side.ids["other_hire"] = hire(side, "colleague")
    world.live(36)
    for side in sides:
        the_job_goes_on(side)
        side.ids["recruit"] = person(side, "recruit")
        side.ids["new_hire"] = hire(side, "recruit")
        request(side, "new_request", "new_hire", approved=False)
        seekers(side)
        sessions(side)
        set_aside(side)
    for side, other in (sides, sides[::-1]):
        job_nobody_knows(side, other)
        side.ids |= {"passed_to": other["partner"], "number": "admitted", "name": Assets().by_name["style"].name}
    return sides


def organisations(side: Side) -> None:
    name = f"Ateliers numéro {side.number}"
    made = side.tell("intake", "POST /v1/partners", {"name": name, "kind": "college"}, Role.MANAGER)
    side.ids["partner"] = made["partner_id"]
    made = side.tell("intake", f"POST /v1/partners/{side['partner']}/keys", None, Role.MANAGER)
    side.ids["key"] = made["key_id"]
    link = {"channel": "partner_page", "expires_on": side.day(300)}
    side.ids["link"] = side.tell("intake", "POST /v1/links", link, Role.PARTNER)["code"]
    made = side.tell("intake", "POST /v1/employers", company(name) | {"quebec_establishment": True})
    side.ids["employer"] = made["employer_id"]
    vacancy = job(WAGE) | {"occupation": side.occupation, "openings": 5}
    made = side.tell("intake", f"POST /v1/employers/{side['employer']}/vacancies", vacancy)
    side.ids["vacancy"] = made["vacancy_id"]


def referral(side: Side, name: str) -> Json:
    """The partner refers somebody in the side's field."""
    body = {
        "channel": "partner_page",
        "person": {"given_name": name.title(), "family_name": "Exemple", "email": f"{name}{side.number}@example.org"},
        "agreement": {
            "given_on": side.day(0),
            "notice_version": "2026-01",
            "statement": "partner_statement",
            "purposes": ["introduce_without_name", "share_file_with_employer", "tell_sender_outcome"],
        },
        "facts": known_facts() | {"occupation": side.occupation, "available_from": side.day(0)},
    }
    return side.tell("intake", "POST /v1/referrals", body, Role.PARTNER)


def person(side: Side, name: str) -> str:
    """Referred by the partner, admitted, and she agrees that ministries be told."""
    referred = referral(side, name)
    candidate: str = referred["candidate_id"]
    side.ids[f"{name}_referral"] = referred["referral_id"]
    side.tell("intake", f"POST /v1/candidates/{candidate}/admission", {}, Role.ADVISOR)
    for recipient in ("services_quebec", "mifi"):
        body = {"purpose": "send_to_ministry", "recipient": recipient, "notice_version": "2026-01"}
        consent = side.tell("intake", f"POST /v1/candidates/{candidate}/consents", body, Role.ADVISOR)
        side.ids[f"{name}_consent"] = consent["consent_id"]
    side.ids[f"{name}_introduction"] = introduction_of(side, candidate)
    return candidate


def introduction_of(side: Side, candidate: str) -> str:
    (only,) = side.world.introductions(candidate)
    assert only["employer_id"] == side["employer"]
    found: str = only["introduction_id"]
    return found


def hire(side: Side, name: str) -> str:
    """Both say yes, they meet, the company offers, she accepts; the job begins in a week."""
    at = f"POST /v1/introductions/{side[f'{name}_introduction']}"
    side.tell("matching", f"{at}/answers", {"answer": "yes"}, Role.ADVISOR)
    side.tell("matching", f"{at}/answers", {"answer": "yes"})
    side.tell("matching", f"{at}/meeting", {"held_on": side.day(0)})
    offered = side.tell("matching", f"{at}/offer", {"terms": terms(side)})["offer"]
    choice = f"POST /v1/candidates/{side[name]}/choice"
    hired: str = side.tell("matching", choice, {"offer_id": offered["offer_id"]}, Role.ADVISOR)["hire_id"]
    side.ids[f"{name}_starts_on"] = side.day(7)
    return hired


def terms(side: Side, wage: int = WAGE) -> Json:
    return {"wage_cents": wage, "hours_per_week": "37.5", "starts_on": side.day(7), "permanent": True}


def request(side: Side, name: str, hire_name: str, *, approved: bool) -> None:
    """Every paper is there; with ``approved`` it is sent and Services Québec says yes. A course is wanted too."""
    found = side.world.ask("subsidies", "GET", f"/v1/requests?hire_id={side[hire_name]}", by=side.caller(Role.LIAISON))
    side.ids[name] = next(one["request_id"] for one in found["requests"] if one["measure"] == "priime")
    at = f"/v1/requests/{side[name]}"
    whole = side.world.ask("subsidies", "GET", at, by=side.caller(Role.LIAISON))
    for paper in whole["documents"]:
        if paper["status"] != "present":
            side.tell("subsidies", f"POST {at}/documents", {"kind": paper["kind"], "issued_on": side.day(0)})
    if approved:
        side.tell("subsidies", f"POST {at}/confirmation", {"accurate": True}, Role.EMPLOYER)
        yes = {"decision_id": f"SQ-{side[name][:8]}", "decision": "approved", "amount_cents": whole["amount_cents"],
               "weeks": whole["weeks"], "starts_on": whole["starts_on"], "decided_on": side.day(0)}  # fmt: skip
        side.tell("subsidies", f"POST {at}/decision", yes, Role.MINISTRY)
    course = {"hire_id": side[hire_name], "hours": 40, "target_level": 7}
    made = side.tell("subsidies", "POST /v1/french-courses", course)
    side.ids["course" if approved else "new_course"] = made["course_id"]


def the_job_goes_on(side: Side) -> None:
    """Four weeks of hours, so that a claim is ready; the two sides disagree, so that there is a signal and support."""
    starts_on = date.fromisoformat(side["worker_starts_on"])
    hours = {"employer_id": side["employer"], "from_on": starts_on.isoformat(), "hours": "150", "wage_cents": WAGE,
             "to_on": (starts_on + timedelta(days=27)).isoformat()}  # fmt: skip
    side.tell("intake", f"POST /v1/candidates/{side['worker']}/hours", hours, Role.EMPLOYER)
    at = f"/v1/claims?request_id={side['request']}"
    (claim,) = side.world.ask("subsidies", "GET", at, by=side.caller(Role.LIAISON))["claims"]
    assert claim["state"] == "ready", claim
    side.ids["claim"] = claim["claim_id"]
    tasks = f"/v1/tasks?employer_id={side['employer']}&limit=200"
    due = side.world.ask("retention", "GET", tasks, by=side.caller(Role.ADVISOR))["items"]
    ours = [task for task in due if task["hire_id"] == side["hire"]]
    first = {which: [t["task_id"] for t in ours if t["side"] == which] for which in ("employee", "employer")}
    for which, outlook in (("employee", 5), ("employer", 1)):
        contact = {"result": "reached", "held_on": side.day(0), "outlook": outlook}
        side.tell("retention", f"POST /v1/tasks/{first[which][0]}/contacts", contact, Role.ADVISOR)
    side.ids["task"], side.ids["employer_task"] = first["employee"][1], first["employer"][1]
    again = side.world.ask("retention", "GET", tasks, by=side.caller(Role.ADVISOR))["items"]
    side.ids["group"] = next(t["group_id"] for t in again if t["task_id"] == side["employer_task"])
    side.ids["done_task"] = first["employee"][0]
    signals = side.world.ask("retention", "GET", "/v1/signals?limit=200", by=side.caller(Role.ADVISOR))["items"]
    side.ids["signal"] = next(one["signal_id"] for one in signals if one["hire_id"] == side["hire"])
    support = {"kind": "mediation", "signal_id": side["signal"]}
    made = side.tell("retention", f"POST /v1/employments/{side['hire']}/supports", support, Role.ADVISOR)
    side.ids["support"] = made["support_id"]


def job_nobody_knows(side: Side, other: Side) -> None:
    """Its end is reported; it is kept for a person to look at."""
    end = {"employer_id": other["employer"], "ended_on": side.day(0), "reason": "resigned"}
    told = side.tell("intake", f"POST /v1/candidates/{side['worker']}/employment-ends", end, Role.ADVISOR)
    side.ids["unplaced"] = told["report_id"]


def seekers(side: Side) -> None:
    """Somebody who is looking for work, with a plan, and somebody who has only been referred."""
    side.ids["seeker"] = person(side, "seeker")
    side.ids["introduction"] = side["seeker_introduction"]
    side.ids["consent"] = side["seeker_consent"]
    plan = {"steps": ["cv", "network"]}
    made = side.tell("intake", f"POST /v1/candidates/{side['seeker']}/action-plans", plan, Role.ADVISOR)
    side.ids["plan"] = made["plan_id"]
    referred = referral(side, "newcomer")
    side.ids["newcomer"], side.ids["referral"] = referred["candidate_id"], referred["referral_id"]


def sessions(side: Side) -> None:
    """A workshop and a company training of the partner's, with one enrolled each, and one without."""
    workshop = {"workshop": "cv", "held_on": side.day(0), "minutes": 90, "places": 9}
    side.ids["workshop"] = side.tell("intake", "POST /v1/workshops", workshop, Role.PARTNER)["session_id"]
    side.ids["free_workshop"] = side.tell("intake", "POST /v1/workshops", workshop, Role.PARTNER)["session_id"]
    at = f"POST /v1/workshops/{side['workshop']}/enrolments"
    side.tell("intake", at, {"candidate_id": side["seeker"]}, Role.ADVISOR)
    training = {"topic": "diversity_management", "held_on": side.day(0), "minutes": 90, "places": 9}
    side.ids["training"] = side.tell("intake", "POST /v1/trainings", training, Role.PARTNER)["session_id"]
    side.ids["free_training"] = side.tell("intake", "POST /v1/trainings", training, Role.PARTNER)["session_id"]
    at = f"POST /v1/trainings/{side['training']}/enrolments"
    side.tell("intake", at, {"employer_id": side["employer"], "persons": 2})


def set_aside(side: Side) -> None:
    """A colleague in the directory; and at every service an event that waits, of a case of its own."""
    colleague = {"given_name": "Maude", "family_name": f"Exemple {side.number}", "role": "advisor"}
    side.ids["staff_member"] = side.tell("intake", "POST /v1/staff", colleague, Role.MANAGER)["staff_id"]
    side.ids |= {"service": "intake", "set_aside": str(_SET_ASIDE), "case_set_aside": str(uuid4())}
    event = CandidateWithdrawn(candidate_id=UUID(side["case_set_aside"]), reason="other")
    waiting = replace(envelope_of(event), id=_SET_ASIDE)
    for database in side.world.databases.values():
        with database.transaction() as tx:
            aside.set_aside(tx, waiting, aside.SetAside(None, "Ne peut être lu.", "Cannot be read.", "KeyError"))
