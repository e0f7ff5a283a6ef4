"""Jobs of a whole programme beside those chosen through it: found by people themselves, ended, found again."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from deploy.local.demo.answers import Employment, Terms
from deploy.local.demo.crew import Crew, Fact
from deploy.local.demo.crowd import Job, Newcomer, Size, chance, evenly, job_of
from deploy.local.demo.hiring import CHOICES, Hired

ENDS, AGAIN, LAST = 44, 46, 49
"""Days on which ended jobs and new ones are told, and the last one that the programme lives."""
_BY_HAND = 3  # one self-found job in so many is told by an advisor, not by a partner's system
_FIRST_START, _LAST_START = 4, 30  # days after the admission on which self-found jobs begin
_SHORTEST = 7  # days that a job lasts at least
_REASONS = ("contract_ended", "laid_off", "resigned", "moved")


class Jobs:
    """``alone``: those who find work by themselves, with their numbers."""

    def __init__(self, crew: Crew, size: Size, alone: Sequence[tuple[int, Newcomer]]) -> None:
        self.crew, self.size, self.alone = crew, size, alone

    def tell_found(self) -> list[Hired]:
        """Most are told by the partner that sent them, some by their advisor; known to retention at the end."""
        self.crew.live_until(CHOICES)
        jobs = []
        for number, who in self.alone:
            after = chance(f"start/{who.ref}").randint(_FIRST_START, _LAST_START)
            jobs.append((number, who, job_of(who, self.crew.day(after))))
        told = [each for place, each in enumerate(jobs) if place % _BY_HAND]
        by_hand = [each for place, each in enumerate(jobs) if place % _BY_HAND == 0]
        facts = [self._hire(number, who, job, "job") for number, who, job in told]
        self.crew.tell("Emplois trouvés seules", "Jobs found by themselves", facts)
        self.crew.all("Dits par leur conseillère", "Told by their advisor", self._by_hand, by_hand)
        return self.crew.all("Le suivi les connaît", "Follow-up knows them", self._followed, jobs)

    def tell_ends(self, hired: Sequence[Hired]) -> list[Hired]:
        """Some jobs end, most of them found through the programme; who has none any more, and looks again."""
        self.crew.live_until(ENDS)
        count = self.size.ended + self.size.again
        long_ago = [each for each in hired if each.starts_on <= self.crew.day(ENDS - _SHORTEST)]
        lost = [long_ago[place] for place in evenly(range(len(long_ago)), count)]
        facts = [(each.number, self._end(each)) for each in lost]
        self.crew.tell("Emplois terminés", "Jobs that ended", facts)
        return lost

    def tell_found_again(self, lost: Sequence[Hired]) -> None:
        """Some of those found other work by themselves since."""
        self.crew.live_until(AGAIN)
        found = [lost[place] for place in evenly(range(len(lost)), self.size.again)]
        facts = [
            self._hire(each.number, each.who, job_of(each.who, self.crew.day(AGAIN + place % (LAST - AGAIN))), "again")
            for place, each in enumerate(found)
        ]  # fmt: skip
        self.crew.tell("Embauchées de nouveau", "Hired again", facts)

    def _by_hand(self, found: tuple[int, Newcomer, Job]) -> None:
        """Unless it was told in an earlier life of this run: the job may have ended since."""
        number, who, job = found
        candidate_id, company_id = self.crew.ids[who.ref], self._workplace(number, "job")
        if self._found(candidate_id) is None:
            self.crew.advisor.report_hire(candidate_id, company_id, job.terms, in_field=job.in_field)

    def _found(self, candidate_id: str) -> Employment | None:
        """The first job that she found by herself, once retention hears of it."""
        jobs = self.crew.retention.employments(candidate_id)
        return next((each for each in jobs if each.source == "self_found"), None)

    def _followed(self, found: tuple[int, Newcomer, Job]) -> Hired:
        number, who, _ = found
        candidate_id = self.crew.ids[who.ref]

        job = self.crew.until("retention hears of a job", partial(self._found, candidate_id))
        terms = Terms.model_validate(found[2].terms)
        return Hired(number, who, candidate_id, job.employer_id, job.hire_id, job.starts_on, terms, introduced=False)

    def _hire(self, number: int, who: Newcomer, job: Job, what: str) -> tuple[int, Fact]:
        told = {
            "person_ref": who.ref, "employer_id": self._workplace(number, what), "terms": job.terms,
            "in_field": job.in_field,
        }  # fmt: skip
        return number, ("hire_reported", f"{who.ref}-{what}", told)

    def _end(self, hired: Hired) -> Fact:
        luck = chance(f"end/{hired.who.ref}")
        told = {
            "person_ref": hired.who.ref, "employer_id": hired.employer_id,
            "ended_on": str(self._ended_on(hired.starts_on, luck.random())), "reason": luck.choice(_REASONS),
        }  # fmt: skip
        return "employment_end_reported", f"{hired.who.ref}-end", told

    def _ended_on(self, starts_on: date, luck: float) -> date:
        first, last = starts_on + timedelta(days=_SHORTEST), self.crew.day(ENDS)
        return first + timedelta(days=int(luck * (last - first).days))

    def _workplace(self, number: int, what: str) -> str:
        """One of the companies; another one the second time."""
        companies = list(self.crew.companies)
        return companies[(number * (3 if what == "job" else 7) + 1) % len(companies)]
