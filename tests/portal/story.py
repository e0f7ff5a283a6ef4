"""A person's story as the four services tell it: each fact with its moment, its version and what made it happen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.portal.consumers import CONSUMES
from shared.db import Tx
from shared.events.base import Event
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    CandidateWithdrawn,
    ConsentGiven,
    ConsentWithdrawn,
    EmployerRegistered,
    EmploymentEndReported,
    HireReported,
    ReferralChanged,
    ReferralClosed,
    ReferralReceived,
    VacancyClosed,
    VacancyPosted,
)
from shared.events.matching import (
    CandidateHired,
    ChoiceMade,
    HireCancelled,
    IntroductionAnswered,
    IntroductionClosed,
    IntroductionProposed,
    MeetingHeld,
    OfferMade,
)
from shared.events.parts import CandidateProfile, Criterion, FrenchLevels, PlannedTask, ScoreLine, Terms
from shared.events.retention import (
    ContactRecorded,
    EmploymentEnded,
    FollowUpPlanned,
    FollowUpReplanned,
    FollowUpTaskDue,
)
from shared.events.subsidies import (
    SubsidyApproved,
    SubsidyAssessed,
    SubsidyEnded,
    SubsidyRefused,
    SubsidyRequested,
)
from tests.databases import deliver

FRENCH = FrenchLevels(listening=8, speaking=7, reading=9)  # writing: unknown


def at(day: str, hour: int = 14) -> datetime:
    """An hour (UTC) of a day."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=hour)


@dataclass(frozen=True)
class Said:
    """One event as it travels."""

    event: Event
    time: datetime
    version: int
    event_id: UUID = field(default_factory=uuid4)
    cause: UUID | None = None
    actor: str | None = None


def tell(tx: Tx, said: Sequence[Said]) -> None:
    """Deliver facts in the order given, as the worker would."""
    for one in said:
        outcome = deliver(
            tx,
            CONSUMES,
            one.event,
            event_id=one.event_id,
            time=one.time,
            version=one.version,
            causation_id=one.cause,
            actor=one.actor,
        )
        assert outcome in ("handled", "duplicate"), outcome


class Story:
    """Collects what is said; versions count by subject as the publishers count them."""

    def __init__(self, file_number: str = "2026-0318") -> None:
        self.candidate_id = uuid4()
        self.file_number = file_number
        self.said: list[Said] = []
        self._versions: Counter[str] = Counter()

    def say(self, event: Event, time: datetime, *, because: Said | None = None, actor: str | None = None) -> Said:
        subject = f"{event.publisher}:{event.subject}"
        self._versions[subject] += 1
        said = Said(event, time, self._versions[subject], cause=because.event_id if because else None, actor=actor)
        self.said.append(said)
        return said

    # -- what tests and pictures need often ---------------------------------------------------------------------------

    def referred(self, time: datetime, missing: tuple[str, ...] = ()) -> UUID:
        referral_id = uuid4()
        self.say(
            ReferralReceived(
                referral_id=referral_id,
                candidate_id=self.candidate_id,
                file_number=self.file_number,
                partner_id=None,
                channel="fair",
                missing=missing,
            ),
            time,
            actor="link:fair",
        )
        return referral_id

    def admitted(self, time: datetime, referral_id: UUID | None = None) -> Said:
        return self.say(
            CandidateAdmitted(
                candidate_id=self.candidate_id,
                referral_id=referral_id or uuid4(),
                file_number=self.file_number,
                partner_id=None,
                advisor_id=uuid4(),
                admitted_on=time.date(),
                rule_version="programme-1",
                criteria=(
                    Criterion(code="in_canada_under_5_years", result="met"),
                    Criterion(code="diploma", result="met"),
                    Criterion(code="little_experience", result="unknown"),
                ),
                profile=CandidateProfile(occupation="11101", french=FRENCH),
            ),
            time,
            actor=f"advisor:{uuid4()}",
        )

    def hired(
        self,
        time: datetime,
        starts_on: str,
        *,
        hire_id: UUID | None = None,
        employer_id: UUID | None = None,
        source: str = "introduction",
        because: Said | None = None,
    ) -> Said:
        return self.say(
            CandidateHired(
                hire_id=hire_id or uuid4(),
                candidate_id=self.candidate_id,
                employer_id=employer_id or uuid4(),
                vacancy_id=None,
                introduction_id=None,
                source=source,
                terms=terms(starts_on),
                in_field=source == "introduction",
                hired_on=time.date(),
            ),
            time,
            because=because,
        )

    def ended(self, time: datetime, hire: Said, on: str) -> Said:
        assert isinstance(hire.event, CandidateHired)
        return self.say(
            EmploymentEnded(
                hire_id=hire.event.hire_id,
                candidate_id=self.candidate_id,
                employer_id=hire.event.employer_id,
                ended_on=date.fromisoformat(on),
                reason="resigned",
            ),
            time,
        )

    def cancelled(self, time: datetime, hire: Said) -> Said:
        assert isinstance(hire.event, CandidateHired)
        return self.say(
            HireCancelled(
                hire_id=hire.event.hire_id,
                candidate_id=self.candidate_id,
                employer_id=hire.event.employer_id,
                reason="terms_changed",
            ),
            time,
        )

    def erased(self, time: datetime) -> Said:
        return self.say(
            CandidateErased(
                candidate_id=self.candidate_id,
                requested_on=time.date(),
                gone_from_log_on=time.date() + timedelta(days=35),
            ),
            time,
        )


