"""Everything matching listens to, and what time makes it do."""

from services.matching.handlers.candidates import (
    admit_candidate,
    forget_candidate,
    keep_agreement,
    stop_introducing,
    update_profile,
    withdraw_agreement,
)
from services.matching.handlers.ending import ANSWER_DUE
from services.matching.handlers.hires import offer_person_again, record_reported_hire
from services.matching.handlers.introductions import close_unanswered
from services.matching.handlers.planning import PLAN_DUE, plan_again
from services.matching.handlers.vacancies import VACANCY_GONE, close_left_over, close_vacancy, offer_vacancy
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    CandidateWithdrawn,
    ConsentGiven,
    ConsentWithdrawn,
    HireReported,
    VacancyClosed,
    VacancyPosted,
)
from shared.events.retention import EmploymentEnded
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer, due

CONSUMES: tuple[Subscription, ...] = (
    on(CandidateAdmitted, admit_candidate),
    on(CandidateProfileChanged, update_profile),
    on(CandidateWithdrawn, stop_introducing),
    on(CandidateErased, forget_candidate),
    on(ConsentGiven, keep_agreement),
    on(ConsentWithdrawn, withdraw_agreement),
    on(VacancyPosted, offer_vacancy),
    on(VacancyClosed, close_vacancy),
    on(HireReported, record_reported_hire),
    on(EmploymentEnded, offer_person_again),
)

TIMERS: tuple[Timer, ...] = (
    due(ANSWER_DUE, close_unanswered),
    due(PLAN_DUE, plan_again),
    due(VACANCY_GONE, close_left_over),
)
