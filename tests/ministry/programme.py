"""A scripted subsidies API over real HTTP: answers are built and decisions read by the real one's models."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter

from services.subsidies.api import showing
from services.subsidies.api.decisions import DecideRequest
from services.subsidies.api.names import Names
from services.subsidies.domain.assessment import EmployerFacts, Hire, PersonFacts, Tested, assess
from services.subsidies.domain.computation import Line
from services.subsidies.domain.documents import Checked
from services.subsidies.domain.request import Request
from services.subsidies.rulebook import rulebook

NAMES = Names("Ines Exemple", "Atelier Exemple")
START = date(2026, 4, 20)
NOW = datetime(2026, 4, 3, 13, tzinfo=UTC)
PAPERS = showing.Papers(
    [
        Checked(kind, kind, kind, "present", uuid4(), None, None)
        for kind in ("eligibility_letter", "job_offer", "req_number")
    ]
)


def a_request(**changes: Any) -> Request:
    """A submitted request as the real domain computes it."""
    hire = Hire(uuid4(), uuid4(), uuid4(), "11101", 2233, Decimal("37.5"), START, True, True, date(2026, 4, 1))
    person, employer = PersonFacts("11101", 2, date(2024, 9, 1), "permanent_resident"), EmployerFacts("private", True)
    rules = rulebook().get("priime/2019-07")
    assessed = assess(rules, rulebook().wages, hire, person, employer, date(2026, 4, 1))
    assert assessed.computation is not None
    lines = TypeAdapter(tuple[Line, ...]).dump_python(assessed.computation.lines, mode="json")
    sent_at = datetime(2026, 4, 2, 13, tzinfo=UTC)
    request = Request(
        request_id=uuid4(),
        hire_id=hire.hire_id,
        candidate_id=hire.candidate_id,
        employer_id=hire.employer_id,
        file_number="2026-0318",
        ministry="services_quebec",
        measure="priime",
        rule_version=rules.rule_version,
        state="submitted",
        amount_cents=assessed.computation.amount_cents,
        weeks=assessed.computation.weeks,
        starts_on=START,
        apply_until=START + timedelta(days=30),
        facts={
            "person": TypeAdapter(PersonFacts).dump_python(person, mode="json"),
            "employer": TypeAdapter(EmployerFacts).dump_python(employer, mode="json"),
            "job": TypeAdapter(Hire).dump_python(hire, mode="json"),
        },
        criteria=TypeAdapter(tuple[Tested, ...]).dump_python(assessed.criteria, mode="json"),
        lines=[{**line, "basis": each.basis} for line, each in zip(lines, assessed.computation.lines, strict=True)],
        created_at=sent_at,
        confirmed_by="employer:e1",
        submitted_at=sent_at,
        decided_on=None,
        approved_amount_cents=None,
        approved_weeks=None,
        approved_from=None,
        refusal_reason=None,
        decision_note=None,
        ended_on=None,
        end_reason=None,
    )
    return replace(request, **changes)


def shown(request: Request, names: Names = NAMES) -> dict[str, Any]:
    """What the real API would answer."""
    answer: dict[str, Any] = json.loads(
        showing.whole(request, NOW, PAPERS, about_person=True, names=names).model_dump_json()
    )
    return answer


class Programme:
    """``requests``: what can be fetched. ``failures``: answer so many calls with 503 first. ``decide_answers``: the
    status of each decision in turn, 200 when they run out."""

    def __init__(self) -> None:
        self.requests: dict[str, dict[str, Any]] = {}
        self.decisions: list[tuple[UUID, DecideRequest]] = []
        self.tokens: set[str] = set()
        self.failures = 0
        self.decide_answers: list[int] = []
        self.url = ""

    def add(self, request: Request, names: Names = NAMES) -> str:
        self.requests[str(request.request_id)] = shown(request, names)
        return str(request.request_id)

    def get(self, path: str) -> tuple[int, object]:
        if path.startswith("/v1/requests?"):
            found = [{"request_id": id_} for id_, request in self.requests.items() if request["state"] == "submitted"]
            return 200, {"requests": found, "next": None}
        request = self.requests.get(path.rpartition("/")[2])
        return (200, request) if request else (404, {})

    def decide(self, path: str, body: bytes) -> tuple[int, object]:
        decision = DecideRequest.model_validate_json(body)
        self.decisions.append((UUID(path.split("/")[3]), decision))
        return (self.decide_answers.pop(0) if self.decide_answers else 200), {}


@contextmanager
def programme() -> Iterator[Programme]:
    scripted = Programme()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(lambda: scripted.get(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self._answer(lambda: scripted.decide(self.path, body))

        def _answer(self, act: Callable[[], tuple[int, object]]) -> None:
            scripted.tokens.add(self.headers.get("authorization", ""))
            status: int
            said: object
            if scripted.failures > 0:
                scripted.failures -= 1
                status, said = 503, {}
            else:
                status, said = act()
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scripted.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield scripted
    finally:
        server.shutdown()
        server.server_close()