def terms(starts_on: str) -> Terms:
    return Terms(
        occupation="11101",
        wage_cents=2800,
        hours_per_week=Decimal("37.5"),
        starts_on=date.fromisoformat(starts_on),
        permanent=True,
    )


def contact(name: str, side: Any, due_on: str) -> PlannedTask:
    return PlannedTask(task_id=uuid4(), contact=name, side=side, due_on=date.fromisoformat(due_on))


def rola(employers: Sequence[UUID] | None = None, *, year: int = 2026) -> Story:
    """From the fair to the approved subsidy: three companies met, two offers, one choice. Every service speaks."""
    y = str(year)
    story = Story(f"{y}-0318")
    person = story.candidate_id
    companies = list(employers or [uuid4(), uuid4(), uuid4()])
    advisor, herself = f"advisor:{uuid4()}", f"candidate:{person}"
    referral = story.referred(at(f"{y}-02-14"), ("diploma_from",))
    for purpose, recipient in (("introduce_without_name", "employers"), ("tell_sender_outcome", "sender")):
        story.say(
            ConsentGiven(
                consent_id=uuid4(), candidate_id=person, purpose=purpose, recipient=recipient, notice_version="1"
            ),
            at(f"{y}-02-14"),
            actor=herself,
        )
    story.say(
        ReferralChanged(referral_id=referral, candidate_id=person, partner_id=None, missing=()),
        at(f"{y}-02-20"),
        actor=advisor,
    )
    vacancies = [uuid4() for _ in companies]
    for company, vacancy in zip(companies, vacancies, strict=True):
        story.say(
            EmployerRegistered(
                employer_id=company,
                sector="manufacturing",
                legal_form="private",
                municipality="laval",
                quebec_establishment=True,
            ),
            at(f"{y}-02-25"),
        )
        story.say(
            VacancyPosted(
                vacancy_id=vacancy,
                employer_id=company,
                occupation="11101",
                openings=1,
                wage_min_cents=2600,
                wage_max_cents=3000,
                hours_per_week=Decimal("37.5"),
                starts_on=None,
                permanent=True,
                municipality="laval",
                french_required=FrenchLevels(),
            ),
            at(f"{y}-02-25", 15),
        )
    admitted = story.admitted(at(f"{y}-03-03"), referral)
    story.say(
        ReferralClosed(referral_id=referral, candidate_id=person, partner_id=None, outcome="accepted"),
        at(f"{y}-03-03"),
        actor=advisor,
    )
    offers, introductions = [], []
    days = ("20", "27", "12")
    for i, (company, vacancy) in enumerate(zip(companies, vacancies, strict=True)):
        month = "04" if i < 2 else "05"
        about = {
            "introduction_id": uuid4(),
            "candidate_id": person,
            "employer_id": company,
            "vacancy_id": vacancy,
        }
        introductions.append(about)
        story.say(
            IntroductionProposed(
                **about,
                score=78 - i,
                coverage=82,
                lines=(ScoreLine(family="skills", earned=28, possible=35),),
                rule_version="score-1",
            ),
            at(f"{y}-{month}-{days[i]}"),
            because=admitted if i == 0 else None,
        )
        for by, actor in (("candidate", herself), ("employer", f"employer:{uuid4()}")):
            story.say(IntroductionAnswered(**about, by=by, answer="yes"), at(f"{y}-{month}-{days[i]}", 15), actor=actor)
        story.say(MeetingHeld(**about, held_on=date.fromisoformat(f"{y}-05-2{i}")), at(f"{y}-05-2{i}"), actor=advisor)
    for about in introductions[:2]:
        offer = OfferMade(**about, offer_id=uuid4(), terms=terms(f"{y}-06-29"))
        offers.append(offer.offer_id)
        story.say(offer, at(f"{y}-06-02"), actor=f"employer:{uuid4()}")
    choice = story.say(
        ChoiceMade(choice_id=uuid4(), candidate_id=person, chosen_offer_id=offers[0], open_offer_ids=tuple(offers)),
        at(f"{y}-06-09"),
        actor=herself,
    )
    for about, end in ((introductions[1], "not_chosen"), (introductions[2], "hired_elsewhere")):
        story.say(IntroductionClosed(**about, end=end), at(f"{y}-06-09"), actor=herself)
    hire_id = uuid4()
    hired = story.hired(at(f"{y}-06-09"), f"{y}-06-29", hire_id=hire_id, employer_id=companies[0], because=choice)
    about_hire = {"hire_id": hire_id, "candidate_id": person, "employer_id": companies[0]}
    tasks = tuple(
        contact(name, side, day)
        for name, day in (
            ("before_start", f"{y}-06-23"),
            ("weeks_2", f"{y}-07-13"),
            ("weeks_6", f"{y}-08-10"),
            ("months_3", f"{y}-09-29"),
        )
        for side in ("employee", "employer")
    )
    plan_id = uuid4()
    story.say(
        FollowUpPlanned(plan_id=plan_id, **about_hire, tasks=tasks),
        at(f"{y}-06-09"),
        because=hired,
        actor="service:retention",
    )
    story.say(
        SubsidyAssessed(
            assessment_id=uuid4(),
            **about_hire,
            measure="priime",
            rule_version="2019-07",
            result="may_apply",
            criteria=(),
            amount_cents=1_867_500,
            weeks=30,
        ),
        at(f"{y}-06-09"),
        because=hired,
        actor="service:subsidies",
    )
    consent = uuid4()
    story.say(
        ConsentGiven(
            consent_id=consent,
            candidate_id=person,
            purpose="send_to_ministry",
            recipient="services_quebec",
            notice_version="1",
        ),
        at(f"{y}-06-10"),
        actor=herself,
    )
    request_id = uuid4()
    story.say(
        SubsidyRequested(
            request_id=request_id,
            **about_hire,
            ministry="services_quebec",
            measure="priime",
            rule_version="2019-07",
            amount_cents=1_867_500,
            weeks=30,
            lines=(),
        ),
        at(f"{y}-06-16"),
        actor=f"employer:{uuid4()}",
    )
    story.say(
        FollowUpTaskDue(
            task_id=tasks[0].task_id,
            plan_id=plan_id,
            **about_hire,
            contact="before_start",
            side="employee",
            due_on=tasks[0].due_on,
            advisor_id=uuid4(),
        ),
        at(f"{y}-06-23", 12),
    )
    story.say(
        ContactRecorded(
            contact_id=uuid4(),
            task_id=tasks[1].task_id,
            **about_hire,
            side="employer",
            result="reached",
            held_on=tasks[1].due_on,
        ),
        at(f"{y}-06-23", 13),
        actor=f"retention_advisor:{uuid4()}",
    )
    approved = story.say(
        SubsidyApproved(
            request_id=request_id,
            **about_hire,
            decision_id="D-1",
            amount_cents=1_800_000,
            weeks=30,
            starts_on=date.fromisoformat(f"{y}-06-29"),
            decided_on=date.fromisoformat(f"{y}-06-26"),
        ),
        at(f"{y}-06-26"),
        actor="ministry:services_quebec",
    )
    story.say(
        FollowUpReplanned(
            plan_id=plan_id,
            **about_hire,
            cause="subsidy_approved",
            tasks=(*tasks[2:], contact("before_subsidy_end", "employer", f"{int(y) + 1}-01-11")),
        ),
        at(f"{y}-06-26"),
        because=approved,
        actor="service:retention",
    )
    return story


