"""One person's file: her timeline across the five services, as of today or of a day before."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.portal.domain.person import Fact, PersonFile, file_as_of
from services.portal.pages.addresses import language_of
from services.portal.pages.answers import by_day
from services.portal.pages.charts import lanes
from services.portal.pages.names import NameDirectory
from services.portal.pages.owners import try_get
from services.portal.pages.problems import problem_page
from services.portal.pages.programme import Viewer
from services.portal.pages.render import page
from services.portal.pages.words import words_in
from services.portal.pages.words.sentences import Teller
from services.portal.store.pulse import get_pulse
from services.portal.store.timeline import Person, find_person, list_facts
from shared.clock import local_date, start_of_day
from shared.errors import NotFound
from shared.http import Caller, Reads, Role

router = APIRouter(include_in_schema=False)


@router.get("/fr/personnes/{candidate_id}")
@router.get("/en/people/{candidate_id}")
def show_person(
    candidate_id: UUID,
    request: Request,
    read: Reads,
    viewer: Viewer,
    date: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    with read.transaction() as tx:
        person = find_person(tx, candidate_id)
        facts = list_facts(tx, candidate_id)
        pulse = get_pulse(tx)
        now = tx.now
    if person is None:
        raise NotFound
    if person.erased_at:
        return problem_page(request, 410)
    moment = _moment(date, now)
    file = file_as_of(facts, moment or now)
    directory: NameDirectory = request.app.state.names
    employers = {fact.facts.get("employer_id") for fact in facts} | {file.hire.employer_id if file.hire else None}
    names = directory.look_up(viewer, request.state.correlation_id, [candidate_id], employers)
    return page(
        request,
        "person.html",
        **_view(person, facts, file, now),
        names=names,
        teller=Teller(words_in(language_of(request)), names, facts),
        pulse=pulse,
        now=now,
        lookups=_seen(request, viewer, candidate_id),
        as_of_then=moment is not None and local_date(moment) != local_date(now),
        date_wrong=bool(date) and moment is None,
    )


def _view(person: Person, facts: list[Fact], file: PersonFile, now: datetime) -> dict[str, Any]:
    today = local_date(now)
    whole = file if file.day == today else file_as_of(facts, now)
    ahead = [fact.on for fact in (*whole.ahead, *file.ahead)]
    first, last = min([fact.on for fact in facts] + [today]), max([*ahead, today])
    return {
        "person": person,
        "file": file,
        "picture": lanes(file, first, last),
        "months": _by_month(file.happened),
        "today": today,
        "first_day": first,
        "span_days": (today - first).days,
        "shown_days": (file.day - first).days,
        "state_days": (file.day - file.stage.since).days if file.stage else 0,
        "due": next((f for f in file.ahead if f.kind == "contact_planned" and f.on <= file.day), None),
    }


def _seen(request: Request, viewer: Caller, candidate_id: UUID) -> list[Any] | None:
    """Who saw her name, as intake tells her advisor at this moment; None for others, and when it does not answer."""
    if viewer.role != Role.ADVISOR:
        return None
    audit = try_get(request, "intake", f"/v1/candidates/{candidate_id}/audit")
    return None if audit is None else by_day(audit["lookups"])[:20]


def _by_month(happened: tuple[Fact, ...]) -> list[tuple[date, list[Fact]]]:
    """Latest first."""
    latest_first = list(reversed(happened))
    return [(month, list(facts)) for month, facts in groupby(latest_first, key=lambda fact: fact.on.replace(day=1))]


def _moment(asked: str | None, now: datetime) -> datetime | None:
    """The end of the day asked for; None for today, for a day ahead, and for what is no date."""
    if not asked:
        return None
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    if day > local_date(now) or day.year < 2000:
        return None
    return min(now, start_of_day(day + timedelta(days=1)) - timedelta(microseconds=1))
