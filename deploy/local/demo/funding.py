"""Subsidies and French courses of a whole programme: some companies complete and confirm their requests, the ministries
decide by their own rules, some are asked for more, some are refused; hours are told and claims paid."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from deploy.local.demo.answers import Claim, Course, Request
from deploy.local.demo.crew import Crew, unless_decided
from deploy.local.demo.crowd import Newcomer, evenly
from deploy.local.demo.hiring import Hired
from deploy.local.demo.sides import Candidate, Employer

PAPERS, CLAIMS = 13, 48
"""Days on which papers are registered, and on which the first four weeks of work of many are over."""
COURSES = 8
_SHARE = 4  # of the hires through the programme, one in so many asks for a subsidy
_OLD_LETTER, _SHORT_LETTER = 9, 6  # one letter in so many is too old; one runs out, and the ministry asks
_UNANSWERED = 3  # of the questions of the ministry, one in so many waits for the company
_REPORTED, _SENT = 4, 3  # of the claims due, all but one in so many have their hours; of those, all but one are sent
_OLD = timedelta(days=200)
_COURSE_HOURS, _LEVEL = 40, 8
_LETTER, _PERMIT, _DOCUMENT = "eligibility_letter", "work_permit", "document:"


class Funding:
    """``hired``: through the programme."""

    def __init__(self, crew: Crew, hired: Sequence[Hired]) -> None:
        self.crew = crew
        self.asking = [hired[place] for place in evenly(range(len(hired)), len(hired) // _SHARE)]
        french = [each for each in hired if _level(each.who) < _LEVEL]
        count = min(len(french), COURSES, 1 + len(hired) // 20)
        self.learning = [french[place] for place in evenly(range(len(french)), count)]

    def ask(self) -> list[Request]:
        """Requests go out and are decided, or wait for what the ministry asked; as they stand then."""
        self.crew.live_until(PAPERS)
        places = list(enumerate(self.asking))
        sent = self.crew.all("Subventions demandées", "Subsidies asked for", self._send, places)
        asked = [request for request in sent if request]
        return self.crew.all("Le ministère décide", "The ministry decides", self._decided, list(enumerate(asked)))

    def learn(self) -> list[Course]:
        """French courses at work, asked of MIFI and approved."""
        return self.crew.all("Cours de français", "French courses", self._course, self.learning)

    def follow_courses(self, courses: Sequence[Course], on: date) -> None:
        """A first session of each."""
        jobs = {each.hire_id: each for each in self.learning}

        def follow(course: Course) -> None:
            if course.state == "approved" and not course.total_hours:
                company = Employer(self.crew.wire, jobs[course.hire_id].employer_id)
                unless_decided(partial(company.record_course_hours, course.course_id, "6", on))  # else the job ended

        self.crew.all("Heures de cours", "Hours of courses", follow, courses)

    def claim(self, requests: Sequence[Request]) -> None:
        """Hours of the first weeks, the claim, and its payment. Of those whose weeks are not over, nothing yet."""
        self.crew.live_until(CLAIMS)
        last_start = self.crew.day(CLAIMS - 28)
        jobs = {each.hire_id: each for each in self.asking if each.starts_on <= last_start}
        granted = [r for r in requests if r.approved_weeks is not None and r.hire_id in jobs]
        due = [(place, request, jobs[request.hire_id]) for place, request in enumerate(granted)]
        self.crew.all("Réclamations", "Claims", self._claim, due)

    def _send(self, placed: tuple[int, Hired]) -> Request | None:
        """None when no measure applies."""
        place, hired = placed
        company = Employer(self.crew.wire, hired.employer_id)
        self.crew.until("subsidies judges a hire", lambda: self.crew.liaison.assessments(hired.hire_id))
        request = next((r for r in company.requests(hired.hire_id) if r.overlaps_with is None), None)
        if request is None or request.state not in ("draft", "ready"):
            return request
        for kind in (code.removeprefix(_DOCUMENT) for code in request.missing if code.startswith(_DOCUMENT)):
            company.register_document(request.request_id, kind, *self._days_of(kind, place))
        unless_decided(lambda: company.confirm(request.request_id))
        return request

    def _days_of(self, kind: str, place: int) -> tuple[date, date | None]:
        """When a paper was issued, and until when it holds."""
        today = self.crew.began_on
        if kind == _PERMIT:
            return today, today + timedelta(days=720)
        if kind == _LETTER and place % _SHORT_LETTER == _SHORT_LETTER - 1:
            return today, self.crew.day(PAPERS)
        return today - (_OLD if kind == _LETTER and place % _OLD_LETTER == 2 else timedelta()), None

    def _decided(self, placed: tuple[int, Request]) -> Request:
        place, sent = placed
        company = Employer(self.crew.wire, sent.employer_id)

        def moved_on() -> Request | None:
            now = next(r for r in company.requests(sent.hire_id) if r.request_id == sent.request_id)
            return None if now.state == "submitted" else now

        request = self.crew.until("the ministry answers", moved_on)
        if request.state == "information_requested" and (place // _SHORT_LETTER) % _UNANSWERED != _UNANSWERED - 1:
            company.inform(request.request_id, f"Nouvelle lettre du {self.crew.day(PAPERS)}.")
            return self.crew.until("the ministry decides", moved_on)
        return request

    def _course(self, hired: Hired) -> Course:
        company = Employer(self.crew.wire, hired.employer_id)
        course = next((each for each in company.courses() if each.hire_id == hired.hire_id), None)
        if course is None:
            self.crew.until("subsidies hears of a hire", lambda: self.crew.liaison.assessments(hired.hire_id))
            Candidate(self.crew.wire, hired.candidate_id).agree("send_to_ministry", "mifi")
            course = company.want_course(hired.hire_id, _COURSE_HOURS, _LEVEL)
        course_id = course.course_id
        if course.state == "draft":
            confirm = partial(company.confirm_course, course_id)
            self.crew.until("her agreement has arrived", lambda: unless_decided(confirm, "consent_send_to_ministry"))

        def decided() -> Course | None:
            now = company.course(course_id)
            return None if now.state in ("draft", "submitted") else now

        return self.crew.until("MIFI decides", decided)

    def _claim(self, about: tuple[int, Request, Hired]) -> None:
        """The first claim alone."""
        place, request, hired = about
        company = Employer(self.crew.wire, hired.employer_id)
        first = self.crew.until("a claim is due", lambda: self._first(company, request))
        if place % _REPORTED == _REPORTED - 1:
            return
        if first.state == "due":
            days = (first.to_on - first.from_on).days + 1
            hours = (hired.terms.hours_per_week * days / 7).quantize(Decimal("0.01"))
            company.report_hours(hired.candidate_id, hired.employer_id, (first.from_on, first.to_on),
                                 str(hours), hired.terms.wage_cents)  # fmt: skip
        if place % _SENT == _SENT - 1:
            return
        first = self.crew.until("hours arrive", lambda: self._first(company, request, "due"))
        if first.state == "ready":
            company.submit_claim(first.claim_id)
            self.crew.until("the ministry pays", lambda: self._first(company, request, "ready", "submitted"))

    def _first(self, company: Employer, request: Request, *but: str) -> Claim | None:
        """The first claim, once it is in no such state."""
        claims = sorted(company.claims(request.request_id), key=lambda claim: claim.from_on)
        return claims[0] if claims and claims[0].state not in but else None


def _level(who: Newcomer) -> int:
    level: int = who.person.at_first["french"]["speaking"]
    return level
