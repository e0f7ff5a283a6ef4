"""Everything intake listens to."""

from services.intake.handlers.outcomes import record_cancelled_hire, record_employment_end, record_hire
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.retention import EmploymentEnded
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer

CONSUMES: tuple[Subscription, ...] = (
    on(CandidateHired, record_hire),
    on(HireCancelled, record_cancelled_hire),
    on(EmploymentEnded, record_employment_end),
)

TIMERS: tuple[Timer, ...] = ()
