"""What an advisor does with a person she accompanies: plan, coaching, workshops, agreements, companies."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages.accompany.assign import assign_advisor
from services.portal.pages.accompany.questions import (
    NOTICE_VERSION,
    PURPOSES,
    RECIPIENTS,
    answer,
    names_for,
    to,
    today_in,
    words_of,
)
from services.portal.pages.forms import Form, SentForm, empty_form
from services.portal.pages.owners import Outcome, OwnerDown, command, get, try_get
from services.portal.pages.paging import Paged, get_all, page_of
from services.portal.pages.routes import send, show
from services.portal.pages.staff import ACCOMPANY, staff_for
from services.portal.pages.told import done
from shared.errors import NotFound
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
_SHORT = 8  # vacancies of the shortlist at once
Advisor = Annotated[Caller, allow(Role.ADVISOR)]
PLAN_STEPS = (
    "cv", "interview", "french", "licence", "network", "workshop", "diploma_evaluation", "internship", "training",
    "introductions",
)  # fmt: skip
TOPICS = (
    "cv", "interview", "job_search", "network", "french", "licence", "work_culture", "confidence", "offers", "other",
)  # fmt: skip
DECLINES = ("not_my_field", "too_far", "wage", "hours", "start_date", "found_work", "known_company", "other")
"""Why a candidate says no; matching takes others of the company's."""
MARKS = {
    "candidate": ("work", "team", "conditions", "place", "wish"),
    "employer": ("skills", "experience", "communication", "motivation", "fit"),
}
"""What each side judges after a meeting, 1 to 5."""
_ONE_TO_FIVE = frozenset("12345")
BY_HAND = ("candidate_asks", "employer_asks", "transferable_skills", "career_change", "second_look", "other")
FIELDS = (
    "steps", "agreed_on", "goal_occupation", "held_on", "minutes", "topics", "session_id", "purpose", "given_on",
    "vacancy_id", "why", "offer_id", "employer_id", "job_occupation", "wage", "hours", "starts_on",
    "advisor",
)  # fmt: skip
PLACES = {
    "/advisor_id": "advisor",
    "/steps": "steps",
    "/topics": "topics",
    "/offer_id": "offer_id",
    "/reason": "why",
    "/vacancy_id": "vacancy_id",
    "/purpose": "purpose",
    "/recipient": "purpose",
    "/employer_id": "employer_id",
    "/terms/occupation": "job_occupation",
    "/terms/wage_cents": "wage",
    "/terms/hours_per_week": "hours",
    "/terms/starts_on": "starts_on",
}


@show(router, "accompany")
def show_accompany(candidate_id: UUID, request: Request, viewer: Advisor) -> Response:
    return _person(request, viewer, candidate_id, empty_form(request))


@send(router, "accompany")
def act(candidate_id: UUID, request: Request, viewer: Advisor, form: SentForm) -> Response:
    action = _ACTIONS.get(form.do)
    if action is None:
        raise NotFound
    outcome = action(request, candidate_id, form)
    if outcome is not None and outcome.ok:
        return done(request, to(request, "accompany", candidate_id), f"accompany.{form.do}")
    if outcome is not None:
        day = f"meets_on-{form.text('introduction_id')}"
        form.take(outcome, PLACES | {"/meets_on": day, "/held_on": "held_on" if form.do == "coaching" else day})
    return _person(request, viewer, candidate_id, form)


def _plan(request: Request, candidate_id: UUID, form: Form) -> Outcome | None:
    agreed = form.day("agreed_on")
    if form.is_wrong:
        return None
    body = {
        "steps": form.all("steps"),
        "goal_occupation": form.text("goal_occupation"),
        "agreed_on": agreed.isoformat() if agreed else None,
    }
    return command(request, "intake", f"/v1/candidates/{candidate_id}/action-plans", body, key=form.nonce)


