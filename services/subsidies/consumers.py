"""Everything subsidies listens to, and what time makes it do."""

from services.subsidies.handlers.assessing import APPLICATION_WINDOW, ASSESS_AGAIN, assess_again
from services.subsidies.handlers.claims import CLAIM_PERIOD_ENDS, assemble_claims, open_due_claim
from services.subsidies.handlers.decisions import begin_subsidy, end_used_weeks
from services.subsidies.handlers.ending import SUBSIDY_ENDS, SUBSIDY_STARTS
from services.subsidies.handlers.facts import (
    accept_consent,
    assess_subsidies,
    cancel_hire,
    end_subsidies,
    forget_candidate,
    learn_candidate,
    learn_employer,
    learn_introduction,
    learn_profile,
    recompute_subsidies,
    withdraw_requests,
)
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    ConsentGiven,
    ConsentWithdrawn,
    EmployerRegistered,
    HoursReported,
)
from shared.events.matching import CandidateHired, HireCancelled, IntroductionAnswered
from shared.events.retention import EmploymentChanged, EmploymentEnded
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer, due

CONSUMES: tuple[Subscription, ...] = (
    on(CandidateAdmitted, learn_candidate),
    on(CandidateProfileChanged, learn_profile),
    on(ConsentGiven, accept_consent),
    on(ConsentWithdrawn, withdraw_requests),
    on(EmployerRegistered, learn_employer),
    on(HoursReported, assemble_claims),
    on(IntroductionAnswered, learn_introduction),
    on(CandidateHired, assess_subsidies),
    on(HireCancelled, cancel_hire),
    on(EmploymentChanged, recompute_subsidies),
    on(EmploymentEnded, end_subsidies),
    on(CandidateErased, forget_candidate),
)

TIMERS: tuple[Timer, ...] = (
    due(APPLICATION_WINDOW, assess_again),
    due(ASSESS_AGAIN, assess_again),
    due(SUBSIDY_STARTS, begin_subsidy),
    due(SUBSIDY_ENDS, end_used_weeks),
    due(CLAIM_PERIOD_ENDS, open_due_claim),
)
