"""Everything subsidies listens to, and what time makes it do."""

from services.subsidies.handlers.assessing import APPLICATION_WINDOW, ASSESS_AGAIN, assess_again
from services.subsidies.handlers.ending import SUBSIDY_ENDS, SUBSIDY_STARTS
from services.subsidies.handlers.facts import (
    accept_consent,
    assess_subsidies,
    cancel_hire,
    end_subsidies,
    forget_candidate,
    learn_candidate,
    learn_employer,
    learn_profile,
    withdraw_requests,
)
from services.subsidies.handlers.requests import begin_subsidy, end_used_weeks
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    ConsentGiven,
    ConsentWithdrawn,
    EmployerRegistered,
)
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.retention import EmploymentEnded
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer, due

CONSUMES: tuple[Subscription, ...] = (
    on(CandidateAdmitted, learn_candidate),
    on(CandidateProfileChanged, learn_profile),
    on(ConsentGiven, accept_consent),
    on(ConsentWithdrawn, withdraw_requests),
    on(EmployerRegistered, learn_employer),
    on(CandidateHired, assess_subsidies),
    on(HireCancelled, cancel_hire),
    on(EmploymentEnded, end_subsidies),
    on(CandidateErased, forget_candidate),
)

TIMERS: tuple[Timer, ...] = (
    due(APPLICATION_WINDOW, assess_again),
    due(ASSESS_AGAIN, assess_again),
    due(SUBSIDY_STARTS, begin_subsidy),
    due(SUBSIDY_ENDS, end_used_weeks),
)
