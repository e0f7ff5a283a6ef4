"""Everything intake listens to."""

from services.intake.handlers.outcomes import (
    record_acquaintance,
    record_cancelled_hire,
    record_employment_end,
    record_hire,
)
from shared.events.matching import CandidateHired, HireCancelled, IntroductionAnswered
from shared.events.retention import EmploymentEnded
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer

CONSUMES: tuple[Subscription, ...] = (
    on(IntroductionAnswered, record_acquaintance),
    on(CandidateHired, record_hire),
    on(HireCancelled, record_cancelled_hire),
    on(EmploymentEnded, record_employment_end),
)

TIMERS: tuple[Timer, ...] = ()
