"""From matching's proposals to the choice, for a whole programme: people answer, companies answer, they meet, companies
offer, each person chooses. Everything is decided from how things stand, so a second run finds nothing left to do."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from deploy.local.demo.actors import monday_after
from deploy.local.demo.answers import Introduction, Terms
from deploy.local.demo.crew import CLIENTS, Crew, unless_decided
from deploy.local.demo.crowd import Newcomer, chance
from deploy.local.demo.sides import Candidate, Employer
from deploy.local.demo.wire import Json, TooLate
from shared import clock

ROUNDS = ((2, 4), (6, 8))
"""Days on which people answer, and companies: whoever was declined is proposed another company in between."""
MEETINGS, CHOICES = 11, 12
LATER_ROUND, LATER_MEETINGS = (20, 22), 25
"""Who still looks is proposed other companies, as places are taken; some are met, and the rest waits."""
STARTS = (0, 0, 0, 2, 7, 9)  # days after the third Monday on which jobs begin
SILENT = 30  # one person in so many leaves the companies without an answer
UNDECIDED = 40  # one in so many has an offer, and thinks about it
_HER_NO = ("too_far", "wage", "hours", "known_company", "start_date", "not_my_field")
_ITS_NO = ("experience", "french", "skills", "filled")
_YES, _ITS_YES, _MEETS, _JUDGES = 0.90, 0.92, 0.55, 0.15
_THEIR_MARKS = {"candidate": ("work", "team", "wish"), "employer": ("skills", "motivation", "fit")}


@dataclass(frozen=True)
class Hired:
    """Somebody who works, or will: through an introduction, or (``introduced`` false) by herself."""

    number: int
    who: Newcomer
    candidate_id: str
    employer_id: str
    hire_id: str
    starts_on: date
    terms: Terms
    introduced: bool = True


class Hiring:
    """``people``: those who look for work through the programme, with their numbers; ``wanted``: how many of them are
    hired in the end."""

    def __init__(self, crew: Crew, people: Sequence[tuple[int, Newcomer]], wanted: int) -> None:
        self.crew, self.wanted = crew, wanted
        self.people = {id_: (number, who) for number, who in people if (id_ := crew.person_id(who))}
        self.order = sorted(self.people, key=lambda id_: chance(f"order/{self.people[id_][1].ref}").random())
        self.likely = set(self.order[: wanted + wanted // 10])  # who goes to every meeting

    def live(self) -> list[Hired]:
        """Everything in order. Raises TooLate when so many cannot be hired."""
        self._matching_knows_everybody()
        if len(self._on_board("hired")) < self.wanted:
            for days in ROUNDS:
                self._answer(*days)
            self.crew.live_until(MEETINGS)
            self._each("Elles se rencontrent", "They meet", "accepted", self._they_meet)
            self.crew.live_until(CHOICES)
            self._choose()
        return self._hired()

    def go_on(self) -> None:
        """Those who still look, once; a later run leaves the board as it is."""
        if clock.today() < self.crew.day(LATER_MEETINGS):
            self._answer(*LATER_ROUND)
            self.crew.live_until(LATER_MEETINGS)
            self._each("D'autres rencontres", "Other meetings", "accepted", self._they_meet)

    def _answer(self, day: int, answered: int) -> None:
        """People answer on a day, companies on another."""
        self.crew.live_until(day)
        self._each("Elles répondent", "People answer", "proposed", self._she_answers)
        self.crew.live_until(answered)
        self._each("Les entreprises répondent", "Companies answer", "candidate_agreed", self._it_answers)

    def _matching_knows_everybody(self) -> None:
        """It proposes in the transaction in which it hears of an admission."""
        advisor = self.crew.advisor

        def known(id_: str) -> bool:
            return self.crew.until("matching hears of the admissions", lambda: advisor.is_looking_for(id_))

        self.crew.all("Le jumelage propose", "Matching proposes", known, self.people)

    def _each(self, fr: str, en: str, state: str, act: Callable[[Introduction], object]) -> None:
        """Of every introduction that stands so; those of one person one after the other."""
        by_person: dict[str, list[Introduction]] = {}
        for introduction in self._on_board(state):
            by_person.setdefault(introduction.candidate_id or "", []).append(introduction)

        def in_turn(hers: list[Introduction]) -> None:
            for each in hers:
                unless_decided(partial(act, each))

        self.crew.all(fr, en, in_turn, by_person.values())

    def _on_board(self, *states: str) -> list[Introduction]:
        """Between our people and our companies."""
        ours = self.crew.companies
        return [
            i for i in self.crew.advisor.board(*states) if i.candidate_id in self.people and i.employer_id in ours
        ]  # fmt: skip

    def _she_answers(self, introduction: Introduction) -> None:
        who, luck = self._who(introduction), self._luck("she", introduction)
        if self._is_one_in(SILENT, who):
            return
        no = None if luck.random() < _YES else luck.choice(_HER_NO)
        candidate = Candidate(self.crew.wire, introduction.candidate_id or "")
        candidate.answer(introduction.introduction_id, "no" if no else "yes", no)

    def _it_answers(self, introduction: Introduction) -> None:
        luck = self._luck("it", introduction)
        no = None if luck.random() < _ITS_YES else luck.choice(_ITS_NO)
        company = Employer(self.crew.wire, introduction.employer_id)
        company.answer(introduction.introduction_id, "no" if no else "yes", no)

    def _they_meet(self, introduction: Introduction) -> None:
        luck, candidate_id = self._luck("meeting", introduction), introduction.candidate_id or ""
        if candidate_id not in self.likely and luck.random() > _MEETS:
            return
        company = Employer(self.crew.wire, introduction.employer_id)
        company.meet(introduction.introduction_id, clock.today())
        if luck.random() < _JUDGES:
            marks = {side: {mark: luck.randint(2, 5) for mark in _THEIR_MARKS[side]} for side in _THEIR_MARKS}
            company.judge(introduction.introduction_id, marks["employer"])
            Candidate(self.crew.wire, candidate_id).judge(introduction.introduction_id, marks["candidate"])

    def _choose(self) -> None:
        """In an order of chance, until so many are hired; a place that another took first is offered no more."""
        met: dict[str, list[Introduction]] = {}
        for introduction in self._on_board("met", "offered"):
            met.setdefault(introduction.candidate_id or "", []).append(introduction)
        hired = {i.candidate_id for i in self._on_board("hired")}
        done = self.crew.bar.phase("Elles choisissent", "They choose", self.wanted)
        for _ in hired:
            done()
        left = [id_ for id_ in self.order if id_ in met and id_ not in hired]
        count = len(hired)
        with ThreadPoolExecutor(CLIENTS) as pool:
            while count < self.wanted and left:
                group, left = left[: min(CLIENTS, self.wanted - count)], left[min(CLIENTS, self.wanted - count) :]
                for was_hired in pool.map(lambda id_: self._chooses(met[id_]), group):
                    count += was_hired
                    if was_hired:
                        done()
        if count < self.wanted:
            raise TooLate(f"{count} people found a company with a place, not {self.wanted}: make reset, make demo")
        self.crew.all("Une offre à réfléchir", "An offer to think about", self._offers_one,
                      [met[id_] for id_ in left if self._is_one_in(UNDECIDED, self.people[id_][1])])  # fmt: skip

    def _chooses(self, met: list[Introduction]) -> bool:
        """She takes the best paid of one to three offers; whether there was a place for her."""
        luck = self._luck("offers", met[0])
        offers = self._offers(met, luck.randint(1, 3))
        for introduction in sorted(offers, key=lambda i: -i.offer.terms.wage_cents if i.offer else 0):
            candidate, offer = Candidate(self.crew.wire, introduction.candidate_id or ""), introduction.offer
            if offer and unless_decided(partial(candidate.choose, offer.offer_id)):
                return True
        return False

    def _offers_one(self, met: list[Introduction]) -> None:
        self._offers(met, 1)

    def _offers(self, met: Iterable[Introduction], most: int) -> list[Introduction]:
        offers: list[Introduction] = []
        for each in met:
            company, terms = Employer(self.crew.wire, each.employer_id), self._terms(each)
            made = unless_decided(partial(company.offer, each.introduction_id, terms))
            offers += [made] if made else []
            if len(offers) == most:
                break
        return offers

    def _terms(self, introduction: Introduction) -> Json:
        """Within what the company announced; the first day is its own."""
        job, luck = self.crew.companies[introduction.employer_id].company.vacancy, self._luck("terms", introduction)
        first = monday_after(self.crew.began_on, weeks=2) + timedelta(days=luck.choice(STARTS))
        return {
            "occupation": job["occupation"],
            "wage_cents": luck.randrange(job["wage_min_cents"], job["wage_max_cents"] + 1, 25),
            "hours_per_week": job["hours_per_week"],
            "starts_on": str(max(first, clock.today())),
            "permanent": luck.random() < 0.95,
        }

    def _hired(self) -> list[Hired]:
        """By their numbers."""
        found = []
        for each in self._on_board("hired"):
            assert each.offer is not None
            assert each.hire_id is not None
            number, who = self.people[each.candidate_id or ""]
            terms = each.offer.terms
            found.append(
                Hired(number, who, each.candidate_id or "", each.employer_id, each.hire_id, terms.starts_on, terms)
            )
        return sorted(found, key=lambda hired: hired.number)

    def _who(self, introduction: Introduction) -> Newcomer:
        return self.people[introduction.candidate_id or ""][1]

    def _luck(self, of_what: str, introduction: Introduction) -> Random:
        company = self.crew.companies[introduction.employer_id]
        return chance(f"{of_what}/{self._who(introduction).ref}/{company.ref}")

    def _is_one_in(self, many: int, who: Newcomer) -> bool:
        return chance(f"one in {many}/{who.ref}").randrange(many) == 0
