"""Schemathesis asks the running system: every operation once as it should be asked, then at the edges of its schema and
at random, right and wrong. Every answer is held against the document that the service itself gives out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any
from uuid import uuid4

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, BaseSchema, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.tokens import Role
from tests.authorization.asking import filled
from tests.authorization.lines import TABLE
from tests.authorization.table import Json, Line, Step
from tests.authorization.world import Side
from tests.fuzzing.system import OnTheSystem

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
"""Left out: positive_data_acceptance, as a body that fits may name what does not exist, or what a rule of the domain
refuses; ignored_auth, as tests/authorization asks every operation with every role and with none; use_after_free and
ensure_resource_availability, as they follow links of one answer to another call, which our documents do not have;
unsupported_method and missing_required_header: routing and headers are the framework's, and no header is required."""
FIRST_ASKED = (Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.OPERATOR, Role.PARTNER, Role.EMPLOYER, Role.MINISTRY)
LAST = (
    "/contacts", "/answers", "/decision", "/end", "/french-courses", "/offers/{offer_id}/withdrawal", "/choice",
    "/introductions/{introduction_id}/withdrawal", "/candidates/{candidate_id}/introductions", "/resume", "/discard",
    "/closure", "/cancellation", "/employment-ends", "/withdrawal", "/erasure",
)  # fmt: skip
"""What ends something is asked last, in this order, so that the others find it going on."""
_LOOKED_AT = 400
"""Edges of one operation: POST /v1/events has thousands."""

Case = schemathesis.Case[APIOperation[Any, Any, Any, Any]]


@dataclass
class Asked:
    """One operation, by how it was asked and what came of it. ``faults``: one of each kind."""

    service: str
    operation: APIOperation[Any, Any, Any, Any]
    line: Line
    roles: tuple[Role | None, ...]
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    no: str = ""

    @property
    def name(self) -> str:
        return f"{self.operation.method.upper()} {self.operation.path}"

    @property
    def reached(self) -> bool:
        return any(200 <= status < 300 for status in self.statuses)

    @property
    def turn(self) -> int:
        """Questions first, ends last."""
        if self.operation.method.upper() == "GET":
            return 0
        return 1 + next((n for n, ending in enumerate(LAST, 1) if self.operation.path.endswith(ending)), 0)


