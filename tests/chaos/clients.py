"""Who uses the system while it breaks: partners' systems, staff, candidates and companies, over the real HTTP APIs.
Volume clients send independent commands as fast as they are answered; story clients live the whole story."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from deploy.local.demo.actors import Advisor, Liaison, Manager, RetentionAdvisor
from deploy.local.demo.answers import Introduction, Request
from deploy.local.demo.people import Company, companies
from deploy.local.demo.senders import Partner
from deploy.local.demo.sides import Candidate, Employer
from deploy.local.demo.wire import Json, NotDone, System, TooLate
from shared import clock
from tests.chaos.history import ChaosWire, GivenUp, History, Patience

OCCUPATIONS = ("11101", "40021", "44101", "52111", "53111", "65200", "73300", "75101", "84101", "92100")
"""NOC 2021; story clients take one each, so that nobody is proposed another client's company."""
NOT_SOUGHT = "94105"
PURPOSES = ["introduce_without_name", "share_file_with_employer", "send_to_ministry", "tell_sender_outcome"]
CANARY = "Canarival"
"""In every person's family name and address: it must never leave the vault, and be gone with the person."""


@dataclass
class Client:
    """One thread. ``stop``: finish what is under way."""

    number: int
    wire: ChaosWire
    chance: random.Random
    stop: threading.Event
    profile: int = 4
    done: int = 0
    persons: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """candidate → the name by which the checker searches after an erasure."""

    def prepare(self) -> None:
        """Before anything breaks."""
        raise NotImplementedError

    def run(self) -> None:
        """Until it is to stop."""
        raise NotImplementedError

    def attempt(self, act: Callable[[], Any]) -> Any:
        """None when it was refused, not heard of, or took too long."""
        try:
            return act()
        except (NotDone, GivenUp, TooLate, StopIteration):
            return None

    def facts(self, occupation: str) -> Json:
        today = clock.today()
        return {
            "arrived_on": str(today - timedelta(days=self.chance.randint(200, 1500))), "diploma_from": "abroad",
            "months_in_field_quebec": self.chance.randint(0, 9), "occupation": occupation, "municipality": "laval",
            "municipalities_accepted": ["laval", "montreal"], "french": {"listening": 8, "speaking": 7},
            "years_of_experience": 9, "hours_per_week_min": "30", "available_from": str(today),
            "work_authorisation": self.chance.choice(["permanent_resident", "open_permit"]),
            "wage_expected_cents": 2500,
        }  # fmt: skip

    def person(self, ref: str, occupation: str) -> Json:
        family = f"{CANARY}{uuid4().hex[:10]}"
        self.names[ref] = family
        return {
            "person_ref": ref,
            "person": {"given_name": "Ada", "family_name": family, "phone": "450-555-0100",
                       "email": f"{family.lower()}@example.org"},
            "agreement": {"given_on": str(clock.today()), "notice_version": "2026-01",
                          "statement": "partner_statement", "purposes": PURPOSES},
            "facts": self.facts(occupation),
        }  # fmt: skip

    def partner(self) -> Partner:
        manager = Manager(self.wire)
        partner_id = manager.add_partner(f"Organisme {self.wire.run_id}", "community_body")
        return Partner(self.wire, partner_id, manager.issue_key(partner_id))


