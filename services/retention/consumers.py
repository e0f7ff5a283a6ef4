"""Everything retention listens to, and what time makes it do."""

from services.retention.handlers import (
    FOLLOW_UP_TASK,
    announce_due_task,
    assign_advisor,
    cancel_follow_up,
    end_reported_employment,
    follow_subsidy,
    follow_subsidy_end,
    forget_candidate,
    plan_follow_up,
)
from shared.events.intake import CandidateAdmitted, CandidateErased, EmploymentEndReported
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.subsidies import SubsidyApproved, SubsidyEnded
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer, due

CONSUMES: tuple[Subscription, ...] = (
    on(CandidateAdmitted, assign_advisor),
    on(CandidateHired, plan_follow_up),
    on(HireCancelled, cancel_follow_up),
    on(SubsidyApproved, follow_subsidy),
    on(SubsidyEnded, follow_subsidy_end),
    on(EmploymentEndReported, end_reported_employment),
    on(CandidateErased, forget_candidate),
)

TIMERS: tuple[Timer, ...] = (due(FOLLOW_UP_TASK, announce_due_task),)
