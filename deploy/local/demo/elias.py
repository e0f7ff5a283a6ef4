"""Elias's story: his education centre in Chomedey hires teachers twice from screened people, learns of subsidies by an
estimate, has its team trained, and gives a French course at work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from deploy.local.demo import story, subsidy
from deploy.local.demo.actors import Liaison, Manager, monday_after
from deploy.local.demo.afterwards import live_until
from deploy.local.demo.answers import Course
from deploy.local.demo.people import Company, Person
from deploy.local.demo.senders import Partner
from deploy.local.demo.sides import Employer
from deploy.local.demo.story import Step
from deploy.local.demo.tale import Did, Tale
from deploy.local.demo.wire import NotDone, Wire

MONTHS_LATER = timedelta(days=63)
COURSE_HOURS, SESSIONS, TARGET_LEVEL = 45, 3, 8
TEAM = 6


@dataclass
class EliasTale:
    """His company, and the story of each teacher whom it hires."""

    wire: Wire
    centre: Company
    teachers: tuple[Person, Person]
    today: date
    hires: list[Tale] = field(default_factory=list)
    employer_id: str = ""
    college: Partner | None = None
    course: Course | None = None

    def __post_init__(self) -> None:
        self.manager, self.liaison = Manager(self.wire), Liaison(self.wire)

    @property
    def elias(self) -> Employer:
        return Employer(self.wire, self.employer_id)


def he_registers_his_centre(tale: EliasTale) -> Sequence[Did]:
    """Elias has no system and little time: the liaison enters his centre for him."""
    tale.employer_id = tale.liaison.register(tale.centre.registration())
    return [Did("intake", f"inscrite : {tale.centre.name}, à Chomedey", "registered, in Chomedey")]


def his_team_is_trained(tale: EliasTale) -> Sequence[Did]:
    """His team takes the programme's training in intercultural communication."""
    session_id = tale.liaison.open_training("intercultural_communication", tale.today, 180, 20)
    tale.liaison.enrol(session_id, tale.employer_id, TEAM)
    tale.liaison.note_training(session_id, {tale.employer_id: TEAM})
    return [Did("intake", f"communication interculturelle : {TEAM} personnes formées",
                f"intercultural communication: {TEAM} people trained")]  # fmt: skip


def a_college_sends_a_teacher(tale: EliasTale) -> Sequence[Did]:
    """A college's system sends a teacher, who is screened and admitted."""
    if tale.college is None:
        partner_id = tale.manager.add_partner("Cégep des Trois-Rives", "college")
        tale.college = Partner(tale.wire, partner_id, tale.manager.issue_key(partner_id))
    number = len(tale.hires)
    day = tale.today + number * MONTHS_LATER
    live_until(tale, day)
    teacher = tale.teachers[number]
    his = Tale(tale.wire, teacher, (tale.centre,), day, monday_after(day, weeks=1), wanted=1)
    his.names[tale.employer_id] = tale.centre.name
    his.referral = tale.college.refer(teacher.reach(tale.wire.run_id), teacher.purposes, day, teacher.at_first)
    his.advisor.admit(his.candidate_id)
    tale.hires.append(his)
    met = sum(c.result == "met" for c in his.advisor.eligibility(his.candidate_id))
    return [Did("intake", f"{teacher.given_name} : dossier {his.referral.file_number}, {met} critères remplis, admise",
                f"{teacher.given_name}: file {his.referral.file_number}, {met} criteria met, admitted")]  # fmt: skip


def he_asks_for_a_teacher(tale: EliasTale) -> Sequence[Did]:
    """The liaison posts what he asks for; matching proposes somebody already screened."""
    his = tale.hires[-1]
    job = {**tale.centre.vacancy, "starts_on": str(his.starts_on)}
    vacancy_id = tale.liaison.post_vacancy(tale.employer_id, job)
    his.vacancies[vacancy_id] = tale.employer_id
    return story.matching_proposes_three_companies(his)


def he_hires_her(tale: EliasTale) -> Sequence[Did]:
    """Both say yes, they meet, he offers, she accepts."""
    return _in_turn(
        tale, story.she_says_yes_to_all, story.the_companies_say_yes, story.they_meet, story.two_make_an_offer,
        story.she_chooses,
    )  # fmt: skip


def he_learns_of_subsidies(tale: EliasTale) -> Sequence[Did]:
    """Before he offers anything, an estimate tells him what each measure may pay: this is how he learns of them."""
    _in_turn(tale, story.she_says_yes_to_all, story.the_companies_say_yes, story.they_meet)
    return subsidy.a_company_asks_what_an_offer_would_bring(tale.hires[-1])


