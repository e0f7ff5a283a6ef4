"""How the lines of the table are written. One line for an operation says what it is about; who may call it stands in
the route itself. In ``body`` and ``query``, ``$thing`` is the id of a thing of the world, which may be one's own,
another's or missing; ``=thing`` is always one's own, ``%thing`` the other side's; ``@n`` is the day in n days."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.tokens import Role

Json = Any
JSON_BODY, FORM = "application/json", "application/x-www-form-urlencoded"
EVERYONES = frozenset({Role.ADVISOR, Role.LIAISON, Role.RETENTION_ADVISOR, Role.MANAGER, Role.OPERATOR, Role.SERVICE})
"""Staff and machines: to them nothing is another's. Partners, employers, candidates and ministries have their own."""
OF_PARAMETER = {"code": "link", "candidate_id": "seeker", "session_id": "workshop"}
"""The thing that a parameter of a path names, where it is not ``<thing>_id``."""
Why = tuple[int, str]


@dataclass(frozen=True)
class Step:
    """What happened before, to the things of both sides: ("POST /v1/…/$thing/…", body), by whom; at
    another ``owner`` than the service that is asked."""

    call: str
    body: Json = None
    role: Role = Role.LIAISON
    ministry: str = "services_quebec"
    person: str = "seeker"
    owner: str | None = None


@dataclass(frozen=True)
class Line:
    """What an operation is about.

    ``at``: the thing that a parameter of the path names, where OF_PARAMETER does not say it; ``at_for`` a role.
    ``shared``: things that are nobody's own (``thing``, or ``thing:role``): another's does, missing does not.
    ``shows``: the answer is a list with one's own thing in it, and without another's.
    ``hidden_from``: roles that may ask and find nobody in this list, with the reason.
    ``sees_all``: roles outside the programme to whom this list shows everybody's, with the reason.
    ``person``: who a candidate that calls is; ``ministry``: which ministry calls.
    ``first``: what had to happen before.
    ``bodies``: another body for a role.
    ``refused``: own is refused by a rule (by role): status and reason.
    ``unknown``: the answer to another's and to missing where it is not 404 (``thing`` or ``thing:role``), and why.
    ``page``: of the portal; who has not signed in is sent to do so. A form (FORM) that lacks an answer comes back with
    422, which is as good as done here.
    ``briefly``: the other language of a page that is asked in full: only who is let in.
    ``endless``: why one's own is not asked for: the answer does not end."""

    body: Json = None
    at: Mapping[str, str] = field(default_factory=dict)
    at_for: Mapping[Role, Mapping[str, str]] = field(default_factory=dict)
    query: str = ""
    person: str = "seeker"
    ministry: str = "services_quebec"
    shows: str | None = None
    hidden_from: Mapping[Role, str] = field(default_factory=dict)
    sees_all: Mapping[Role, str] = field(default_factory=dict)
    first: tuple[Step, ...] = ()
    shared: tuple[str, ...] = ()
    bodies: Mapping[Role, Json] = field(default_factory=dict)
    refused: Mapping[Role, Why] = field(default_factory=dict)
    unknown: Mapping[str, Why] = field(default_factory=dict)
    content_type: str = JSON_BODY
    page: bool = False
    endless: str = ""
    briefly: bool = False

    @property
    def looked_at(self) -> int | None:
        """The status of a form that comes back for more: its page was shown, and that names were on it is written."""
        return 422 if self.content_type == FORM else None

    def thing(self, parameter: str, role: Role | None) -> str:
        at = self.at_for.get(role, self.at) if role else self.at
        return at.get(parameter) or OF_PARAMETER.get(parameter) or parameter.removesuffix("_id")

    def body_of(self, role: Role | None) -> Json:
        return self.bodies.get(role, self.body) if role else self.body

    def slots(self, path: str, role: Role | None) -> tuple[str, ...]:
        """Every thing that a call names, in order."""
        in_path = [self.thing(name, role) for name in re.findall(r"{(\w+)}", path)]
        rest = re.findall(r"\$(\w+)", f"{self.query} {self.body_of(role)!r}")
        return tuple(dict.fromkeys(in_path + rest))

    def is_shared(self, slot: str, role: Role) -> bool:
        return slot in self.shared or f"{slot}:{role}" in self.shared

    def is_everyones(self, role: Role) -> bool:
        return role in EVERYONES or role in self.sees_all

    def status_of_unknown(self, slot: str, role: Role | None) -> int:
        why = self.unknown.get(f"{slot}:{role}") or self.unknown.get(slot)
        return why[0] if why else 404


Table = Mapping[str, Line]
NOTHING = Line()
"""No thing in it: the same for every caller that is let in."""
_SET_ASIDE = {"key": "case_set_aside"}
EVERYWHERE: Table = {
    **dict.fromkeys(("GET /live", "GET /ready", "GET /metrics", "GET /openapi.json"), NOTHING),
    "GET /v1/waiting": Line(shows="case_set_aside"),
    "GET /v1/parked": NOTHING,
    "GET /v1/parked/{key}": Line(at=_SET_ASIDE),
    "POST /v1/parked/{key}/resume": Line(at=_SET_ASIDE),
    "POST /v1/parked/{key}/discard": Line({"event_id": "=set_aside", "reason": "told_twice"}, at=_SET_ASIDE),
}
"""What every service has."""
