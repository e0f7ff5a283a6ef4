"""A whole programme over HTTP, from the first referral to follow-up: partners' systems tell of companies and people,
advisors admit, matching proposes, both sides answer, people choose, companies ask for subsidies. Lived again it adds
nothing."""

import time
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from deploy.local.demo import crowd
from deploy.local.demo.actors import staff_id
from deploy.local.demo.crew import CATCH_UP_S, Bar, Crew, unless_decided
from deploy.local.demo.crowd import Newcomer, Size
from deploy.local.demo.following import Following
from deploy.local.demo.funding import CLAIMS, Funding
from deploy.local.demo.goal import Goal
from deploy.local.demo.hiring import Hiring
from deploy.local.demo.jobs import LAST, Jobs
from deploy.local.demo.wire import Wire

ADVISORS = 6
_STILL_FOR_S = 2.0
_TRAININGS = (("diversity_management", 24), ("intercultural_communication", 30))


class Programme:
    """``size``: what it adds to the programme's numbers."""

    def __init__(self, wire: Wire, size: Size, bar: Bar) -> None:
        self.size, self.bar = size, bar
        self.crew, self.goal = Crew(wire, bar), Goal.of(wire)

    def live(self) -> dict[str, int]:
        """Everything in order; the programme's numbers at the end. Raises NotDone, TooLate."""
        before = self.crew.manager.numbers()
        self.crew.find_partners()
        self._set_goal(before)
        self._invent()
        self._tell_companies()
        self._tell_people()
        self._decide()
        self._tell_workshops()
        if self.crew.is_new:
            self._train_companies()
        self._employ()
        return self._catch_up()

    def _invent(self) -> None:
        size, today = self.size, self.crew.began_on
        self.employers = crowd.employers(size.companies)
        self.people = crowd.newcomers(size.people, today)
        others = crowd.newcomers(size.turned_away + size.incomplete, today, first=size.people)
        self.turned_away = others[: size.turned_away]
        self.others = [*self.turned_away, *map(crowd.unfinished, others[size.turned_away :])]

    def _tell_companies(self) -> None:
        facts = [
            (number, ("vacancy_posted", employer.ref, employer.posted()))
            for number, employer in enumerate(self.employers)
        ]
        led_to = self.crew.tell("Entreprises et postes", "Companies and vacancies", facts)
        ids = {ref: what["employer_id"] for (_, (_, ref, _)), what in led_to}
        self.crew.ids |= ids
        self.crew.companies = {ids[employer.ref]: employer for employer in self.employers}

    def _tell_people(self) -> None:
        facts = [
            (number, ("person_referred", who.ref, who.referred(self.crew.wire.run_id, self.crew.began_on)))
            for number, who in enumerate([*self.people, *self.others])
        ]
        self.referrals: dict[str, str] = {}
        for (_, (_, ref, _)), led_to in self.crew.tell("Personnes recommandées", "People referred", facts):
            if "candidate_id" in led_to:  # else she has been forgotten since
                self.crew.ids[ref], self.referrals[ref] = led_to["candidate_id"], led_to["referral_id"]

    def _decide(self) -> None:
        """Advisors admit; some are refused or redirected. What is decided already stays."""
        advisors = [staff_id("advisor"), *(str(uuid5(NAMESPACE_URL, f"advisor {n}")) for n in range(1, ADVISORS))]
        advisor = self.crew.advisor

        def decide(pair: tuple[int, Newcomer]) -> None:
            number, who = pair
            if who.ref in self.referrals and number < len(self.people):
                unless_decided(lambda: advisor.admit(self.crew.ids[who.ref], advisors[number % ADVISORS]),
                               "already_admitted", "referral_closed")  # fmt: skip
            elif who.ref in self.referrals:
                answer = ("refused", "not_eligible") if number % 2 else ("redirected", "mifi")
                unless_decided(lambda: advisor.close(self.referrals[who.ref], *answer), "referral_closed")

        self.crew.all("Admissions", "Admissions", decide, enumerate([*self.people, *self.turned_away]))

    def _tell_workshops(self) -> None:
        """Every other person attended two workshops of the partner that sent her."""
        facts = [
            (number, ("workshop_attended", f"{who.ref}-{workshop}", {
                "person_ref": who.ref, "workshop": workshop, "held_on": str(self.crew.began_on), "minutes": 150,
            }))
            for number, who in enumerate(self.people) if number % 2 == 0 and who.ref in self.crew.ids
            for workshop in ("interview", "life_in_laval")
        ]  # fmt: skip
        self.crew.tell("Ateliers suivis", "Workshops attended", facts)

    def _train_companies(self) -> None:
        """Training in diversity management and in intercultural communication."""
        liaison, companies = self.crew.liaison, list(self.crew.companies)
        for topic, count in _TRAININGS:
            count = min(count, len(companies))
            session_id = liaison.open_training(topic, self.crew.began_on, 180, 4 * count)
            who = companies[:: max(1, len(companies) // count)][:count]
            enrol = partial(liaison.enrol, session_id, persons=3)
            self.crew.all("Entreprises formées", "Companies trained", enrol, who)
            liaison.note_training(session_id, dict.fromkeys(who, 3))

    def _employ(self) -> None:
        """Introductions and choices, work found alone, subsidies, courses, follow-up; jobs that end."""
        places = set(crowd.evenly(range(len(self.people)), self.size.self_found))
        known = [(number, who) for number, who in enumerate(self.people) if who.ref in self.crew.ids]
        jobs = Jobs(self.crew, self.size, [each for each in known if each[0] in places])
        hiring = Hiring(self.crew, [each for each in known if each[0] not in places], self.size.introduced)
        chosen = hiring.live()
        everybody = sorted([*chosen, *jobs.tell_found()], key=lambda hired: hired.number)
        funding = Funding(self.crew, chosen)
        requests, courses = funding.ask(), funding.learn()
        hiring.go_on()
        following = Following(self.crew, everybody)
        following.call()
        lost = jobs.tell_ends(everybody)
        jobs.tell_found_again(lost)
        following.close_help()
        funding.claim(requests)
        funding.follow_courses(courses, self.crew.day(CLAIMS))
        self.crew.live_until(LAST)

    def _set_goal(self, before: dict[str, int]) -> None:
        """A new run knows the exact numbers that it leads to."""
        more = {"supported": self.size.companies, "admitted": self.size.people, "employed": self.size.employed}
        if self.crew.is_new:
            self.goal.set({name: before[name] + count for name, count in more.items()})

    def _catch_up(self) -> dict[str, int]:
        """Until the services have taken everything in: the goal while it was never reached, else until the numbers
        stand still."""
        done = self.bar.phase("Les services rattrapent", "The services catch up", 1)
        manager, wire, wanted = self.crew.manager, self.crew.wire, self.goal.get()
        if wanted:
            wire.wait(f"the numbers are {wanted}", lambda: manager.numbers() == wanted, CATCH_UP_S)
            self.goal.reached()
        else:
            wire.wait("the numbers stand still", self._stand_still, CATCH_UP_S)
        done()
        return manager.numbers()

    def _stand_still(self) -> bool:
        seen = self.crew.manager.numbers()
        time.sleep(_STILL_FOR_S)
        return self.crew.manager.numbers() == seen