class VolumeClient(Client):
    """Independent commands, many of them about the same few persons: their facts must stay in order."""

    def prepare(self) -> None:
        self.system = self.partner()
        self.advisor = Advisor(self.wire)
        self.liaison = Liaison(self.wire)
        self.employers: list[str] = []
        self.vacancies: list[tuple[str, str]] = []
        self.consents: list[tuple[str, str]] = []
        self.jobs: list[tuple[str, str]] = []
        """(candidate, employer) of hires that were reported and not ended: whoever reports the end of a job that nobody
        heard of makes a key wait, and an operator decide."""
        self.day = 0
        while not self.employers:
            self.attempt(self._register)

    def run(self) -> None:
        acts = [
            (self._refer, 5), (self._hours, 8), (self._absence, 4), (self._coach, 3), (self._profile, self.profile),
            (self._consent, 2), (self._withdraw, 1), (self._register, 1), (self._vacancy, 1), (self._change, 3),
            (self._hire, 4), (self._end, 1), (self._erase, 0.3), (self._batch, 1),
        ]  # fmt: skip
        while not self.stop.is_set():
            act = self.chance.choices([a for a, _ in acts], [w for _, w in acts])[0]
            if act not in (self._refer, self._batch) and not self.persons:
                act = self._refer
            self.attempt(act)
            self.done += 1

    def _refer(self) -> None:
        ref = f"{self.number}-{uuid4().hex[:12]}"
        told = self.person(ref, NOT_SOUGHT)
        led_to = self.system.tell(("person_referred", ref, told))[0]
        candidate = led_to["candidate_id"]
        self.names[candidate] = self.names[ref]
        self.advisor.admit(candidate)
        self.persons.append(candidate)

    def _batch(self) -> None:
        refs = [f"{self.number}-{uuid4().hex[:12]}" for _ in range(5)]
        self.system.tell(*(("person_referred", ref, self.person(ref, NOT_SOUGHT)) for ref in refs))

    def _someone(self) -> str:
        return self.chance.choice(self.persons[-12 if self.profile < 10 else -2 :])

    def _report(self, kind: str, data: Json, job: tuple[str, str] | None = None) -> tuple[str, str]:
        who, employer = job or (self._someone(), self.chance.choice(self.employers))
        self.system.tell((kind, uuid4().hex, {"candidate_id": who, "employer_id": employer, **data}))
        return who, employer

    def _hours(self) -> None:
        self.day += 1
        on = date(2025, 1, 1) + timedelta(days=self.day % 500)
        self._report("hours_reported", {"from_on": str(on), "to_on": str(on), "hours": "7.5", "wage_cents": 2715})

    def _absence(self) -> None:
        self.day += 1
        on = date(2025, 1, 1) + timedelta(days=self.day % 500)
        if self.jobs:
            self._report("absence_reported", {"from_on": str(on), "to_on": str(on), "paid": True}, self.jobs[-1])

    def _hire(self) -> None:
        starts_on = str(clock.today() - timedelta(days=self.chance.randint(0, 60)))
        terms = {
            "occupation": NOT_SOUGHT, "wage_cents": self.chance.randint(2000, 2300), "hours_per_week": "37.5",
            "starts_on": starts_on, "permanent": True,
        }  # fmt: skip
        self.jobs.append(self._report("hire_reported", {"terms": terms, "in_field": self.chance.random() < 0.7}))

    def _end(self) -> None:
        if self.jobs:
            self._report(
                "employment_end_reported", {"ended_on": str(clock.today()), "reason": "resigned"}, self.jobs.pop()
            )

    def _coach(self) -> None:
        self.advisor.coach(self._someone(), clock.today(), self.chance.randint(10, 120), [])

    def _profile(self) -> None:
        """Now one, now the other: facts of equal content are different facts."""
        sent = {"wage_expected_cents": self.chance.choice([2500, 2600])}
        self.advisor._send("PATCH", "intake", f"/v1/candidates/{self._someone()}/profile", sent)

    def _consent(self) -> None:
        who, employer = self._someone(), self.chance.choice(self.employers)
        sent = {"purpose": "share_file_with_employer", "recipient": employer, "notice_version": "2026-01"}
        given = self.advisor._send("POST", "intake", f"/v1/candidates/{who}/consents", sent)
        self.consents.append((who, given["consent_id"]))

    def _withdraw(self) -> None:
        if self.consents:
            who, consent = self.consents.pop()
            self.advisor._send("DELETE", "intake", f"/v1/candidates/{who}/consents/{consent}")

    def _register(self) -> None:
        name = f"Atelier {uuid4().hex[:8]}"
        self.employers.append(self.liaison.register(Company(name, "manufacturing", "Odile Ferranti").registration()))

    def _vacancy(self) -> None:
        employer = self.chance.choice(self.employers)
        job = {**companies("92100")[3].vacancy, "wage_max_cents": 4000 + len(self.vacancies)}
        self.vacancies.append((employer, self.liaison.post_vacancy(employer, job)))

    def _change(self) -> None:
        if self.vacancies:
            employer, vacancy = self.chance.choice(self.vacancies[-3:])
            sent = {"wage_max_cents": self.chance.choice([4000, 4100])}
            self.liaison._send("PATCH", "intake", f"/v1/employers/{employer}/vacancies/{vacancy}", sent)

    def _erase(self) -> None:
        if len(self.persons) > 3:
            who = self.persons.pop(self.chance.randrange(len(self.persons) - 2))
            self.erased.append(who)  # unknown or not: the checker asks whether it took effect
            Candidate(self.wire, who).be_forgotten()


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


def make(
    system: System,
    folder: Path,
    seed: int,
    volume: int,
    stories: int,
    stop: threading.Event,
    patience: Patience,
    profile: int = 4,
) -> list[Client]:
    """Clients with a history file and dice of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Client] = []
    for number in range(volume + stories):
        kind = VolumeClient if number < volume else StoryClient
        chance = random.Random(f"{seed}/{number}")  # dice
        history = History(folder / f"client-{number}.jsonl")
        wire = ChaosWire(system, f"chaos-{uuid4().hex[:10]}", history, chance, patience)
        made.append(kind(number, wire, chance, stop, profile))
    return made