def _coaching(request: Request, candidate_id: UUID, form: Form) -> Outcome | None:
    t = words_of(request)
    form.need("held_on", str(t("coaching.day.missing")))
    form.need("minutes", str(t("coaching.minutes.missing")))
    held, minutes = form.day("held_on"), form.whole("minutes")
    if form.is_wrong or held is None:
        return None
    body = {"held_on": held.isoformat(), "minutes": minutes, "topics": form.all("topics")}
    return command(request, "intake", f"/v1/candidates/{candidate_id}/coaching", body, key=form.nonce)


def _workshop(request: Request, candidate_id: UUID, form: Form) -> Outcome | None:
    session = _chosen(request, form, "session_id", "workshop.missing")
    if session is None:
        return None
    path = f"/v1/workshops/{session}/enrolments"
    return command(request, "intake", path, {"candidate_id": str(candidate_id)}, key=form.nonce)


def _consent(request: Request, candidate_id: UUID, form: Form) -> Outcome | None:
    form.need("purpose", str(words_of(request)("consent.missing")))
    given = form.day("given_on")
    if form.is_wrong:
        return None
    purpose = form.text("purpose") or ""
    body = {
        "purpose": purpose,
        "recipient": RECIPIENTS.get(purpose, "employers"),
        "notice_version": NOTICE_VERSION,
        "given_on": given.isoformat() if given else None,
    }
    return command(request, "intake", f"/v1/candidates/{candidate_id}/consents", body, key=form.nonce)


def _answer(request: Request, _: UUID, form: Form) -> Outcome | None:
    said = {"yes": "yes", "no": "no"}.get(form.text("answer") or "")
    introduction = _id(form, "introduction_id")
    if said is None or introduction is None:
        raise NotFound
    body = {"answer": said, "reason": form.text(f"reason-{introduction}") if said == "no" else None}
    return command(request, "matching", f"/v1/introductions/{introduction}/answers", body, key=form.nonce)


def _meeting_day(request: Request, _: UUID, form: Form) -> Outcome | None:
    return _say_day(request, form, "meeting-day", "meets_on")


def _met(request: Request, _: UUID, form: Form) -> Outcome | None:
    return _say_day(request, form, "meeting", "held_on")


def _say_day(request: Request, form: Form, step: str, name: str) -> Outcome | None:
    """The day of a meeting, to come or past, as ``name`` in the command ``step``."""
    introduction = _id(form, "introduction_id")
    if introduction is None:
        raise NotFound
    form.need(f"meets_on-{introduction}", str(words_of(request)("meeting.day.missing")))
    day = form.day(f"meets_on-{introduction}")
    if form.is_wrong or day is None:
        return None
    path = f"/v1/introductions/{introduction}/{step}"
    return command(request, "matching", path, {name: day.isoformat()}, key=form.nonce)


def _propose(request: Request, candidate_id: UUID, form: Form) -> Outcome | None:
    vacancy = _chosen(request, form, "vacancy_id", "propose.missing")
    if vacancy is None:
        return None
    body = {"vacancy_id": str(vacancy), "reason": form.text("why")}
    return command(request, "matching", f"/v1/candidates/{candidate_id}/introductions", body, key=form.nonce)


def _choose(request: Request, candidate_id: UUID, form: Form) -> Outcome | None:
    offer = _chosen(request, form, "offer_id", "choice.missing")
    if offer is None:
        return None
    return command(
        request, "matching", f"/v1/candidates/{candidate_id}/choice", {"offer_id": str(offer)}, key=form.nonce
    )


def _found_work(request: Request, candidate_id: UUID, form: Form) -> Outcome | None:
    """She found work by herself: told as any hire is."""
    t = words_of(request)
    employer = _chosen(request, form, "employer_id", "found.employer.missing")
    for name in ("job_occupation", "wage", "hours", "starts_on"):
        form.need(name, str(t(f"found.{name}.missing")))
    wage, hours, starts = form.cents("wage"), form.number("hours"), form.day("starts_on")
    if form.is_wrong or starts is None:
        return None
    body = {
        "employer_id": str(employer),
        "in_field": {"yes": True, "no": False}.get(form.text("in_field") or ""),
        "terms": {
            "occupation": form.text("job_occupation"),
            "wage_cents": wage,
            "hours_per_week": str(hours),
            "starts_on": starts.isoformat(),
            "permanent": form.text("permanent") == "yes",
        },
    }
    return command(request, "intake", f"/v1/candidates/{candidate_id}/hires", body, key=form.nonce)


