"""The kinds of fact that Rola's story does not tell."""

from datetime import date, timedelta
from uuid import uuid4

from shared.events.intake import (
    CandidateProfileChanged,
    CandidateWithdrawn,
    ConsentGiven,
    ConsentWithdrawn,
    EmploymentEndReported,
    HireReported,
    ReferralClosed,
    VacancyClosed,
)
from shared.events.matching import (
    IntroductionAnswered,
)
from shared.events.parts import CandidateProfile
from shared.events.retention import (
    ContactRecorded,
    EmploymentEnded,
)
from shared.events.subsidies import (
    SubsidyAssessed,
    SubsidyEnded,
    SubsidyRefused,
)
from tests.portal.story import FRENCH, Story, at, terms


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
