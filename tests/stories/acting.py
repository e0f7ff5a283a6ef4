"""What the actors of the stories do, by the services' own handlers."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.intake.domain.consents import Agreement
from services.intake.domain.facts import Facts
from services.intake.domain.jobs import Vacancy
from services.intake.domain.people import Reach
from services.intake.handlers.employers import NewEmployer, post_vacancy, register_employer
from services.matching.domain.introduction import Introduction
from services.matching.handlers.hires import choose_offer
from services.matching.handlers.introductions import answer_introduction
from services.matching.handlers.meetings import record_meeting, set_meeting
from services.matching.handlers.offers import make_offer
from services.matching.store.introductions import list_of_candidate
from services.portal.domain.numbers import Number
from services.portal.store import numbers
from services.retention.domain.tasks import ContactMade, Task
from services.retention.handlers.contacts import record_contact
from services.retention.store.tasks import list_tasks
from services.subsidies import store as subsidies
from services.subsidies.domain.documents import Document
from services.subsidies.domain.request import Decision, Request
from services.subsidies.handlers.decisions import record_decision
from services.subsidies.handlers.requests import confirm_request, register_document
from services.subsidies.store import Whose
from shared import clock
from tests.pump import Pump
from tests.stories.telling import ADVISOR as ADVISOR

ALL = ("introduce_without_name", "share_file_with_employer", "send_to_ministry", "tell_sender_outcome")
WAGE, HOURS = 2800, Decimal("37.5")
PAPERS = ("eligibility_letter", "job_offer", "req_number")


def agreement(statement: str) -> Agreement:
    return Agreement(clock.today(), "2026-01", statement, ALL)


def reach(given_name: str) -> Reach:
    return Reach(given_name, "Exemple", email=f"{given_name.lower()}@example.org")


def facts(occupation: str, **more: Any) -> Facts:
    """All that an advisor needs to know."""
    known = Facts(
        arrived_on=clock.today() - timedelta(days=500), diploma_from="abroad", months_in_field_quebec=0,
        occupation=occupation, years_of_experience=8, french_listening=8, french_speaking=7, municipality="laval",
        municipalities_accepted=("laval",), hours_per_week_min=Decimal(30), wage_expected_cents=2500,
        available_from=clock.today(), work_authorisation="permanent_resident",
    )  # fmt: skip
    return replace(known, **more)


def company(pump: Pump, name: str, sector: str = "finance") -> UUID:
    new = NewEmployer(name, sector, "private", "laval", True, None)
    return pump.do("intake", register_employer, new).employer_id


def vacancy(pump: Pump, employer_id: UUID, occupation: str, wage_cents: int = WAGE, **more: Any) -> UUID:
    job = Vacancy(
        occupation=occupation, openings=1, wage_min_cents=wage_cents - 100, wage_max_cents=wage_cents,
        hours_per_week=HOURS, starts_on=None, permanent=True, municipality="laval", french_listening=6, **more,
    )  # fmt: skip
    return pump.do("intake", post_vacancy, employer_id, job).vacancy_id


def introductions(pump: Pump, candidate_id: UUID) -> list[Introduction]:
    return pump.ask("matching", list_of_candidate, candidate_id)


def meet(pump: Pump, introduction: Introduction, *, day_set: bool = False) -> None:
    """Both say yes, and they meet; when asked, a day is set before."""
    id_ = introduction.introduction_id
    pump.do("matching", answer_introduction, id_, "candidate", "yes", None)
    pump.do("matching", answer_introduction, id_, "employer", "yes", None)
    if day_set:
        pump.do("matching", set_meeting, id_, clock.today())
    pump.do("matching", record_meeting, id_, clock.today())


def offer(pump: Pump, introduction: Introduction, starts_on: date, wage_cents: int = WAGE) -> UUID:
    return pump.do(
        "matching", make_offer, introduction.introduction_id, occupation=None, wage_cents=wage_cents,
        hours_per_week=HOURS, starts_on=starts_on, permanent=True,
    )  # fmt: skip


def choose(pump: Pump, candidate_id: UUID, offer_id: UUID) -> UUID:
    """The hire that follows."""
    return pump.do("matching", choose_offer, candidate_id, offer_id).hire_id


@dataclass(frozen=True)
class Asked:
    """A request that went out to Services Québec and was decided."""

    request: Request


def request_of(pump: Pump, hire_id: UUID, measure: str = "priime") -> Request:
    found = pump.ask("subsidies", subsidies.find_latest_request, hire_id, measure)
    assert found is not None
    return found


def ask_for_subsidy(pump: Pump, hire_id: UUID) -> Request:
    """The request goes out, and the ministry approves it as it was asked."""
    asked = send_request(pump, hire_id)
    decision = Decision(
        "services_quebec", f"SQ-{asked.request_id}", asked.request_id, "approved", asked.amount_cents, asked.weeks,
        asked.starts_on, None, None, clock.today(),
    )  # fmt: skip
    pump.do("subsidies", record_decision, decision)
    return request_of(pump, hire_id)


def send_request(pump: Pump, hire_id: UUID) -> Request:
    """The missing papers are registered, and the employer confirms."""
    request_id = request_of(pump, hire_id).request_id
    for kind in PAPERS:
        paper = Document(uuid4(), kind, clock.today(), None, None)
        pump.do("subsidies", register_document, request_id, Whose(), paper, "liaison:l")
    assert request_of(pump, hire_id).state == "ready"
    return pump.do("subsidies", confirm_request, request_id, Whose(), "employer:e")


def tasks_of(pump: Pump, hire_id: UUID, contact: str) -> list[Task]:
    return [task for task in pump.ask("retention", list_tasks, hire_id) if task.contact == contact]


def call(pump: Pump, hire_id: UUID, contact: str, **outlook: int) -> None:
    """Both sides are reached; ``outlook`` by side."""
    for task in tasks_of(pump, hire_id, contact):
        made = ContactMade("reached", clock.today(), outlook[task.side], None)
        pump.do("retention", record_contact, task.task_id, made, "advisor:a")


def count(pump: Pump) -> dict[str, int]:
    """The programme's numbers at this moment."""
    return {str(number): pump.ask("portal", numbers.count, number, clock.now()) for number in Number}
