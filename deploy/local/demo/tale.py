"""What a story has found out so far, and how its steps tell what each service did."""

from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date

from deploy.local.demo.actors import Advisor, Candidate, Employer, Liaison, Manager, RetentionAdvisor, Visitor
from deploy.local.demo.answers import Choice, Introduction, Referral, Request, Task
from deploy.local.demo.people import Company, Person
from deploy.local.demo.wire import Wire


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
    link: str = ""
    referral: Referral | None = None
    vacancies: dict[str, str] = field(default_factory=dict)  # vacancy -> employer, those of this story
    names: dict[str, str] = field(default_factory=dict)  # employer -> its name
    introductions: list[Introduction] = field(default_factory=list)
    offers: list[Introduction] = field(default_factory=list)
    choice: Choice | None = None
    request: Request | None = None
    tasks: list[Task] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)  # the programme's, as last seen

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
        assert self.choice is not None, "she has not chosen yet"
        return self.choice.hire_id

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
