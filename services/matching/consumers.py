"""Everything matching listens to, and what time makes it do."""

from services.matching.handlers.candidates import (
    admit_candidate,
    forget_candidate,
    keep_advisor,
    keep_agreement,
    stop_introducing,
    update_profile,
    withdraw_agreement,
)
from services.matching.handlers.ending import ANSWER_DUE
from services.matching.handlers.hires import move_start, offer_person_again, record_reported_hire
from services.matching.handlers.introductions import close_unanswered
from services.matching.handlers.planning import PLAN_DUE, plan_again
from services.matching.handlers.shortlists import CHANGES, SHORTLIST_DUE, look_for_changes, prepare_shortlist
from services.matching.handlers.vacancies import (
    VACANCY_CHANGED,
    VACANCY_GONE,
    close_left_over,
    close_vacancy,
    judge_introduction_again,
    judge_vacancy_again,
    offer_vacancy,
)
from shared.events.intake import (
    AdvisorAssigned,
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    CandidateWithdrawn,
    ConsentGiven,
    ConsentWithdrawn,
    HireReported,
    VacancyChanged,
    VacancyClosed,
    VacancyPosted,
)
from shared.events.retention import EmploymentChanged, EmploymentEnded
from shared.messaging.inbox import Subscription, on
from shared.timers import Timer, due

CONSUMES: tuple[Subscription, ...] = (
    on(CandidateAdmitted, admit_candidate),
    on(AdvisorAssigned, keep_advisor),
    on(CandidateProfileChanged, update_profile),
    on(CandidateWithdrawn, stop_introducing),
    on(CandidateErased, forget_candidate),
    on(ConsentGiven, keep_agreement),
    on(ConsentWithdrawn, withdraw_agreement),
    on(VacancyPosted, offer_vacancy),
    on(VacancyChanged, judge_vacancy_again),
    on(VacancyClosed, close_vacancy),
    on(HireReported, record_reported_hire),
    on(EmploymentChanged, move_start),
    on(EmploymentEnded, offer_person_again),
)

TIMERS: tuple[Timer, ...] = (
    due(ANSWER_DUE, close_unanswered),
    due(PLAN_DUE, plan_again),
    due(VACANCY_GONE, close_left_over),
    due(VACANCY_CHANGED, judge_introduction_again),
    due(CHANGES, look_for_changes),
    due(SHORTLIST_DUE, prepare_shortlist),
)
