"""The portal among all four owners, in this process: what a company, a ministry and the follow-up live through, told by
the owners' own routes. Programme time moves with ``live``."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from services.portal.pages.owners import Owner
from services.retention.consumers import TIMERS as RETENTION_TIMERS
from services.subsidies.consumers import TIMERS as SUBSIDIES_TIMERS
from shared import clock
from shared.http import Role
from shared.messaging.firing import fire_due_timers
from tests.databases import Databases
from tests.portal.running import Json, running
from tests.portal.together import ADVISOR, Together, company, in_days, job
from tests.signing import Keys

PUBLISHERS: tuple[Owner, ...] = ("intake", "matching", "subsidies", "retention")
LIAISON: tuple[Any, ...] = (Role.LIAISON,)
BY_ADVISOR: tuple[Any, ...] = (Role.ADVISOR, ADVISOR)


@dataclass
class Everyone(Together):
    """``ids``: what the story made, by name."""

    ids: dict[str, str] = field(default_factory=dict)

    def live(self, days: int) -> None:
        """Programme time goes on by so many days; timers fire."""
        clock.advance(timedelta(days=days))
        for service, timers in (("subsidies", SUBSIDIES_TIMERS), ("retention", RETENTION_TIMERS)):
            with psycopg.connect(self.databases[service].url, autocommit=True) as conn:
                while fire_due_timers(conn, service, timers):
                    pass
        self.carry()

    def tell(self, owner: str, path: str, body: Json, by: tuple[Any, ...] = LIAISON) -> Json:
        answer = self.ask(owner, "POST", path, body, by=by)
        self.carry()
        return answer


def live_the_story(world: Everyone) -> None:
    """Rola is introduced, hired by a company, a subsidy is asked for her; the two sides begin to disagree."""
    ids = world.ids
    ids["employer"] = world.tell(
        "intake", "/v1/employers", company("Laiterie du Grand-Moulin") | {"quebec_establishment": True}
    )["employer_id"]
    path = f"/v1/employers/{ids['employer']}/vacancies"
    ids["vacancy"] = world.tell("intake", path, job(3000))["vacancy_id"]
    ids["other_employer"], _ = world.vacancy("Emballages Vimontaux", 2900)
    person = world.admitted(available_from=clock.today().isoformat())
    ids["candidate"], ids["file"] = person["candidate_id"], person["file_number"]
    _agree(world, "send_to_ministry", "services_quebec")
    _agree(world, "send_to_ministry", "mifi")
    world.carry()
    hers = world.introductions(ids["candidate"])
    ours = next(one for one in hers if one["employer_id"] == ids["employer"])
    ids["introduction"] = ours["introduction_id"]
    world.tell(
        "matching", f"/v1/introductions/{ids['introduction']}/answers", {"answer": "yes"}, (Role.ADVISOR, ADVISOR)
    )


def hire(world: Everyone) -> None:
    """Both say yes, they meet, the company offers, she chooses it."""
    ids = world.ids
    introduction = next(
        one for one in world.introductions(ids["candidate"]) if one["introduction_id"] == ids["introduction"]
    )
    if introduction["state"] == "candidate_agreed":
        world.tell("matching", f"/v1/introductions/{ids['introduction']}/answers", {"answer": "yes"})
    path = f"/v1/introductions/{ids['introduction']}"
    if introduction["met_on"] is None:
        world.tell("matching", f"{path}/meeting", {"held_on": clock.today().isoformat()})
    terms = {"wage_cents": 2800, "hours_per_week": "37.5", "starts_on": in_days(7).isoformat(), "permanent": True}
    offer = world.tell("matching", f"{path}/offer", {"terms": terms})["offer"]
    choice = world.tell(
        "matching",
        f"/v1/candidates/{ids['candidate']}/choice",
        {"offer_id": offer["offer_id"]},
        (Role.ADVISOR, ADVISOR),
    )
    ids["hire"] = choice["hire_id"]


def subsidy_of(world: Everyone) -> Json:
    """The request for PRIIME."""
    found = world.ask("subsidies", "GET", f"/v1/requests?hire_id={world.ids['hire']}", by=LIAISON)["requests"]
    return next(one for one in found if one["measure"] == "priime")


def complete_papers(world: Everyone) -> Json:
    """Every paper is registered, so that the request is ready."""
    request = subsidy_of(world)
    path = f"/v1/requests/{request['request_id']}"
    for paper in world.ask("subsidies", "GET", path, by=LIAISON)["documents"]:
        if paper["status"] != "present":
            world.tell(
                "subsidies", f"{path}/documents", {"kind": paper["kind"], "issued_on": clock.today().isoformat()}
            )
    return subsidy_of(world)


def _agree(world: Everyone, purpose: str, recipient: str) -> None:
    body = {"purpose": purpose, "recipient": recipient, "notice_version": "2026-01"}
    path = f"/v1/candidates/{world.ids['candidate']}/consents"
    world.ask("intake", "POST", path, body, by=(Role.CANDIDATE, world.ids["candidate"]))


def tasks(world: Everyone, state: str, side: str | None = None) -> list[Json]:
    more = f"&side={side}" if side else ""
    found: list[Json] = world.ask(
        "retention", "GET", f"/v1/tasks?state={state}{more}", by=(Role.RETENTION_ADVISOR, ADVISOR)
    )["items"]
    return found


def clock_as_before(clock_file: str | None) -> None:
    os.environ.pop("CLOCK_FILE", None)
    if clock_file:
        os.environ["CLOCK_FILE"] = clock_file


@contextmanager
def everyone(databases: Databases, keys: Keys, clock_file: Path) -> Iterator[Everyone]:
    clock_file.write_text(json.dumps({"offset_seconds": 0}))
    before = os.environ.get("CLOCK_FILE")
    os.environ["CLOCK_FILE"] = str(clock_file)
    try:
        with running(databases, keys, PUBLISHERS) as all_of_it:
            yield Everyone(**vars(all_of_it))
    finally:
        clock_as_before(before)
