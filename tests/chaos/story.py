"""Clients that live the whole story: referred, introduced, hired, the subsidy asked for, hours, the claim."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from deploy.local.demo.actors import Advisor, Liaison, RetentionAdvisor
from deploy.local.demo.answers import Introduction, Request
from deploy.local.demo.people import companies
from deploy.local.demo.sides import Candidate, Employer
from deploy.local.demo.wire import TooLate
from shared import clock
from tests.chaos.clients import OCCUPATIONS, Client


class StoryClient(Client):
    """Referred, admitted, introduced, hired by a company of her choice; the subsidy asked for; hours; the claim."""

    def prepare(self) -> None:
        self.system = self.partner()
        self.advisor, self.liaison = Advisor(self.wire), Liaison(self.wire)
        self.retention = RetentionAdvisor(self.wire)
        self.occupation = OCCUPATIONS[self.number % len(OCCUPATIONS)]
        self.requests: list[tuple[str, str, str, Request]] = []
        for company in companies(self.occupation)[:3]:
            while (employer := self.attempt(partial(self.liaison.register, company.registration()))) is None:
                continue
            job = {**company.vacancy, "openings": 3}
            while self.attempt(partial(self.liaison.post_vacancy, employer, job)) is None:
                continue

    def run(self) -> None:
        while not self.stop.is_set():
            self.attempt(self._live)
            self.done += 1

    def _live(self) -> None:
        ref = f"s{self.number}-{uuid4().hex[:12]}"
        led_to = self.system.tell(("person_referred", ref, self.person(ref, self.occupation)))[0]
        candidate = led_to["candidate_id"]
        self.names[candidate] = self.names[ref]
        self.advisor.admit(candidate)
        self.persons.append(candidate)
        herself = Candidate(self.wire, candidate)
        proposed = self._until(lambda: [i for i in herself.companies() if i.state == "proposed"])
        offers = [offer for each in proposed[:3] if (offer := self._to_the_offer(herself, each))]
        if offers:
            choice = herself.choose(self.chance.choice(offers))
            hired = next(i for i in proposed if i.introduction_id == choice.introduction_id)
            self._subsidy(candidate, hired.employer_id, choice.hire_id)
        self._claims()

    def _to_the_offer(self, herself: Candidate, each: Introduction) -> str | None:
        company, id_ = Employer(self.wire, each.employer_id), each.introduction_id
        herself.answer(id_, "yes")
        company.answer(id_, self.chance.choice(["yes", "yes", "yes", "no"]))
        company.meet(id_, clock.today())
        terms = {"occupation": self.occupation, "wage_cents": self.chance.choice([2715, 2733, 2801]),
                 "hours_per_week": "37.5", "starts_on": str(clock.today()), "permanent": True}  # fmt: skip
        offer = company.offer(id_, terms).offer
        return offer.offer_id if offer else None

    def _subsidy(self, candidate: str, employer_id: str, hire_id: str) -> None:
        company = Employer(self.wire, employer_id)
        found = self._until(lambda: [r for r in company.requests(hire_id) if r.overlaps_with is None])
        request = found[0]
        for code in request.missing:
            if code.startswith("document:"):
                company.register_document(request.request_id, code.removeprefix("document:"), clock.today())
        self._until(lambda: any(r.state == "ready" for r in company.requests(hire_id)))
        company.confirm(request.request_id)
        self.requests.append((candidate, employer_id, hire_id, request))

    def _claims(self) -> None:
        """Of earlier hires, once the clock has gone on: hours are reported and what is ready is sent."""
        for candidate, employer_id, _, request in self.requests[-4:]:
            company = Employer(self.wire, employer_id)
            for claim in company.claims(request.request_id):
                if claim.state == "due":
                    days = (claim.from_on, claim.to_on)
                    self.attempt(partial(company.report_hours, candidate, employer_id, days, "147.5", 2733))
                elif claim.state == "ready":
                    self.attempt(partial(company.submit_claim, claim.claim_id))

    def _until(self, look: Callable[[], Any], seconds: float = 25.0) -> Any:
        until = time.monotonic() + seconds
        while not (found := look()):
            if time.monotonic() > until or self.stop.is_set():
                raise TooLate("story")
            time.sleep(0.25)
        return found
