"""Everything intake listens to."""

from services.intake.handlers.outcomes import (
    record_acquaintance,
    record_cancelled_hire,
    record_employment_end,
    record_hire,
    tell_employment_change,
    tell_milestone,
)
from shared.events.matching import CandidateHired, HireCancelled, IntroductionAnswered
from shared.events.retention import EmploymentChanged, EmploymentEnded, MilestoneReached
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer

CONSUMES: tuple[Subscription, ...] = (
    on(IntroductionAnswered, record_acquaintance),
    on(CandidateHired, record_hire),
    on(HireCancelled, record_cancelled_hire),
    on(EmploymentEnded, record_employment_end),
    on(EmploymentChanged, tell_employment_change),
    on(MilestoneReached, tell_milestone),
)

TIMERS: tuple[Timer, ...] = ()
