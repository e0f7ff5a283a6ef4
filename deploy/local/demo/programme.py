"""A whole programme over HTTP: partners' systems tell of companies and people in batches of CloudEvents, advisors
admit, companies and people say yes. Told again it adds nothing: every event has an id of its own, for ever."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from typing import Protocol, TypeVar
from uuid import NAMESPACE_URL, uuid5

from deploy.local.demo import crowd, hiring
from deploy.local.demo.actors import Advisor, Liaison, Manager, RetentionAdvisor, staff_id
from deploy.local.demo.crowd import Job, Newcomer, Size
from deploy.local.demo.senders import Partner
from deploy.local.demo.wire import Json, NotDone, Wire
from shared import clock

T = TypeVar("T")
Result = TypeVar("Result")
Fact = tuple[str, str, Json]  # type, id, data
DEFAULT_RUN = "laval"
CLIENTS, BATCH, ADVISORS = 6, 20, 6
PARTNERS = (
    ("Carrefour des Arrivants", "community_body"), ("Cégep du Marigot", "college"),
    ("Caisse du Sault", "credit_union"), ("Service d'accueil de la Ville", "municipality"),
    ("Maison des Peuples", "community_body"),
)  # fmt: skip
_CATCH_UP_S = 300.0
_LOOK_AGAIN_S = 0.5
_STILL_FOR_S = 2.0
_TRAININGS = (("diversity_management", 24), ("intercultural_communication", 30))


class Bar(Protocol):
    """Where one sees how far it is."""

    def phase(self, fr: str, en: str, total: int) -> Callable[[], None]:
        """A new line; call what it answers for each of ``total`` things done."""


class Programme:
    """``size``: what it adds to the programme's numbers."""

    def __init__(self, wire: Wire, size: Size, bar: Bar) -> None:
        self.wire, self.size, self.bar = wire, size, bar
        self.manager, self.advisor = Manager(wire), Advisor(wire)
        self.liaison, self.retention = Liaison(wire), RetentionAdvisor(wire)
        self.partners: list[Partner] = []
        self.ids: dict[str, str] = {}  # a person's or company's reference → its id
        self.began_on = clock.today()
        self.is_new = True

    def live(self) -> dict[str, int]:
        """Everything in order; the programme's numbers at the end."""
        before = self.manager.numbers()
        self._partners()
        self.companies = crowd.employers(self.size.companies)
        others = self.size.turned_away + self.size.incomplete
        self.people = crowd.newcomers(self.size.people, self.began_on)
        self.others = crowd.newcomers(others, self.began_on, first=self.size.people)
        self.others[self.size.turned_away :] = [crowd.unfinished(o) for o in self.others[self.size.turned_away :]]
        self._tell_companies()
        self._tell_people()
        self._decide()
        self._tell_workshops()
        if self.is_new:
            self._train_companies()
        self._introduce()
        self._tell_jobs()
        return self._catch_up(before)

    def _partners(self) -> None:
        """Those of this run, found by name. Everything is dated from the day of the first one's first key."""
        known = self.manager.partners()
        for name, kind in PARTNERS:
            named = name if self.wire.run_id == DEFAULT_RUN else f"{name} ({self.wire.run_id})"
            partner_id = known.get(named) or self.manager.add_partner(named, kind)
            if not self.partners and (keys := self.manager.keys(partner_id)):
                self.is_new = False
                self.began_on = min(_day_of(key) for key in keys)
            self.partners.append(Partner(self.wire, partner_id, self.manager.issue_key(partner_id)))

    def _tell_companies(self) -> None:
        facts = [
            (number, ("vacancy_posted", employer.ref, employer.posted()))
            for number, employer in enumerate(self.companies)
        ]
        for (_, (_, ref, _)), led_to in self._tell("Entreprises et postes", "Companies and vacancies", facts):
            self.ids[ref] = led_to["employer_id"]

    def _tell_people(self) -> None:
        everybody = [*self.people, *self.others]
        facts = [
            (number, ("person_referred", who.ref, who.referred(self.wire.run_id, self.began_on)))
            for number, who in enumerate(everybody)
        ]
        self.referrals: dict[str, str] = {}
        for (_, (_, ref, _)), led_to in self._tell("Personnes recommandées", "People referred", facts):
            if "candidate_id" in led_to:  # else she has been forgotten since
                self.ids[ref], self.referrals[ref] = led_to["candidate_id"], led_to["referral_id"]

    def _decide(self) -> None:
        """Advisors admit; some are refused or redirected. What is decided already stays."""
        advisors = [staff_id("advisor"), *(str(uuid5(NAMESPACE_URL, f"advisor {n}")) for n in range(1, ADVISORS))]
        turned_away = self.others[: self.size.turned_away]

        def decide(pair: tuple[int, Newcomer]) -> None:
            number, who = pair
            if who.ref in self.referrals and number < len(self.people):
                _unless(("already_admitted", "referral_closed"),
                        lambda: self.advisor.admit(self.ids[who.ref], advisors[number % ADVISORS]))  # fmt: skip
            elif who.ref in self.referrals:
                answer = ("refused", "not_eligible") if number % 2 else ("redirected", "mifi")
                _unless(("referral_closed",), lambda: self.advisor.close(self.referrals[who.ref], *answer))

        self._all("Admissions", "Admissions", decide, enumerate([*self.people, *turned_away]))

    def _tell_workshops(self) -> None:
        """Every other person attended two workshops of the partner that sent her."""
        facts = [
            (number, ("workshop_attended", f"{who.ref}-{workshop}", {
                "person_ref": who.ref, "workshop": workshop, "held_on": str(self.began_on), "minutes": 150,
            }))
            for number, who in enumerate(self.people) if number % 2 == 0 and who.ref in self.ids
            for workshop in ("interview", "life_in_laval")
        ]  # fmt: skip
        self._tell("Ateliers suivis", "Workshops attended", facts)

    def _train_companies(self) -> None:
        """Training in diversity management and in intercultural communication."""
        for topic, count in _TRAININGS:
            count = min(count, len(self.companies))
            session_id = self.liaison.open_training(topic, self.began_on, 180, 4 * count)
            who = [self.ids[employer.ref] for employer in self.companies[:: max(1, len(self.companies) // count)]][
                :count
            ]
            enrol = partial(self.liaison.enrol, session_id, persons=3)
            self._all("Entreprises formées", "Companies trained", enrol, who)
            self.liaison.note_training(session_id, dict.fromkeys(who, 3))

    def _introduce(self) -> None:
        """Some are hired by a company that matching proposed, from today on; it proposes within seconds."""
        seekers = [self.ids[who.ref] for who in self.people[self._reported :] if who.ref in self.ids]
        wanted = self.size.introduced
        done = self.bar.phase("Embauches par présentation", "Hires by introduction", wanted)
        with ThreadPoolExecutor(CLIENTS) as pool:
            known = [] if self.is_new else pool.map(partial(hiring.was_introduced_and_hired, self.wire), seekers)
            hired = {id_ for id_, was_hired in zip(seekers, known, strict=False) if was_hired}
            until = time.monotonic() + _CATCH_UP_S
            while len(hired) < wanted and time.monotonic() < until:
                left = [id_ for id_ in seekers if id_ not in hired]
                for at in range(0, len(left), CLIENTS):
                    group = left[at : at + min(CLIENTS, wanted - len(hired))]
                    now_hired = pool.map(partial(hiring.hire_by_introduction, self.wire), group)
                    for id_ in (id_ for id_, was_hired in zip(group, now_hired, strict=True) if was_hired):
                        hired.add(id_)
                        done()
                time.sleep(_LOOK_AGAIN_S)

    @property
    def _reported(self) -> int:
        """How many people's work is told by their partner; they come first."""
        return self.size.employed - self.size.introduced + self.size.ended

    def _tell_jobs(self) -> None:
        """Work that people found, reported as it was; some of it ended, some found other work since."""
        ended, again = self.size.ended + self.size.again, self.size.again
        those = [(n, who) for n, who in enumerate(self.people[: self._reported]) if who.ref in self.ids]
        first = [(n, who, crowd.job_of(who, n, self.began_on, ends=n < ended)) for n, who in those]
        second = [(n, who, crowd.job_of(who, n, self.began_on, again=True)) for n, who in those if n < again]
        self._tell("Embauches rapportées", "Hires reported", [self._hire(n, who, job, "job") for n, who, job in first])
        ends = [self._end(n, who, job) for n, who, job in first if job.ended_on]
        self._tell("Emplois terminés", "Jobs that ended", ends)
        more = [self._hire(n, who, job, "again") for n, who, job in second]
        self._tell("Embauchées de nouveau", "Hired again", more)
        self.last_hired = self.ids[those[-1][1].ref]

    def _hire(self, number: int, who: Newcomer, job: Job, what: str) -> tuple[int, Fact]:
        told = {
            "person_ref": who.ref, "employer_id": self._workplace(number, what), "terms": job.terms,
            "in_field": job.in_field,
        }  # fmt: skip
        return number, ("hire_reported", f"{who.ref}-{what}", told)

    def _end(self, number: int, who: Newcomer, job: Job) -> tuple[int, Fact]:
        told = {
            "person_ref": who.ref, "employer_id": self._workplace(number, "job"), "ended_on": str(job.ended_on),
            "reason": job.reason,
        }  # fmt: skip
        return number, ("employment_end_reported", f"{who.ref}-end", told)

    def _workplace(self, number: int, what: str) -> str:
        step = 3 if what == "job" else 7
        return self.ids[self.companies[(number * step + step) % len(self.companies)].ref]

    def _catch_up(self, before: dict[str, int]) -> dict[str, int]:
        """Until the services have taken everything in: a new run knows the exact numbers, another waits until they
        stand still."""
        more = {"supported": self.size.companies, "admitted": self.size.people, "employed": self.size.employed}
        done = self.bar.phase("Les services rattrapent", "The services catch up", 2)
        self.wire.wait("everybody is followed up", lambda: self.retention.employments(self.last_hired), _CATCH_UP_S)
        done()
        if self.is_new:
            wanted = {name: before[name] + count for name, count in more.items()}
            self.wire.wait(f"the numbers are {wanted}", lambda: self.manager.numbers() == wanted, _CATCH_UP_S)
        else:
            self.wire.wait("the numbers stand still", self._stand_still, _CATCH_UP_S)
        done()
        return self.manager.numbers()

    def _stand_still(self) -> bool:
        seen = self.manager.numbers()
        time.sleep(_STILL_FOR_S)
        return self.manager.numbers() == seen

    # how

    def _tell(self, fr: str, en: str, facts: Sequence[tuple[int, Fact]]) -> list[tuple[tuple[int, Fact], Json]]:
        """Each fact by the partner of its number, in batches; with what it led to."""
        batches: list[tuple[Partner, Sequence[tuple[int, Fact]]]] = []
        for place, partner in enumerate(self.partners):
            own = [fact for fact in facts if fact[0] % len(self.partners) == place]
            batches += [(partner, own[at : at + BATCH]) for at in range(0, len(own), BATCH)]
        led_to: list[tuple[tuple[int, Fact], Json]] = []
        answers = self._all(fr, en, lambda batch: batch[0].tell(*(fact for _, fact in batch[1])), batches)
        for (_, batch), taken in zip(batches, answers, strict=True):
            led_to += zip(batch, taken, strict=True)
        return led_to

    def _all(self, fr: str, en: str, act: Callable[[T], Result], things: Iterable[T]) -> list[Result]:
        """By several clients at the same time."""
        every = list(things)
        done = self.bar.phase(fr, en, len(every))

        def one(thing: T) -> Result:
            answer = act(thing)
            done()
            return answer

        with ThreadPoolExecutor(CLIENTS) as pool:
            return list(pool.map(one, every))


def _unless(codes: tuple[str, ...], act: Callable[[], object]) -> None:
    """A second run finds it decided."""
    try:
        act()
    except NotDone as no:
        if not any(no.has(code) for code in codes):
            raise


def _day_of(key: Json) -> date:
    return clock.local_date(datetime.fromisoformat(key["created_at"]))