def everything_else() -> Story:
    """The kinds of fact that Rola's story does not tell, about another person."""
    story = Story("2026-0401")
    person, employer, hire = story.candidate_id, uuid4(), uuid4()
    when = at("2026-05-04")
    about = {"introduction_id": uuid4(), "candidate_id": person, "employer_id": employer, "vacancy_id": uuid4()}
    about_hire = {"hire_id": hire, "candidate_id": person, "employer_id": employer}
    referral = story.referred(when)
    story.say(
        ReferralClosed(
            referral_id=referral, candidate_id=person, partner_id=None, outcome="refused", reason="not_eligible"
        ),
        when,
    )
    story.admitted(when)
    story.say(CandidateProfileChanged(candidate_id=person, profile=CandidateProfile(french=FRENCH)), when)
    consent = uuid4()
    agreement = {
        "consent_id": consent,
        "candidate_id": person,
        "purpose": "share_file_with_employer",
        "recipient": str(employer),
    }
    story.say(ConsentGiven(**agreement, notice_version="1"), when)
    story.say(ConsentWithdrawn(**agreement), when)
    story.say(VacancyClosed(vacancy_id=uuid4(), employer_id=employer, reason="filled"), when)
    for by in ("candidate", "employer"):
        story.say(IntroductionAnswered(**about, by=by, answer="no", reason="too_far"), when)
    reported = story.say(
        HireReported(
            report_id=uuid4(),
            candidate_id=person,
            employer_id=employer,
            terms=terms("2026-05-04"),
            in_field=False,
            reported_by="candidate",
        ),
        when,
    )
    story.hired(when, "2026-05-04", hire_id=hire, employer_id=employer, source="self_found", because=reported)
    for result in ("does_not_apply", "unknown", "window_missed"):
        story.say(
            SubsidyAssessed(
                assessment_id=uuid4(),
                **about_hire,
                measure="priime",
                rule_version="2019-07",
                result=result,
                criteria=(),
                amount_cents=None,
                weeks=None,
            ),
            when,
        )
    request_id = uuid4()
    story.say(
        SubsidyRefused(
            request_id=request_id, **about_hire, decision_id="D-2", reason="budget_used", decided_on=when.date()
        ),
        when,
    )
    story.say(SubsidyEnded(request_id=request_id, **about_hire, ended_on=when.date(), reason="employment_ended"), when)
    for side in ("employee", "employer"):
        story.say(
            ContactRecorded(
                contact_id=uuid4(),
                task_id=uuid4(),
                **about_hire,
                side=side,
                result="not_reached",
                held_on=when.date(),
                next_try_on=when.date() + timedelta(days=2),
            ),
            when,
        )
    story.say(
        EmploymentEndReported(
            report_id=uuid4(),
            candidate_id=person,
            employer_id=employer,
            ended_on=date(2026, 5, 8),
            reason="contract_ended",
            reported_by="employer",
        ),
        at("2026-05-08"),
    )
    story.say(EmploymentEnded(**about_hire, ended_on=date(2026, 5, 8), reason="contract_ended"), at("2026-05-08"))
    story.say(CandidateWithdrawn(candidate_id=person, reason="studies"), at("2026-05-20"))
    return story
