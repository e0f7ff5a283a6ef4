"""What a story has found out so far, and how its steps tell what each service did."""

from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date

from deploy.local.demo.actors import Advisor, Liaison, Manager, RetentionAdvisor
from deploy.local.demo.answers import Choice, Claim, Course, Introduction, Referral, Request, Task, Terms
from deploy.local.demo.people import Company, Person
from deploy.local.demo.senders import Partner, Visitor
from deploy.local.demo.sides import Candidate, Employer
from deploy.local.demo.wire import Json, Wire

TARGET = 3  # companies for everyone, and a choice


@dataclass(frozen=True)
class Did:
    """One thing that a service did, in both languages, as its own read API or page shows it."""

    service: str
    fr: str
    en: str


@dataclass
class Tale:
    """One person's story: who acts in it, and what the steps hand on to each other."""

    wire: Wire
    person: Person
    companies: tuple[Company, ...]
    today: date
    starts_on: date
    wanted: int = TARGET
    """How many of these companies look for somebody like her."""
    link: str = ""
    partners: dict[str, Partner] = field(default_factory=dict)  # those who send her, by what they are
    referral: Referral | None = None
    vacancies: dict[str, str] = field(default_factory=dict)  # vacancy -> employer, those of this story
    names: dict[str, str] = field(default_factory=dict)  # employer -> its name
    introductions: list[Introduction] = field(default_factory=list)
    offers: list[Introduction] = field(default_factory=list)
    choice: Choice | None = None
    request: Request | None = None
    tasks: list[Task] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)  # the programme's, as last seen
    signal_id: str = ""
    support_id: str = ""
    claim: Claim | None = None
    course: Course | None = None
    reported_hire_id: str = ""  # of work found without the programme

    def __post_init__(self) -> None:
        self.manager = Manager(self.wire)
        self.visitor = Visitor(self.wire)
        self.advisor = Advisor(self.wire)
        self.liaison = Liaison(self.wire)
        self.retention = RetentionAdvisor(self.wire)

    @property
    def candidate_id(self) -> str:
        assert self.referral is not None, "she has not been referred yet"
        return self.referral.candidate_id

    @property
    def candidate(self) -> Candidate:
        return Candidate(self.wire, self.candidate_id)

    @property
    def chosen(self) -> Introduction:
        """The introduction whose offer she took."""
        assert self.choice is not None, "she has not chosen yet"
        return next(i for i in self.introductions if i.introduction_id == self.choice.introduction_id)

    @property
    def hire_id(self) -> str:
        if self.choice is None:
            assert self.reported_hire_id, "she has not found work yet"
            return self.reported_hire_id
        return self.choice.hire_id

    @property
    def terms(self) -> Terms:
        """Of the offer she took."""
        assert self.chosen.offer is not None
        return self.chosen.offer.terms

    def offer_to(self, introduction: Introduction) -> Json:
        """What a company would offer: the top of what it announced, from the story's first day on."""
        jobs = self.liaison.vacancies(introduction.employer_id)
        job = next(v for v in jobs if v.vacancy_id == introduction.vacancy_id)
        return {
            "occupation": job.occupation, "wage_cents": job.wage_max_cents, "hours_per_week": str(job.hours_per_week),
            "starts_on": str(self.starts_on), "permanent": True,
        }  # fmt: skip

    def employer(self, employer_id: str) -> Employer:
        return Employer(self.wire, employer_id)

    def name_of(self, employer_id: str) -> str:
        """Asked of intake when it is needed."""
        if employer_id not in self.names:
            self.names |= self.liaison.names("introduction", employers=[employer_id])
        return self.names.get(employer_id, employer_id[:8])


def days(day: date) -> tuple[str, str]:
    """4 déc. 2026 and Dec 4, 2026."""
    return format_date(day, "medium", "fr_CA"), format_date(day, "medium", "en_CA")


def dollars(cents: int) -> tuple[str, str]:
    """18 675,00 $ and $18,675.00."""
    english = f"{cents / 100:,.2f}"
    return english.replace(",", " ").replace(".", ",") + " $", f"${english}"
