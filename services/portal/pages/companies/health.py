"""Whether each service answers, and which facts wait or were set aside: what happened, what it means, what to do. Each
service owns its waiting keys; this page asks all of them with the viewer's own token, and its own database likewise."""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.addresses import language_of
from services.portal.pages.companies.company import form_at, page_at, show
from services.portal.pages.forms import Form, SentForm
from services.portal.pages.owners import OWNERS, Owner
from services.portal.pages.places import PLACES
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from services.portal.store import team
from services.portal.store.known import list_cases
from services.portal.store.pulse import get_pulse, since_last_rebuild
from shared import parked, waiting_api
from shared.errors import Forbidden, NotFound
from shared.http import Caller, Command, Commands, Read, Reads, Role, allow
from shared.messaging import waiting
from shared.waiting_words import TIMER

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Caller, allow(Role.MANAGER, Role.OPERATOR)]
Service = Literal[Owner, "portal"]
REASONS: tuple[str, ...] = get_args(waiting.Reason)
_MOST = 200
_FIELDS = ("reason", "sure")


@page_at(router, "health")
def show_health(request: Request, read: Reads, viewer: Watcher) -> Response:  # noqa: ARG001  # who may
    told = {service: _waiting(request, read, service) for service in get_args(Service)}
    aside = [{**key, "service": service} for service, said in told.items() if said for key in said["keys"]]
    with read.transaction() as tx:
        heard = {one.service: one.at for one in team.list_heard(tx)}
        pulse, rebuilt_s = get_pulse(tx), since_last_rebuild(tx)
        cases = list_cases(tx, [one["key"] for one in aside])
        now = tx.now
    ready = {owner: owners.try_get(request, owner, "/ready") is not None for owner in OWNERS}
    return show(
        request,
        "health",
        services=[(service, ready.get(service, True), heard.get(service), said) for service, said in told.items()],
        aside=sorted(aside, key=lambda one: (one["state"] != "parked", -one["waits_s"])),
        more=sum(said["waiting"] + said["parked"] - len(said["keys"]) for said in told.values() if said),
        cases=cases,
        kind_of=_kind_of,
        pulse=pulse,
        rebuilt_s=rebuilt_s,
        now=now,
        notices=owners.try_get(request, "subsidies", "/v1/notices"),
        trouble_of=_trouble_of,
    )


@page_at(router, "aside")
def show_aside(service: Service, event_id: UUID, request: Request, read: Reads, viewer: Watcher) -> Response:  # noqa: ARG001
    return _key_page(request, read, service, event_id)


@form_at(router, "aside")
def decide(
    service: Service,
    event_id: UUID,
    request: Request,
    read: Reads,
    command: Commands,
    viewer: Watcher,
    form: SentForm,
) -> Response:
    """Tries a key again, or takes its first event out for good."""
    key = _key_of(_waiting(request, read, service), event_id)
    if key is None:
        return _gone(request)
    if form.do not in ("resume", "discard"):
        raise NotFound
    if form.do == "discard":
        _check_discard(form, viewer)
    if not form.is_wrong:
        try:
            _carry_out(request, command, viewer, service, key, form)
        except NotFound:
            return _gone(request)
    if form.is_wrong:
        return _key_page(request, read, service, event_id, form)
    return done(request, PLACES["health"].path(language_of(request)), f"health.{form.do}")


def _check_discard(form: Form, viewer: Caller) -> None:
    """Blames what is missing. Raises Forbidden: a fact is lost to a service by it, so an operator decides."""
    if viewer.role is not Role.OPERATOR:
        raise Forbidden
    t = words_in(form.language)
    if form.text("reason") not in REASONS:
        form.blame("reason", str(t("health.reason.needed")))
    form.need("sure", str(t("health.sure.needed")))


def _carry_out(
    request: Request, command: Command, viewer: Caller, service: Service, key: dict[str, Any], form: Form
) -> None:
    """At the service that owns the key. Raises NotFound when nothing waits any more."""
    body = {"event_id": key["first_id"], "reason": form.text("reason")} if form.do == "discard" else None
    if service != "portal":
        path = f"/v1/parked/{quote(key['key'], safe='')}/{form.do}"
        form.take(owners.command(request, service, path, body, key=form.nonce))
    elif form.do == "resume":
        command.run(None, lambda tx: parked.resume(tx, key["key"], viewer.actor))
    else:
        said = waiting_api.DiscardEvent.model_validate(body)
        command.run(None, lambda tx: waiting.discard(tx, key["key"], said.event_id, viewer.actor, said.reason))


def _waiting(request: Request, read: Read, service: Service) -> dict[str, Any] | None:
    """What waits at a service; None when it does not answer."""
    if service != "portal":
        return owners.try_get(request, service, "/v1/waiting", limit=_MOST)
    with read.transaction() as tx:
        return waiting_api.waiting_keys(tx, limit=_MOST).model_dump(mode="json")


def _key_of(said: dict[str, Any] | None, event_id: UUID) -> dict[str, Any] | None:
    """The key whose first event this is; a key may hold anything, an address may not."""
    return next((key for key in said["keys"] if key["first_id"] == str(event_id)), None) if said else None


def _queue(request: Request, read: Read, service: Service, key: str) -> list[dict[str, Any]]:
    if service != "portal":
        said = owners.try_get(request, service, f"/v1/parked/{quote(key, safe='')}")
        return said["events"] if said else []
    with read.transaction() as tx:
        found: list[dict[str, Any]] = waiting_api.queue_of(tx, key).model_dump(mode="json")["events"]
    return found


def _key_page(request: Request, read: Read, service: Service, event_id: UUID, form: Form | None = None) -> Response:
    said = _waiting(request, read, service)
    if said is None and service != "portal":
        raise owners.OwnerDown(service)
    one = _key_of(said, event_id)
    if one is None:
        return _gone(request)
    with read.transaction() as tx:
        cases = list_cases(tx, [one["key"]])
    return show(
        request,
        "aside",
        form,
        service=service,
        one=one,
        case=cases.get(one["key"]),
        queue=_queue(request, read, service, one["key"]),
        at=datetime.fromisoformat(one["first_at"]),
        reasons=REASONS,
        kind_of=_kind_of,
        moment_of=datetime.fromisoformat,
        is_timer=_kind_of(one["first_type"]) == "timer",
        fields=_FIELDS,
    )


def _gone(request: Request) -> Response:
    """Resumed, discarded or handled meanwhile."""
    return done(request, PLACES["health"].path(language_of(request)), "health.gone")


def _trouble_of(notices: dict[str, Any]) -> str | None:
    """Why a ministry's notices do not arrive, as a code that has words; None when they do."""
    error = notices["last_error"] or ""
    if notices["gone"]:
        return "gone"
    if not (notices["failing"] or notices["exhausted"]):
        return None
    if error.startswith("http_4"):
        return "refused"
    return "broken" if error.startswith("http_") else "away"


def _kind_of(type_: str | None) -> str:
    """``candidate_hired`` of an event's type; ``timer`` of what was to be done by itself; of a message that is none of
    ours ``unreadable``."""
    if (type_ or "").startswith(TIMER):
        return "timer"
    parts = (type_ or "").split(".")
    return parts[2] if len(parts) > 2 else "unreadable"
