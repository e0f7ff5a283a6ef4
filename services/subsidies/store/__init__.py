"""The SQL, one function per question."""

from services.subsidies.store.assessments import StoredAssessment, add_assessment, find_assessment, list_assessments
from services.subsidies.store.erasure import erase_person
from services.subsidies.store.hires import close_hire, find_hire, list_hires_at, list_hires_of, save_hire
from services.subsidies.store.people import (
    consent_stands,
    find_file_number,
    get_employer,
    get_person,
    is_erased,
    save_consent,
    save_employer,
    save_person,
)
from services.subsidies.store.requests import (
    RecordedDecision,
    Whose,
    add_decision,
    find_decision,
    find_latest_request,
    find_request,
    get_request,
    list_open_requests,
    list_requests,
    save_request,
)

__all__ = [
    "RecordedDecision",
    "StoredAssessment",
    "Whose",
    "add_assessment",
    "add_decision",
    "close_hire",
    "consent_stands",
    "erase_person",
    "find_assessment",
    "find_decision",
    "find_file_number",
    "find_hire",
    "find_latest_request",
    "find_request",
    "get_employer",
    "get_person",
    "get_request",
    "is_erased",
    "list_assessments",
    "list_hires_at",
    "list_hires_of",
    "list_open_requests",
    "list_requests",
    "save_consent",
    "save_employer",
    "save_hire",
    "save_person",
    "save_request",
]
