"""Clients that send independent commands as fast as they are answered, many about the same few persons."""

from datetime import date, timedelta
from uuid import uuid4

from deploy.local.demo.actors import Advisor, Liaison
from deploy.local.demo.people import Company, companies
from deploy.local.demo.sides import Candidate
from deploy.local.demo.wire import Json
from shared import clock
from tests.chaos.clients import NOT_SOUGHT, Client


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
            "occupation": NOT_SOUGHT, "wage_cents": self.chance.randint(2000, 2300),
            "hours_per_week": self.chance.choice(["37.5", "36.25", "33.75", "31.15"]),
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