class Fuzzing:
    """``examples``: how many calls at random, and at most at the edges, of right and of wrong each, per operation."""

    def __init__(self, world: OnTheSystem, sides: tuple[Side, Side], examples: int) -> None:
        self.world = world
        self.sides = sides
        self.examples = examples
        self.http = requests.Session()
        self.http.trust_env = False
        self.calls = 0
        self.asked = sorted(chain.from_iterable(map(self._operations, TABLE)), key=lambda one: one.turn)

    def _operations(self, service: str) -> Iterator[Asked]:
        document = self.world.ask(service, "GET", "/openapi.json", by=(Role.MANAGER,))
        document["paths"] = {path: said for path, said in document["paths"].items() if path.startswith("/v1")}
        schema: BaseSchema = schemathesis.openapi.from_dict(document)
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), found
            operation = found.ok()
            roles = document["paths"][operation.path][operation.method].get("x-roles")
            name = f"{operation.method.upper()} {operation.path}"
            allowed = sorted(map(Role, roles), key=_rank) if roles else [None]
            yield Asked(service, operation, TABLE[service][name], tuple(allowed))

    # every operation as it should be asked

    def reach(self) -> None:
        """With the lines of tests/authorization: one's own things in the state it takes, by a role that may."""
        for asked in self.asked:
            for side in self.sides:
                if not asked.reached:
                    self._prepare(asked, side)
                for role in asked.roles if not asked.reached else ():
                    self._try(asked, self._own(asked, side, role), side, role)
                    if asked.reached:
                        break

    def _prepare(self, asked: Asked, side: Side) -> None:
        """What had to happen before; it may have happened already. It is asked like everything else."""
        for step in asked.line.first:
            method, _, path = step.call.partition(" ")
            operation, names = self._operation_of(step.owner or asked.service, method, path)
            body, things = filled(step.body, _known(side), {}), _known(side)
            case = operation.operation.Case(
                path_parameters={name: things[thing] for name, thing in names.items()},
                body=body, media_type="application/json",
            )  # fmt: skip
            made = self._try(operation, case, side, step.role, step)
            if made.get("offer"):
                side.ids["offer"] = made["offer"]["offer_id"]
        if asked.line.first:
            self.world.carry()

    def _operation_of(self, service: str, method: str, path: str) -> tuple[Asked, dict[str, str]]:
        """What is called by ``/v1/offers/$offer``, with the thing of each of its parameters."""
        for one in self.asked:
            names = re.findall(r"{(\w+)}", one.operation.path)
            found = re.fullmatch(re.sub(r"{\w+}", r"\\$(\\w+)", one.operation.path), path)
            if one.service == service and one.operation.method.upper() == method and found:
                return one, dict(zip(names, found.groups(), strict=True))
        raise LookupError(f"{service} {method} {path}")

    def _own(self, asked: Asked, side: Side, role: Role | None) -> Case:
        line, things, other = asked.line, _known(side), self.sides[1 if side is self.sides[0] else 0].ids
        body, query = filled(line.body_of(role), things, other), filled(line.query, things, other)
        more: dict[str, Any] = {} if body is None else {"body": body, "media_type": line.content_type}
        pairs = re.findall(r"[?&](\w+)=(\w+)", query)
        return asked.operation.Case(path_parameters=self._things(asked, side, role), query=dict(pairs), **more)

    def _things(self, asked: Asked, side: Side, role: Role | None) -> dict[str, str]:
        names = re.findall(r"{(\w+)}", asked.operation.path)
        things = _known(side)
        return {name: things[asked.line.thing(name, role)] for name in names}

    # right and wrong, at the edges and at random

    def spoil(self) -> None:
        """The second side's things are used up by it."""
        side = self.sides[1]
        for asked in self.asked:
            role = asked.roles[0]
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                for number, case in enumerate(self._edges(asked, mode)):
                    if number:  # the first asks for what does not exist
                        self._at_ones_own(asked, case, side, role)
                    self._try(asked, case, side, role)
                self._at_random(asked, mode, side, role)

    def _edges(self, asked: Asked, mode: GenerationMode) -> Iterable[Case]:
        """Evenly out of all there are, the same ones every time."""
        schema = asked.operation.schema
        every = schema.iter_coverage_cases(
            asked.operation, generation_modes=[mode], generation_config=GenerationConfig()
        )
        ours = [case for case in islice(every, _LOOKED_AT) if case.method.upper() == asked.operation.method.upper()]
        return ours[:: max(1, len(ours) // self.examples)] if ours else []

    def _at_ones_own(self, asked: Asked, case: Case, side: Side, role: Role | None) -> None:
        """The ids of a path are made up; unless they are what is wrong, real ones take their place."""
        path = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
        if path is not None and path.mode.is_positive:
            case.path_parameters = self._things(asked, side, role)

    def _at_random(self, asked: Asked, mode: GenerationMode, side: Side, role: Role | None) -> None:
        things = self._things(asked, side, role)
        strategy = asked.operation.as_strategy(generation_mode=mode, path_parameters=things or None)

        @settings(
            max_examples=self.examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=strategy)
        def ask(case: Case) -> None:
            self._try(asked, case, side, role)

        try:
            ask()
        except Unsatisfiable:  # it takes nothing that could be wrong
            assert mode is GenerationMode.NEGATIVE, asked.name

    # one call

    def _token(self, side: Side, role: Role | None, line: Line | Step) -> dict[str, str]:
        if role is None:
            return {}
        token = self.world.token(*side.caller(role, line.person, line.ministry))
        return {"Authorization": f"Bearer {token}"}

    def _try(self, asked: Asked, case: Case, side: Side, role: Role | None, by: Line | Step | None = None) -> Json:
        """What was answered, when it was a yes. ``by``: who calls, where the line does not say it."""
        url, headers = self.world.running.system.urls[asked.service], self._token(side, role, by or asked.line)
        answer = case.call(base_url=url, session=self.http, headers=headers, timeout=30)
        self.calls += 1
        asked.statuses[answer.status_code] += 1
        asked.no = answer.text[:300] if answer.status_code >= 400 else ""
        try:
            case.validate_response(answer, checks=CHECKS)
        except* Failure as group:
            for fault in group.exceptions:
                asked.faults.setdefault(_kind(fault), f"{role}: {fault}\n{case.as_curl_command(headers={})}"[:3000])
        is_told = answer.status_code < 300 and answer.content.startswith(b"{")
        return answer.json() if is_told else {}


def _known(side: Side) -> defaultdict[str, str]:
    """The side's things; one that was never made is a missing one."""
    return defaultdict(lambda: str(uuid4()), side.ids)


def _rank(role: Role) -> int:
    return FIRST_ASKED.index(role) if role in FIRST_ASKED else len(FIRST_ASKED)


def _kind(fault: BaseException) -> str:
    return type(fault).__name__
