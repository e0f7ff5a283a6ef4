"""Everything the portal listens to: all that is said. It has no timers; it decides nothing."""

from services.portal.handlers.intake import (
    count_admission,
    count_vacancy,
    forget_person,
    show_agreement,
    show_agreement_taken_back,
    show_employer,
    show_profile_change,
    show_referral,
    show_referral_answer,
    show_referral_facts,
    show_reported_end,
    show_reported_hire,
    show_vacancy_closed,
    show_withdrawal,
)
from services.portal.handlers.matching import (
    count_hire,
    count_introduction,
    count_meeting,
    show_answer,
    show_choice,
    show_introduction_end,
    show_offer,
    take_back_hire,
)
from services.portal.handlers.retention import count_end, show_contact, show_due_task, show_new_plan, show_plan
from services.portal.handlers.subsidies import (
    count_request,
    show_approval,
    show_assessment,
    show_refusal,
    show_subsidy_end,
)
from shared.events import intake, matching, retention, subsidies
from shared.messaging.inbox import Subscription, on

CONSUMES: tuple[Subscription, ...] = (
    on(intake.ReferralReceived, show_referral),
    on(intake.ReferralChanged, show_referral_facts),
    on(intake.ReferralClosed, show_referral_answer),
    on(intake.CandidateAdmitted, count_admission),
    on(intake.CandidateProfileChanged, show_profile_change),
    on(intake.CandidateWithdrawn, show_withdrawal),
    on(intake.CandidateErased, forget_person),
    on(intake.ConsentGiven, show_agreement),
    on(intake.ConsentWithdrawn, show_agreement_taken_back),
    on(intake.EmployerRegistered, show_employer),
    on(intake.VacancyPosted, count_vacancy),
    on(intake.VacancyClosed, show_vacancy_closed),
    on(intake.HireReported, show_reported_hire),
    on(intake.EmploymentEndReported, show_reported_end),
    on(matching.IntroductionProposed, count_introduction),
    on(matching.IntroductionAnswered, show_answer),
    on(matching.MeetingHeld, count_meeting),
    on(matching.OfferMade, show_offer),
    on(matching.ChoiceMade, show_choice),
    on(matching.IntroductionClosed, show_introduction_end),
    on(matching.CandidateHired, count_hire),
    on(matching.HireCancelled, take_back_hire),
    on(subsidies.SubsidyAssessed, show_assessment),
    on(subsidies.SubsidyRequested, count_request),
    on(subsidies.SubsidyApproved, show_approval),
    on(subsidies.SubsidyRefused, show_refusal),
    on(subsidies.SubsidyEnded, show_subsidy_end),
    on(retention.FollowUpPlanned, show_plan),
    on(retention.FollowUpReplanned, show_new_plan),
    on(retention.FollowUpTaskDue, show_due_task),
    on(retention.ContactRecorded, show_contact),
    on(retention.EmploymentEnded, count_end),
)
