"""What people do in the simulated world: one random act each, by the services' own handlers. A refusal is an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.intake.domain.jobs import JobTerms
from services.intake.domain.reported import Absence, HoursWorked
from services.intake.handlers import candidates, consents, employers, erasure, referrals, reports
from services.intake.handlers.accompaniment import record_coaching
from services.matching.handlers.hires import cancel_hire, choose_offer
from services.matching.handlers.introductions import answer_introduction
from services.matching.handlers.meetings import record_meeting
from services.matching.handlers.offers import make_offer
from services.retention.domain.tasks import ContactMade
from services.retention.handlers.contacts import record_contact
from services.subsidies.domain.claim import Payment
from services.subsidies.domain.documents import Document
from services.subsidies.domain.request import Decision
from services.subsidies.handlers.claims import settle_claim, submit_claim
from services.subsidies.handlers.decisions import record_decision
from services.subsidies.handlers.requests import confirm_request, register_document
from services.subsidies.store import Whose
from shared import clock
from shared.db import Tx
from shared.errors import DomainError
from tests.chaos.simulated import World
from tests.stories.acting import ADVISOR, PAPERS, agreement, facts, reach

FIELD = "11101"


@dataclass
class People:
    """Who and what there is; ``dice`` are numbers that Hypothesis drew."""

    world: World
    persons: list[UUID] = field(default_factory=list)
    companies: list[UUID] = field(default_factory=list)
    vacancies: list[tuple[UUID, UUID]] = field(default_factory=list)
    jobs: list[tuple[UUID, UUID]] = field(default_factory=list)
    consents: list[tuple[UUID, UUID]] = field(default_factory=list)
    done: int = 0
    refused: int = 0

    def act(self, which: int, dice: int, crashes: bool) -> None:
        acts = self.acts()
        service, work = acts[which % len(acts)](dice)
        if work is None:
            return
        known = [list(each) for each in self._lists()]
        try:
            if not crashes:
                self.world.command(service, work)
                self.done += 1
                return
            self.world.command_that_crashes(service, work)
        except DomainError:
            self.refused += 1
        for each, before in zip(self._lists(), known, strict=True):
            each[:] = before  # it did not happen

    def _lists(self) -> list[list[Any]]:
        return [self.persons, self.companies, self.vacancies, self.jobs, self.consents]

    def acts(self) -> list[Callable[[int], tuple[str, Callable[[Tx], object] | None]]]:
        return [
            self.refer, self.refer, self.register, self.post, self.change_vacancy, self.profile, self.profile,
            self.coach, self.agree, self.take_back, self.hire, self.hours, self.absence, self.end, self.answer,
            self.answer, self.answer, self.meet, self.offer, self.choose, self.cancel, self.papers, self.confirm,
            self.decide, self.claim, self.pay, self.call, self.erase,
        ]  # fmt: skip

    def refer(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        new = referrals.NewReferral(
            "fair", None, replace(reach("Ada"), email=f"{uuid4().hex}@example.org"), agreement("own_link"), facts(FIELD)
        )

        def work(tx: Tx) -> None:
            received = referrals.receive_referral(tx, new)
            if dice % 8:
                candidates.admit_candidate(tx, received.candidate_id, ADVISOR)
            self.persons.append(received.candidate_id)

        return "intake", work

    def register(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        new = employers.NewEmployer(f"Atelier {dice}", "finance", "private", "laval", True, None)

        def work(tx: Tx) -> None:
            self.companies.append(employers.register_employer(tx, new).employer_id)

        return "intake", work

    def post(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        from services.intake.domain.jobs import Vacancy

        company = self._one(self.companies, dice)
        job = Vacancy(FIELD, 1 + dice % 2, 2600, 2700 + dice % 200, Decimal("37.5"), None, True, "laval")

        def work(tx: Tx) -> None:
            assert company is not None
            self.vacancies.append((company, employers.post_vacancy(tx, company, job).vacancy_id))

        return "intake", work if company else None

    def change_vacancy(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        found = self._one(self.vacancies, dice)
        given = {"wage_max_cents": (2800, 2900)[dice % 2]}
        return "intake", found and (lambda tx: employers.change_vacancy(tx, found[0], found[1], given))

    def profile(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        who = self._one(self.persons, dice)
        given = {"wage_expected_cents": (2500, 2600)[dice % 2]}
        return "intake", who and (lambda tx: candidates.change_profile(tx, who, given))

    def coach(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        who = self._one(self.persons, dice)
        return "intake", who and (lambda tx: record_coaching(tx, who, ADVISOR, clock.today(), 30 + dice % 60, ()))

    def agree(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        who, company = self._one(self.persons, dice), self._one(self.companies, dice // 7)

        def work(tx: Tx) -> None:
            assert who is not None
            given = consents.give_consent(tx, who, "share_file_with_employer", str(company), "2026-01", clock.today())
            self.consents.append((who, given.consent_id))

        return "intake", work if who and company else None

    def take_back(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        found = self._one(self.consents, dice)
        return "intake", found and (lambda tx: consents.withdraw_consent(tx, *found))

    def hire(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        who, company = self._one(self.persons, dice), self._one(self.companies, dice // 5)
        terms = JobTerms(FIELD, 2715 + dice % 9, Decimal("37.5"), clock.today() - timedelta(days=dice % 40), True)

        def work(tx: Tx) -> None:
            assert who is not None
            assert company is not None
            reports.report_hire(tx, who, company, terms, True, "advisor")
            self.jobs.append((who, company))

        return "intake", work if who and company else None

    def hours(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        job = self._one(self.jobs, dice)
        last = clock.today() - timedelta(days=dice % 30)
        worked = HoursWorked(last - timedelta(days=27), last, Decimal("147.5"), 2733)
        return "intake", job and (lambda tx: reports.report_hours(tx, job[0], job[1], worked, "employer"))

    def absence(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        job, day = self._one(self.jobs, dice), clock.today() - timedelta(days=dice % 60)
        return "intake", job and (
            lambda tx: reports.report_absence(tx, job[0], job[1], Absence(day, day, True), "employer")
        )

    def end(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        job = self._one(self.jobs, dice)

        def work(tx: Tx) -> None:
            assert job is not None
            reports.report_employment_end(tx, job[0], job[1], clock.today(), "resigned", "employer")
            self.jobs.remove(job)

        return "intake", work if job else None

    def answer(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("matching", "introduction_id", "introductions WHERE live ORDER BY proposed_at, score", dice)
        side, says = (("candidate", "employer")[dice % 2], ("yes", "yes", "no")[dice % 3])
        return "matching", id_ and (lambda tx: answer_introduction(tx, id_, side, says, None))  # type: ignore[arg-type]

    def meet(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("matching", "introduction_id", "introductions WHERE live ORDER BY agreed_at", dice)
        return "matching", id_ and (lambda tx: record_meeting(tx, id_, clock.today()))

    def offer(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("matching", "introduction_id", "introductions WHERE live ORDER BY met_on", dice)
        return "matching", id_ and (
            lambda tx: make_offer(
                tx, id_, occupation=None, wage_cents=2715 + dice % 50, hours_per_week=Decimal("37.5"),
                starts_on=clock.today() + timedelta(days=dice % 20), permanent=True,
            )
        )  # fmt: skip

    def choose(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("matching", "offer_id", "offers WHERE state = 'open' ORDER BY made_at", dice)

        def work(tx: Tx) -> None:
            who = tx.value("SELECT candidate_id FROM offers WHERE offer_id = %s", (id_,))
            choose_offer(tx, who, id_)

        return "matching", work if id_ else None

    def cancel(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("matching", "hire_id", "hires ORDER BY hire_id", dice) if dice % 4 == 0 else None
        return "matching", id_ and (lambda tx: cancel_hire(tx, id_, "candidate_declined"))

    def papers(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("subsidies", "request_id", "requests WHERE state = 'draft' ORDER BY created_at", dice)

        def work(tx: Tx) -> None:
            for kind in PAPERS:
                register_document(tx, id_, Whose(), Document(uuid4(), kind, clock.today(), None, None), "liaison:l")

        return "subsidies", work if id_ else None

    def confirm(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("subsidies", "request_id", "requests WHERE state = 'ready' ORDER BY created_at", dice)
        return "subsidies", id_ and (lambda tx: confirm_request(tx, id_, Whose(), "employer:e"))

    def decide(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        """Sometimes the same decision once more, sometimes a contrary one."""
        id_ = self._find("subsidies", "request_id", "requests WHERE submitted_at IS NOT NULL ORDER BY created_at", dice)

        def work(tx: Tx) -> None:
            amount, weeks, start = tx.conn.execute(
                "SELECT amount_cents, weeks, starts_on FROM requests WHERE request_id = %s", (id_,)
            ).fetchone() or (0, 0, None)
            yes = dice % 5 != 0
            decision = Decision(
                "services_quebec", f"SQ-{id_}{'' if yes else '-no'}", id_, "approved" if yes else "refused",
                amount if yes else None, weeks if yes else None, start if yes else None, None if yes else "other",
                None, clock.today(),
            )  # fmt: skip
            record_decision(tx, decision)

        return "subsidies", work if id_ else None

    def claim(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("subsidies", "claim_id", "claims WHERE state = 'ready' ORDER BY created_at", dice)
        return "subsidies", id_ and (lambda tx: submit_claim(tx, id_, Whose(), "employer:e", True))

    def pay(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("subsidies", "claim_id", "claims WHERE submitted_at IS NOT NULL ORDER BY created_at", dice)

        def work(tx: Tx) -> None:
            cents = tx.value("SELECT amount_cents FROM claims WHERE claim_id = %s", (id_,))
            paid = Payment(f"P-{id_}", "paid", cents, None, clock.today())
            settle_claim(tx, id_, Whose(), paid)

        return "subsidies", work if id_ else None

    def call(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        id_ = self._find("retention", "task_id", "tasks WHERE open ORDER BY due_on, side", dice)
        made = ContactMade("reached", clock.today(), 1 + dice % 5, None)
        return "retention", id_ and (lambda tx: record_contact(tx, id_, made, "advisor:a"))

    def erase(self, dice: int) -> tuple[str, Callable[[Tx], object] | None]:
        who = self._one(self.persons, dice // 8) if dice % 8 == 0 else None

        def work(tx: Tx) -> None:
            assert who is not None
            erasure.erase_candidate(tx, who)
            self.persons.remove(who)
            self.jobs[:] = [job for job in self.jobs if job[0] != who]

        return "intake", work if who else None

    @staticmethod
    def _one(some: list[Any], dice: int) -> Any:
        return some[dice % len(some)] if some else None

    def _find(self, service: str, column: str, of: str, dice: int) -> Any:
        rows = self.world.services[service].conn.execute(f"SELECT {column} FROM {of}").fetchall()
        return rows[dice % len(rows)][0] if rows else None