def _feedback(request: Request, _: UUID, form: Form) -> Outcome | None:
    """Both sides' opinions of a meeting, told by voice."""
    introduction = _id(form, "introduction_id")
    side = form.text("side")
    if introduction is None or side not in MARKS:
        raise NotFound
    marks = {mark: int(said) for mark in MARKS[side] if (said := form.text(f"{mark}-{introduction}")) in _ONE_TO_FIVE}
    path = f"/v1/introductions/{introduction}/feedback"
    return command(request, "matching", path, {"side": side, "marks": marks}, key=form.nonce)


_ACTIONS: dict[str, Callable[[Request, UUID, Form], Outcome | None]] = {
    "plan": _plan,
    "coaching": _coaching,
    "workshop": _workshop,
    "consent": _consent,
    "answer": _answer,
    "meeting_day": _meeting_day,
    "met": _met,
    "propose": _propose,
    "choose": _choose,
    "found_work": _found_work,
    "feedback": _feedback,
    "advisor": assign_advisor,
}


def _id(form: Form, name: str) -> UUID | None:
    try:
        return UUID(form.text(name) or "")
    except ValueError:
        return None


def _chosen(request: Request, form: Form, name: str, missing: str) -> UUID | None:
    found = _id(form, name)
    if found is None:
        form.blame(name, str(words_of(request)(missing)))
    return found


def _person(request: Request, viewer: Caller, candidate_id: UUID, form: Form) -> Response:
    file = get(request, "intake", f"/v1/candidates/{candidate_id}")
    hers = try_get(request, "intake", f"/v1/candidates/{candidate_id}/accompaniment")
    board = try_get(request, "matching", f"/v1/candidates/{candidate_id}/introductions")
    shortlist, workshops = _shortlist(request, candidate_id), try_get(request, "intake", "/v1/workshops")
    introductions = board["introductions"] if board else []
    employers = _every_employer(request)
    companies = [one["employer_id"] for one in (*introductions, *shortlist.items)]
    names = names_for(request, viewer, [candidate_id], [*companies, *employers])
    staff = staff_for(request)
    return answer(
        request,
        "accompany.html",
        form,
        fields=(*(f"meets_on-{i['introduction_id']}" for i in introductions), *FIELDS),
        file=file,
        hers=hers,
        board=board,
        introductions=sorted(introductions, key=lambda i: i["waits_for"] is None),
        offers=[i for i in introductions if i["offer"] and i["offer"]["state"] == "open" and i["waits_for"]],
        shortlist=shortlist,
        vacancies=[v for v in shortlist.items if not v["introduction_id"]],
        workshops=(workshops or {"workshops": []})["workshops"],
        standing={c["purpose"] for c in file["consents"] if not c["withdrawn_at"]},
        today=today_in(request),
        names=names,
        staff=staff,
        colleagues=staff.choices(words_of(request), ACCOMPANY, without=file["advisor_id"]),
        employers=sorted((names.employer(e) or "", e) for e in employers if names.employer(e)),
        marks=MARKS,
        plan_steps=PLAN_STEPS,
        topics=TOPICS,
        purposes=PURPOSES,
        declines=DECLINES,
        by_hand=BY_HAND,
    )


def _every_employer(request: Request) -> list[str]:
    every = get_all(request, "intake", "/v1/employers", "employers", next_key="next_before", after="before", limit=200)
    return [one["employer_id"] for one in every]


def _shortlist(request: Request, candidate_id: UUID) -> Paged[Any]:
    """Best ranked first, a few at a time; nothing when matching does not answer or has none for her."""
    path = f"/v1/candidates/{candidate_id}/shortlist"
    try:
        return page_of(request, "matching", path, "vacancies", at="shortlist", limit=_SHORT)
    except (OwnerDown, NotFound):
        return Paged(())
