"""The person's own pages: her path and her companies, her choice, who saw her file."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.portal.pages.accompany.accompany import DECLINES
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
from services.portal.pages.answers import by_day
from services.portal.pages.forms import Form, SentForm, empty_form
from services.portal.pages.owners import command, get, try_get
from services.portal.pages.render import page
from services.portal.pages.routes import send, show
from services.portal.pages.session import COOKIE
from services.portal.pages.told import done
from shared.errors import NotFound
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
Herself = Annotated[Caller, allow(Role.CANDIDATE)]
MARKS = ("work", "team", "conditions", "place", "wish")
REMARKS = (
    "good_contact",
    "unclear_job",
    "schedule",
    "distance",
    "wage_gap",
    "overqualified",
    "training_needed",
    "other",
)
"""What she judges after a meeting, 1 to 5, and what she may remark; the company never reads it."""
STEPS = ("welcome", "preparation", "meetings", "choice", "work")


@show(router, "my_path")
def show_my_path(request: Request, viewer: Herself) -> Response:
    return _path(request, viewer, empty_form(request))


@send(router, "my_path")
def answer_on_my_path(request: Request, viewer: Herself, form: SentForm) -> Response:
    """Yes or no to a company; yes to the action plan; what she thought of a meeting."""
    about = _id(form.text("about"))
    if form.do == "agree":
        path = f"/v1/candidates/{viewer.subject}/action-plans/{about}/agreement"
        outcome = command(request, "intake", path, key=form.nonce)
    elif form.do in ("yes", "no"):
        body = {"answer": form.do, "reason": form.text(f"reason-{about}") if form.do == "no" else None}
        outcome = command(request, "matching", f"/v1/introductions/{about}/answers", body, key=form.nonce)
    elif form.do == "opinion":
        return _give_opinion(request, viewer, about, form)
    else:
        raise NotFound
    if outcome.ok:
        return done(request, to(request, "my_path"), f"my_path.{form.do}")
    form.take(outcome, {"/reason": f"reason-{about}"})
    return _path(request, viewer, form)


def _give_opinion(request: Request, viewer: Caller, about: UUID, form: Form) -> Response:
    marks = {mark: given for mark in MARKS if (given := form.whole(f"{mark}-{about}")) is not None}
    body = {"side": "candidate", "marks": marks, "reasons": form.all(f"remarks-{about}")}
    if not form.is_wrong and not body["marks"] and not body["reasons"]:
        form.blame(f"opinion-{about}", str(words_of(request)("my_opinion.needed")))
    if not form.is_wrong:
        path, place = f"/v1/introductions/{about}/feedback", f"opinion-{about}"
        form.take(
            command(request, "matching", path, body, key=form.nonce),
            {"": place, "/marks": place, "/reasons": place} | {f"/marks/{mark}": f"{mark}-{about}" for mark in MARKS},
        )
    if form.is_wrong:
        return _path(request, viewer, form)
    return done(request, to(request, "my_path"), "my_path.opinion")


def _path(request: Request, viewer: Caller, form: Form) -> Response:
    file = get(request, "intake", f"/v1/candidates/{viewer.subject}")
    hers = try_get(request, "intake", f"/v1/candidates/{viewer.subject}/accompaniment")
    board = try_get(request, "matching", f"/v1/candidates/{viewer.subject}/introductions")
    introductions = board["introductions"] if board else []
    return answer(
        request,
        "my_path.html",
        form,
        fields=tuple(_fields(introductions)),
        file=file,
        hers=hers,
        silent=board is None,
        target=board["target"] if board else 3,
        introductions=sorted(introductions, key=lambda i: (i["waits_for"] != "candidate", i["waits_for"] is None)),
        steps=STEPS,
        step=_step(file, hers, introductions),
        offers=_open_offers(introductions),
        names=names_for(request, viewer, [viewer.subject], [i["employer_id"] for i in introductions]),
        declines=DECLINES,
        marks=MARKS,
        remarks=REMARKS,
    )


def _fields(introductions: list[Any]) -> Iterator[str]:
    for introduction in introductions:
        about = introduction["introduction_id"]
        yield from (f"{name}-{about}" for name in ("opinion", *MARKS, "remarks", "reason"))


def _step(file: Any, hers: Any, introductions: list[Any]) -> int:
    """Where she is among STEPS."""
    if any(i["state"] == "hired" for i in introductions):
        return 4
    if _open_offers(introductions):
        return 3
    if introductions:
        return 2
    agreed = bool(hers) and any(plan["agreed_on"] for plan in hers["plans"])
    return 1 if file["admitted_on"] or agreed else 0


def _open_offers(introductions: list[Any]) -> list[Any]:
    return [i for i in introductions if i["offer"] and i["offer"]["state"] == "open" and i["state"] == "offered"]


@show(router, "my_choice")
def show_my_choice(request: Request, viewer: Herself, offer: UUID | None = None) -> Response:
    """Offers side by side; ``offer``: one that she reads again before she confirms."""
    return _choice(request, viewer, empty_form(request), offer)


@send(router, "my_choice")
def choose(request: Request, viewer: Herself, form: SentForm) -> Response:
    """First read again, then confirm: nothing goes out before."""
    if form.text("offer_id") == "none":
        return done(request, to(request, "my_choice"), "my_choice.none")
    offer = _id_or_none(form.text("offer_id"))
    if offer is None:
        form.blame("offer_id", str(words_of(request)("choice.missing")))
        return _choice(request, viewer, form, None)
    if form.do != "confirm":
        return RedirectResponse(f"{to(request, 'my_choice')}?offer={offer}", 303)
    body = {"offer_id": str(offer)}
    outcome = command(request, "matching", f"/v1/candidates/{viewer.subject}/choice", body, key=form.nonce)
    if outcome.ok:
        return done(request, to(request, "my_path"), "my_choice.made")
    form.take(outcome)
    return _choice(request, viewer, form, offer)


def _choice(request: Request, viewer: Caller, form: Form, offer: UUID | None) -> Response:
    board = get(request, "matching", f"/v1/candidates/{viewer.subject}/introductions")
    past = try_get(request, "matching", f"/v1/candidates/{viewer.subject}/choices") or {"choices": []}
    offers = _open_offers(board["introductions"])
    chosen = next((i for i in offers if i["offer"]["offer_id"] == str(offer)), None)
    if offer is not None and chosen is None and not form.is_wrong:
        raise NotFound
    by_offer = {i["offer"]["offer_id"]: i["employer_id"] for i in board["introductions"] if i["offer"]}
    return answer(
        request,
        "my_choice.html",
        form,
        fields=("offer_id",),
        offers=offers,
        chosen=chosen,
        past=past["choices"],
        by_offer=by_offer,
        names=names_for(request, viewer, [viewer.subject], [i["employer_id"] for i in board["introductions"]]),
    )


@show(router, "my_file")
def show_my_file(request: Request, viewer: Herself) -> Response:
    return _file(request, viewer, empty_form(request))


@send(router, "my_file")
def change_my_file(request: Request, viewer: Herself, form: SentForm) -> Response:
    """Stop or begin a sharing; have everything erased."""
    base = f"/v1/candidates/{viewer.subject}"
    if form.do == "stop":
        path = f"{base}/consents/{_id(form.text('consent_id'))}"
        outcome = command(request, "intake", path, key=form.nonce, method="DELETE")
    elif form.do == "agree" and form.text("purpose") in PURPOSES:
        purpose = form.text("purpose") or ""
        body = {"purpose": purpose, "recipient": RECIPIENTS[purpose], "notice_version": NOTICE_VERSION}
        outcome = command(request, "intake", f"{base}/consents", body, key=form.nonce)
    elif form.do == "erase":
        return _erase(request, viewer, form)
    else:
        raise NotFound
    if outcome.ok:
        return done(request, to(request, "my_file"), f"my_file.{form.do}")
    form.take(outcome)
    return _file(request, viewer, form)


def _erase(request: Request, viewer: Caller, form: Form) -> Response:
    if not form.ticked("sure"):
        form.blame("sure", str(words_of(request)("erase.sure.missing")))
        return _file(request, viewer, form)
    outcome = command(request, "intake", f"/v1/candidates/{viewer.subject}/erasure", key=form.nonce)
    if not outcome.ok:
        form.take(outcome)
        return _file(request, viewer, form)
    request.state.caller = None  # whose file it was is nobody's any more
    gone = page(request, "erased.html", receipt=outcome.body)
    gone.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return gone


def _file(request: Request, viewer: Caller, form: Form) -> Response:
    file = get(request, "intake", f"/v1/candidates/{viewer.subject}")
    audit = try_get(request, "intake", f"/v1/candidates/{viewer.subject}/audit")
    companies = [c["recipient"] for c in file["consents"] if _id_or_none(c["recipient"])]
    lookups = [one for one in (audit or {"lookups": []})["lookups"] if not one["actor"].startswith("candidate:")]
    companies += [one["organisation"] for one in lookups if one["actor"].startswith("employer:")]
    return answer(
        request,
        "my_file.html",
        form,
        fields=("sure",),
        file=file,
        facts=file["facts"],
        lookups=by_day(lookups)[:30],
        audit_missing=audit is None,
        consents=[c for c in file["consents"] if not c["withdrawn_at"]],
        absent=[p for p in PURPOSES if p not in {c["purpose"] for c in file["consents"] if not c["withdrawn_at"]}],
        today=today_in(request),
        names=names_for(request, viewer, [viewer.subject], companies),
    )


def _id(text: str | None) -> UUID:
    found = _id_or_none(text)
    if found is None:
        raise NotFound
    return found


def _id_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
