"""The lines of intake."""

from shared.tokens import Role
from tests.authorization.table import EVERYWHERE, NOTHING, Line, Table

SOMEBODY = "22222222-2222-4222-8222-222222222222"
NOT_ENROLLED = (422, "the roll is corrected at its place; who runs a session sees who is enrolled")
UNKNOWN_EMPLOYER = (422, "the company is to be registered first")
UNKNOWN_PARTNER = (422, "a partner in a body is one of what is to be corrected")
CHOOSES = "it chooses among all to whom it passes on"
OPEN_TO_ALL = "sessions are announced to everybody"
JOB = {"occupation": "11101", "wage_cents": 2900, "hours_per_week": "37.5", "starts_on": "@-3", "permanent": True}
VACANCY = {"occupation": "11101", "openings": 1, "wage_min_cents": 2600, "wage_max_cents": 2900,
           "hours_per_week": "37.5", "permanent": True, "municipality": "laval"}  # fmt: skip
PERSON = {"given_name": "Essai", "family_name": "Exemple", "email": "essai@example.org"}
AGREEMENT = {"given_on": "@0", "notice_version": "2026-01", "statement": "partner_statement", "purposes": []}
SESSION = {"held_on": "@5", "minutes": 60, "places": 5}
CONSENT = {"purpose": "send_to_ministry", "recipient": "mifi", "notice_version": "2026-01"}
EMPLOYER = {"name": "Maison d'essai", "sector": "finance", "legal_form": "private", "municipality": "laval"}
EVENT = {"specversion": "1.0", "type": "interconnexion.partner.referral_completed", "source": "/essai", "id": "1",
         "data": {"candidate_id": "$newcomer", "facts": {"years_of_experience": 4}}}  # fmt: skip


