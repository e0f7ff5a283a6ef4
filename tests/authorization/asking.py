"""Asks every case of an operation, each in a world that nobody has touched, and says what is not as it must be."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx

from shared.http.callers import Operation
from shared.tokens import Role, mint
from tests.authorization.cases import LET_IN, Case, cases
from tests.authorization.sandbox import Sandbox
from tests.authorization.table import FORM, Json, Line, Step
from tests.authorization.world import Side
from tests.portal.everyone import Everyone
from tests.portal.together import in_days

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OTHER_MINISTRY = {"services_quebec": "mifi", "mifi": "services_quebec"}


@cache
def _token(key: Path, role: Role, subject: str, organisation: str | None) -> str:
    return mint(key, "tests", role, subject, organisation)


@dataclass
class Matrix:
    """The world, and how many cases of each operation and role were looked at."""

    world: Everyone
    one: Side
    two: Side
    clock_file: Path
    boxes: dict[str, Sandbox]
    asked: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def faults(self, service: str, operation: Operation, line: Line) -> list[str]:
        """What is wrong in any case of the operation, with the case. What is let in is undone; what is refused is not,
        as it must not have done anything: at the end every table is as it was."""
        boxes = list(self.boxes.values()) if service == "portal" else [self.boxes[service]]
        with undone(boxes):
            for side in (self.one, self.two):
                self._before(service, side, line)
            untouched = [box.rows() for box in boxes]
            found: list[str] = []
            for _, asked in groupby(cases(operation, line), key=lambda case: case.role):
                found += self._faults_of(service, operation, line, list(asked), boxes)
            if not found and [box.rows() for box in boxes] != untouched:
                found = ["a call was refused, and yet something was written"]
        return found

    def _faults_of(
        self, service: str, operation: Operation, line: Line, asked: list[Case], boxes: list[Sandbox]
    ) -> list[str]:
        """The cases of one role."""
        found: list[str] = []
        missing: dict[str, str] = {}
        for case in asked:
            self.asked[f"{service} {operation.method} {operation.path}", str(case.role), case.kind] += 1
            with undone(boxes if case.expected in (LET_IN, line.looked_at) else []):
                answer = self._ask(service, operation, line, case)
            wrong = self._wrong(operation, line, case, answer)
            said = f"{answer.status_code} {_nameless(answer)}"
            missing |= dict.fromkeys(case.gone, said)
            if case.like and said != missing[case.like]:
                wrong.append(f"another's is told from a missing one: {said} | {missing[case.like]}")
            found += [f"{case}: {fault}" for fault in wrong]
        return found

    def _before(self, service: str, side: Side, line: Line) -> None:
        for step in line.first:
            method, _, path = step.call.partition(" ")
            answer = self.world.owners[step.owner or service].request(
                method, filled(path, side.ids, {}), json=filled(step.body, side.ids, {}),
                headers=self._headers(side, step.role, step),
            )  # fmt: skip
            assert answer.status_code < 300, (step.call, answer.text)
            made = answer.json()
            if made.get("offer"):
                side.ids["offer"] = made["offer"]["offer_id"]

    def _headers(self, side: Side, role: Role | None, line: Line | Step, *, as_other: bool = False) -> dict[str, str]:
        if role is None:
            return {}
        ministry = _OTHER_MINISTRY[line.ministry] if as_other else line.ministry
        return {"Authorization": f"Bearer {_token(self.world.keys[0], *side.caller(role, line.person, ministry))}"}

    def _ask(self, service: str, operation: Operation, line: Line, case: Case) -> httpx.Response:
        named = {name: self.two[name] for name in case.of_other} | {name: str(uuid4()) for name in case.gone}
        things = self.one.ids | named
        path = re.sub(r"{(\w+)}", lambda found: things[line.thing(found[1], case.role)], operation.path)
        body = filled(line.body_of(case.role), things, self.two.ids)
        headers = self._headers(self.one, case.role, line, as_other=case.as_other)
        if body is not None:
            headers["Content-Type"] = line.content_type
        client: Any = self.world.owners[service]
        client.cookies.clear()  # a page says once what was done before
        answer: httpx.Response = client.request(
            operation.method, path + filled(line.query, things, self.two.ids), headers=headers,
            content=None if body is None else urlencode(body) if line.content_type == FORM else json.dumps(body),
        )  # fmt: skip
        return answer

    def _wrong(self, operation: Operation, line: Line, case: Case, answer: httpx.Response) -> list[str]:
        status, said = answer.status_code, f"{answer.status_code} {_short(answer.text)}"
        if case.expected != LET_IN:
            signs_in = case.role is None and line.page
            if signs_in and status == 303 and not answer.headers["location"].startswith(("/connexion", "/sign-in")):
                return [f"sent to {answer.headers['location']} instead of to the sign-in"]
            return [] if status == case.expected else [f"{case.expected} expected, answered {said}"]
        if status >= 400 and not (status == 422 and line.content_type == FORM):
            return [f"must be let in, answered {said}"]
        if line.shows is None or case.role is None or (case.kind != "own" and not case.as_other):
            return []
        own, other = self.one[line.shows] in answer.text, self.two[line.shows] in answer.text
        if case.role is Role.MINISTRY and case.role not in line.sees_all:
            return [] if own is not case.as_other and other is not case.as_other else ["not the ministry's own list"]
        if case.role in line.hidden_from:
            return ["somebody is in a list that hides them"] if own or other else []
        wrong = [] if own else ["one's own is not in the list"]
        if other and not line.is_everyones(case.role):
            wrong.append("another's is in the list")
        if not other and line.is_everyones(case.role) and not line.slots(operation.path, case.role):
            wrong.append("who sees everything does not see this")
        return wrong


@contextmanager
def undone(boxes: list[Sandbox]) -> Iterator[None]:
    with ExitStack() as stack:
        for box in boxes:
            stack.enter_context(box.undone())
        yield


def filled(body: Json, things: Mapping[str, str], other: Mapping[str, str]) -> Json:
    """The body with its things and days in place."""
    if isinstance(body, dict):
        return {key: filled(value, things, other) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, things, other) for value in body]
    if not isinstance(body, str):
        return body
    text = re.sub(r"\$(\w+)", lambda found: things[found[1]], body)
    text = re.sub(r"^=(\w+)$", lambda found: things[found[1]], text)
    text = re.sub(r"^%(\w+)$", lambda found: other[found[1]], text)
    return re.sub(r"^@(-?\d+)$", lambda found: in_days(int(found[1])).isoformat(), text)


def _nameless(answer: httpx.Response) -> str:
    """The answer without what differs from one call to the next: ids, and tokens of forms."""
    return _ID.sub("id", answer.text)


def _short(text: str) -> str:
    """Of a page its title."""
    return text.partition("<title>")[2].partition("</title>")[0] if "<title>" in text else text[:400]
