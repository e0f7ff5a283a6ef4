"""Rola's story as the services tell it, from the fair to the approved subsidy."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from shared.events.intake import (
    ConsentGiven,
    EmployerRegistered,
    ReferralChanged,
    ReferralClosed,
    VacancyPosted,
)
from shared.events.matching import (
    ChoiceMade,
    IntroductionAnswered,
    IntroductionClosed,
    IntroductionProposed,
    MeetingHeld,
    OfferMade,
)
from shared.events.parts import FrenchLevels, ScoreLine
from shared.events.retention import (
    ContactRecorded,
    FollowUpPlanned,
    FollowUpReplanned,
    FollowUpTaskDue,
)
from shared.events.subsidies import (
    SubsidyApproved,
    SubsidyAssessed,
    SubsidyRequested,
)
from tests.portal.story import Story, at, contact, terms


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