def he_offers_and_she_accepts(tale: EliasTale) -> Sequence[Did]:
    """Now he offers, and she accepts."""
    return _in_turn(tale, story.two_make_an_offer, story.she_chooses)


def the_subsidy_is_asked_and_decided(tale: EliasTale) -> Sequence[Did]:
    """The request is prepared, its papers noted, confirmed by Elias, and decided by the ministry."""
    return _in_turn(
        tale, subsidy.subsidies_are_assessed, subsidy.the_papers_are_registered, subsidy.the_employer_confirms,
        subsidy.the_ministry_decides_by_itself,
    )  # fmt: skip


def she_begins(tale: EliasTale) -> Sequence[Did]:
    """Her first day comes."""
    live_until(tale, tale.hires[-1].starts_on)
    return [Did("clock", f"premier jour de {tale.hires[-1].person.given_name}", "her first day")]


def a_french_course_is_asked_for(tale: EliasTale) -> Sequence[Did]:
    """She agrees that MIFI be asked, Elias confirms, and MIFI approves a French course at the workplace."""
    his = tale.hires[-1]
    his.candidate.agree("send_to_ministry", "mifi")
    asked = tale.elias.want_course(his.hire_id, COURSE_HOURS, TARGET_LEVEL)

    def agreed() -> bool:
        try:
            tale.elias.confirm_course(asked.course_id)
        except NotDone as no:
            if no.has("consent_send_to_ministry"):  # her agreement is still on its way to subsidies
                return False
            raise
        return True

    tale.wire.wait("her agreement has arrived", agreed)

    def decided() -> Course | None:
        now = tale.elias.course(asked.course_id)
        return now if now.state == "approved" else None

    tale.course = tale.wire.wait("MIFI decides", decided)
    return [Did("ministry", f"MIFI approuve {tale.course.approved_hours} heures, vers le niveau {TARGET_LEVEL}",
                f"MIFI approves {tale.course.approved_hours} hours, towards level {TARGET_LEVEL}")]  # fmt: skip


def she_follows_the_course(tale: EliasTale) -> Sequence[Did]:
    """She follows the course at work, and the hours are recorded."""
    assert tale.course is not None
    starts_on = tale.hires[-1].starts_on
    for week in range(1, SESSIONS + 1):
        day = starts_on + timedelta(weeks=week)
        live_until(tale, day)
        tale.course = tale.elias.record_course_hours(tale.course.course_id, str(COURSE_HOURS // SESSIONS), day)
    return [Did("subsidies", f"{tale.course.total_hours} heures suivies : {tale.course.state}",
                f"{tale.course.total_hours} hours followed: {tale.course.state}")]  # fmt: skip


def _in_turn(tale: EliasTale, *steps: Callable[[Tale], Sequence[Did]]) -> Sequence[Did]:
    return [did for step in steps for did in step(tale.hires[-1])]


ELIAS = (
    Step("La liaison inscrit le centre d'Elias", "The liaison registers Elias's centre", he_registers_his_centre),
    Step("Son équipe est formée", "His team is trained", his_team_is_trained),
    Step("Un cégep recommande une enseignante", "A college refers a teacher", a_college_sends_a_teacher),
    Step("Elias cherche quelqu'un", "Elias looks for somebody", he_asks_for_a_teacher),
    Step("Il découvre les subventions avant d'offrir", "He learns of subsidies before he offers",
         he_learns_of_subsidies),
    Step("Il offre, elle accepte", "He offers, she accepts", he_offers_and_she_accepts),
    Step("La subvention est demandée et accordée", "The subsidy is asked for and granted",
         the_subsidy_is_asked_and_decided),
    Step("Elle commence", "She begins", she_begins),
    Step("Un cours de français au travail", "A French course at work", a_french_course_is_asked_for),
    Step("Elle le suit", "She follows it", she_follows_the_course),
    Step("Une deuxième enseignante, deux mois plus tard", "A second teacher, two months later",
         a_college_sends_a_teacher),
    Step("Elias cherche encore", "Elias looks again", he_asks_for_a_teacher),
    Step("Il embauche pour la deuxième fois", "He hires for the second time", he_hires_her),
    Step("La subvention, encore", "The subsidy, again", the_subsidy_is_asked_and_decided),
    Step("Elle commence aussi", "She begins too", she_begins),
)  # fmt: skip
