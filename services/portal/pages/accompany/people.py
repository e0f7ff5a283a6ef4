"""An advisor: my people, and the board of introductions."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.domain.numbers import COMPANIES_WANTED
from services.portal.pages.accompany.questions import names_for
from services.portal.pages.owners import try_get
from services.portal.pages.paging import cut
from services.portal.pages.render import page
from services.portal.pages.routes import show
from services.portal.pages.staff import staff_for
from services.portal.store import story
from services.portal.store.story import Accompanied, Place
from shared.clock import local_date
from shared.http import Caller, Reads, Role, allow

router = APIRouter(include_in_schema=False)
Advisor = Annotated[Caller, allow(Role.ADVISOR)]
STAGES = ("admitted", "preparing", "introduced", "choosing", "hired", "employed", "withdrawn")
LIVE = ("proposed", "candidate_agreed", "accepted", "meeting_set", "met", "offered")
_MINE, _EVERYBODY = "mine", "all"
_CHOOSERS = 3
"""For how many the offers stand side by side above the board."""
Row = tuple[Accompanied, list[Place]]


@dataclass(frozen=True)
class MyPerson:
    """``stage`` since ``since``; ``next``: the code of what is to be done."""

    of: Accompanied
    stage: str
    since: date
    next: str | None


def stage_of(person: Accompanied, today: date) -> MyPerson:
    """How far she is, as the list tells it."""
    working = person.starts_on is not None and person.ended_on is None
    if person.withdrawn:
        return MyPerson(person, "withdrawn", person.admitted_on, None)
    if working and person.starts_on is not None:
        ahead = person.starts_on > today
        return MyPerson(person, "hired" if ahead else "employed", person.hired_on or person.starts_on, None)
    if person.offers:
        return MyPerson(person, "choosing", person.last_introduced_on or person.admitted_on, "choose")
    if person.live:
        short = "introduce" if person.introduced < COMPANIES_WANTED else "meet"
        return MyPerson(person, "introduced", person.last_introduced_on or person.admitted_on, short)
    since = max(filter(None, (person.plan_agreed_on, person.ended_on, person.admitted_on)))
    if person.plan_agreed_on:
        return MyPerson(person, "preparing", since, "introduce")
    return MyPerson(person, "admitted", since, "plan")


@show(router, "my_people")
def show_my_people(
    request: Request,
    read: Reads,
    viewer: Advisor,
    of: Literal["mine", "all"] = "mine",
    stage: Literal["admitted", "preparing", "introduced", "choosing", "hired", "employed", "withdrawn"] | None = None,
) -> Response:
    """Those the viewer accompanies, or everybody; longest in their stage first."""
    with read.transaction() as tx:
        people = story.list_accompanied(tx, _advisor(viewer, of))
        today = local_date(tx.now)
    everyone = sorted((stage_of(p, today) for p in people), key=_in_my_people)
    shown = cut(request, [p for p in everyone if stage in (None, p.stage)], _in_my_people)
    return page(
        request,
        "my_people.html",
        people=shown,
        counts=Counter(p.stage for p in everyone),
        stages=STAGES,
        stage=stage,
        of=of,
        today=today,
        staff=staff_for(request) if of == _EVERYBODY else None,
        wanted=COMPANIES_WANTED,
        names=names_for(request, viewer, [p.of.candidate_id for p in shown.items]),
    )


def _in_my_people(person: MyPerson) -> tuple[str, ...]:
    return str(STAGES.index(person.stage)), person.since.isoformat(), str(person.of.candidate_id)


def _on_the_board(row: Row) -> tuple[str, ...]:
    """Who has waited longest with too few companies first."""
    person = row[0]
    enough = person.introduced >= COMPANIES_WANTED
    return "1" if enough else "0", person.admitted_on.isoformat(), str(person.candidate_id)


@show(router, "introductions")
def show_board(
    request: Request, read: Reads, viewer: Advisor, of: Literal["mine", "all"] = "mine", step: str | None = None
) -> Response:
    """One row a person who looks for work, three places a row; who has waited longest with too few companies first."""
    with read.transaction() as tx:
        today = local_date(tx.now)
        looking = [p for p in story.list_accompanied(tx, _advisor(viewer, of)) if _looks(p, today)]
        places = story.list_places(tx, [p.candidate_id for p in looking])
    of_person: dict[UUID, list[Place]] = {}
    for place in places:
        of_person.setdefault(place.candidate_id, []).append(place)
    rows = [(person, _three(of_person.get(person.candidate_id, []))) for person in looking]
    rows = [row for row in rows if step is None or any(p.state == step and not p.ended_as for p in row[1])]
    shown = cut(request, sorted(rows, key=_on_the_board), _on_the_board)
    choosers = [person.candidate_id for person in looking if person.offers][:_CHOOSERS]
    live = _told_by_owner(request, [*(person.candidate_id for person, _ in shown.items), *choosers])
    return page(
        request,
        "introductions.html",
        rows=shown,
        live=live,
        choosing=_choosing(live, [p.candidate_id for p in looking]),
        owner_silent=live is None,
        steps_now=LIVE,
        counts=Counter(p.state for p in places if not p.ended_as and p.state != "hired"),
        step=step,
        of=of,
        today=today,
        wanted=COMPANIES_WANTED,
        local_date=local_date,
        names=names_for(
            request,
            viewer,
            [*(p.candidate_id for p, _ in shown.items), *choosers],
            [*(p.employer_id for _, hers in shown.items for p in hers), *_companies(live)],
        ),
    )


def _choosing(live: dict[str, Any] | None, people: list[UUID]) -> dict[str, list[Any]]:
    """Candidate → her live introductions, for those with an offer open: what she sees side by side."""
    hers: dict[str, list[Any]] = {}
    for introduction in (live or {}).values():
        hers.setdefault(introduction["candidate_id"], []).append(introduction)
    known = {str(one) for one in people}
    return {
        who: sorted(mine, key=lambda i: i["offer"] is None)
        for who, mine in hers.items()
        if who in known and any(i["state"] == "offered" for i in mine)
    }


def _advisor(viewer: Caller, of: str) -> UUID | None:
    """Whose people: a viewer whose token names no advisor sees everybody."""
    if of == _EVERYBODY:
        return None
    try:
        return UUID(viewer.subject)
    except ValueError:
        return None


def _looks(person: Accompanied, today: date) -> bool:
    return stage_of(person, today).stage not in ("hired", "employed", "withdrawn")


def _three(places: list[Place]) -> list[Place]:
    """Those under way, then the latest that ended; at least as many as fit in a row."""
    live = [p for p in places if not p.ended_as]
    ended = [p for p in reversed(places) if p.ended_as]
    return live + ended[: max(0, COMPANIES_WANTED - len(live))]


def _told_by_owner(request: Request, people: list[UUID]) -> dict[str, Any] | None:
    """Who must act, by introduction of these people, as matching says at this moment; None when it does not answer."""
    if not people:
        return {}
    found = try_get(request, "matching", "/v1/introductions", live="true", candidate_id=people, limit=200)
    return None if found is None else {i["introduction_id"]: i for i in found["introductions"]}


def _companies(live: dict[str, Any] | None) -> list[str]:
    return [introduction["employer_id"] for introduction in (live or {}).values()]