PARTNERS: Table = {
    "POST /v1/partners": Line({"name": "Un collège", "kind": "college"}),
    "GET /v1/partners": Line(shows="partner", sees_all={Role.PARTNER: CHOOSES}),
    "POST /v1/partners/{partner_id}/keys": NOTHING,
    "GET /v1/partners/{partner_id}/keys": Line(shows="key"),
    "DELETE /v1/partners/{partner_id}/keys/{key_id}": NOTHING,
    "POST /v1/links": Line(
        {"channel": "partner_page", "expires_on": "@30", "partner_id": "$partner"},
        unknown={"partner:advisor": UNKNOWN_PARTNER, "partner:manager": UNKNOWN_PARTNER},
    ),
    "GET /v1/links": Line(shows="link"),
    "GET /v1/links/{code}": NOTHING,
    "GET /v1/links/{code}/qr.svg": NOTHING,
    "POST /v1/events": Line(
        EVENT, content_type="application/cloudevents+json",
        unknown={"newcomer": (422, "every problem of a batch is told at its place")},
    ),
    "GET /v1/updates": Line(shows="worker"),
}  # fmt: skip
REFERRALS: Table = {
    "POST /v1/referrals": Line(
        {"channel": "partner_page", "partner_id": "$partner", "person": PERSON, "agreement": AGREEMENT},
        unknown={"partner:advisor": UNKNOWN_PARTNER, "partner:liaison": UNKNOWN_PARTNER},
    ),
    "POST /v1/self-referrals": Line({"code": "$link", "person": PERSON, "agreement": AGREEMENT}),
    "PATCH /v1/referrals/{referral_id}": Line({"years_of_experience": 4}),
    "POST /v1/referrals/{referral_id}/closure": Line(
        {"outcome": "refused", "reason": "not_eligible"},
        bodies={Role.PARTNER: {"outcome": "withdrawn", "reason": "sender_withdrew"}},
    ),
    "POST /v1/referrals/{referral_id}/passing": Line(
        {"to_partner_id": "$passed_to"}, shared=("passed_to",), unknown={"passed_to": UNKNOWN_PARTNER}
    ),
    "GET /v1/referrals/{referral_id}": NOTHING,
    "GET /v1/referrals": Line(shows="referral"),
}
CANDIDATES: Table = {
    "GET /v1/candidates/{candidate_id}": NOTHING,
    "GET /v1/candidates/{candidate_id}/eligibility": Line(at={"candidate_id": "newcomer"}, person="newcomer"),
    "POST /v1/candidates/{candidate_id}/admission": Line({}, at={"candidate_id": "newcomer"}),
    "PATCH /v1/candidates/{candidate_id}/profile": Line({"years_of_experience": 4}),
    "POST /v1/candidates/{candidate_id}/withdrawal": Line({"reason": "studies"}),
    "POST /v1/candidates/{candidate_id}/erasure": NOTHING,
    "GET /v1/candidates/{candidate_id}/audit": NOTHING,
    "POST /v1/candidates/{candidate_id}/consents": Line(CONSENT),
    "DELETE /v1/candidates/{candidate_id}/consents/{consent_id}": NOTHING,
    "GET /v1/candidates/{candidate_id}/consents": Line(shows="consent"),
    "POST /v1/names": Line(
        {"candidate_ids": ["=worker", "%worker"], "employer_ids": [], "purpose": "follow_up"},
        person="worker", shows="worker", sees_all={Role.MINISTRY: "both agreed to be named to it"},
        hidden_from={Role.LIAISON: "a liaison works with companies"},
    ),
    "GET /v1/codes": NOTHING,
}  # fmt: skip
ACCOMPANIMENT: Table = {
    "PUT /v1/candidates/{candidate_id}/advisor": Line({"advisor_id": SOMEBODY}),
    "POST /v1/candidates/{candidate_id}/action-plans": Line({"steps": ["cv"]}),
    "POST /v1/candidates/{candidate_id}/action-plans/{plan_id}/agreement": NOTHING,
    "POST /v1/candidates/{candidate_id}/coaching": Line({"held_on": "@0", "minutes": 30, "topics": ["cv"]}),
    "GET /v1/candidates/{candidate_id}/accompaniment": Line(shows="plan"),
    "GET /v1/candidates": Line(shows="seeker"),
    "POST /v1/workshops": Line(
        {"workshop": "cv", "partner_id": "$partner"} | SESSION,
        unknown={"partner:advisor": UNKNOWN_PARTNER, "partner:manager": UNKNOWN_PARTNER},
    ),
    "GET /v1/workshops": Line(
        shows="workshop", sees_all={Role.PARTNER: OPEN_TO_ALL, Role.CANDIDATE: OPEN_TO_ALL}
    ),
    "GET /v1/workshops/{session_id}": Line(shows="seeker"),
    "POST /v1/workshops/{session_id}/enrolments": Line(
        {"candidate_id": "$seeker"}, at={"session_id": "free_workshop"}, shared=("free_workshop",)
    ),
    "DELETE /v1/workshops/{session_id}/enrolments/{candidate_id}": NOTHING,
    "POST /v1/workshops/{session_id}/attendance": Line({"attended": ["$seeker"]}, unknown={"seeker": NOT_ENROLLED}),
}  # fmt: skip
COMPANIES: Table = {
    "POST /v1/employers": Line(EMPLOYER),
    "GET /v1/employers": Line(shows="employer"),
    "GET /v1/employers/{employer_id}": NOTHING,
    "POST /v1/employers/{employer_id}/vacancies": Line(VACANCY),
    "PATCH /v1/employers/{employer_id}/vacancies/{vacancy_id}": Line({"openings": 7}),
    "GET /v1/employers/{employer_id}/vacancies/{vacancy_id}": NOTHING,
    "POST /v1/employers/{employer_id}/vacancies/{vacancy_id}/closure": Line({"reason": "withdrawn"}),
    "GET /v1/employers/{employer_id}/vacancies": Line(shows="vacancy"),
    "POST /v1/trainings": Line(
        {"topic": "diversity_management", "partner_id": "$partner"} | SESSION,
        unknown={"partner:liaison": UNKNOWN_PARTNER, "partner:manager": UNKNOWN_PARTNER},
    ),
    "GET /v1/trainings": Line(
        shows="training", sees_all={Role.PARTNER: OPEN_TO_ALL, Role.EMPLOYER: OPEN_TO_ALL}
    ),
    "GET /v1/trainings/{session_id}": Line(at={"session_id": "training"}, shows="employer"),
    "POST /v1/trainings/{session_id}/enrolments": Line(
        {"employer_id": "$employer", "persons": 2}, at={"session_id": "free_training"}, shared=("free_training",)
    ),
    "DELETE /v1/trainings/{session_id}/enrolments/{employer_id}": Line(at={"session_id": "training"}),
    "POST /v1/trainings/{session_id}/attendance": Line(
        {"companies": [{"employer_id": "$employer", "attended": 2}]}, at={"session_id": "training"},
        unknown={"employer": NOT_ENROLLED},
    ),
}  # fmt: skip


def _report(**body: object) -> Line:
    """Of the worker, about her company. She, and the partner that sent her, may name any company."""
    return Line(
        {"employer_id": "$employer", **body}, at={"candidate_id": "worker"}, person="worker",
        shared=("employer:candidate", "employer:partner"),
        unknown={f"employer:{role}": UNKNOWN_EMPLOYER for role in Role if role is not Role.EMPLOYER},
    )  # fmt: skip


STAFF: Table = {
    "POST /v1/staff": Line({"given_name": "Essai", "family_name": "Exemple", "role": "advisor"}),
    "GET /v1/staff": Line(shows="staff_member"),
    "PATCH /v1/staff/{staff_id}": Line({"active": False}, at={"staff_id": "staff_member"}),
}
REPORTS: Table = {
    "POST /v1/candidates/{candidate_id}/hires": _report(terms=JOB),
    "POST /v1/candidates/{candidate_id}/employment-ends": _report(ended_on="@0", reason="resigned"),
    "POST /v1/candidates/{candidate_id}/hours": _report(from_on="@-2", to_on="@-1", hours="15", wage_cents=2800),
    "POST /v1/candidates/{candidate_id}/absences": _report(from_on="@-1", to_on="@-1", paid=True),
    "POST /v1/candidates/{candidate_id}/employment-changes": _report(effective_on="@0", kind="wage", terms=JOB),
}
LINES: Table = {**EVERYWHERE, **PARTNERS, **REFERRALS, **CANDIDATES, **ACCOMPANIMENT, **COMPANIES, **STAFF, **REPORTS}
