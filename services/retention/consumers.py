"""Everything retention listens to, and what time makes it do."""

from services.retention.handlers.employments import end_reported_employment, record_reported_change
from services.retention.handlers.milestones import MILESTONE, announce_milestone
from services.retention.handlers.persons import assign_advisor, forget_candidate, move_tasks_with_person
from services.retention.handlers.plans import cancel_follow_up, follow_subsidy, follow_subsidy_end, plan_follow_up
from services.retention.handlers.signals import watch_absence
from services.retention.handlers.standing import FOLLOW_UP_TASK
from services.retention.handlers.tasks import announce_due_task
from shared.events.intake import (
    AbsenceReported,
    AdvisorAssigned,
    CandidateAdmitted,
    CandidateErased,
    EmploymentChangeReported,
    EmploymentEndReported,
)
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.subsidies import SubsidyApproved, SubsidyEnded
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer, due

CONSUMES: tuple[Subscription, ...] = (
    on(CandidateAdmitted, assign_advisor),
    on(AdvisorAssigned, move_tasks_with_person),
    on(CandidateHired, plan_follow_up),
    on(HireCancelled, cancel_follow_up),
    on(SubsidyApproved, follow_subsidy),
    on(SubsidyEnded, follow_subsidy_end),
    on(AbsenceReported, watch_absence),
    on(EmploymentChangeReported, record_reported_change),
    on(EmploymentEndReported, end_reported_employment),
    on(CandidateErased, forget_candidate),
)

TIMERS: tuple[Timer, ...] = (due(FOLLOW_UP_TASK, announce_due_task), due(MILESTONE, announce_milestone))
