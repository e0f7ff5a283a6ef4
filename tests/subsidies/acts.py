"""What a test does and looks at, on the real database."""

from typing import Any
from uuid import uuid4

from services.subsidies import store
from services.subsidies.consumers import CONSUMES, TIMERS
from services.subsidies.domain.documents import Document
from services.subsidies.domain.request import Decision, Request
from services.subsidies.handlers.decisions import record_decision
from services.subsidies.handlers.requests import confirm_request, register_document
from services.subsidies.store import RecordedDecision, Whose
from shared.db import Tx
from shared.events.base import Event
from shared.messaging.firing import fire_due_timers
from tests.databases import attempt, deliver
from tests.subsidies.facts import Case


def hear(tx: Tx, *events: Event) -> list[str]:
    return [deliver(tx, CONSUMES, event) for event in events]


PAPERS = ("eligibility_letter", "job_offer", "req_number")
SSI = "subvention_salariale_insertion"


def find_request(tx: Tx, case: Case, measure: str = "priime") -> Request | None:
    return store.find_latest_request(tx, case.hire_id, measure)


def the_request(tx: Tx, case: Case, measure: str = "priime") -> Request:
    request = find_request(tx, case, measure)
    assert request is not None
    return request


def register(tx: Tx, case: Case, kind: str, measure: str = "priime", **known: Any) -> Request:
    paper = Document(uuid4(), kind, **{"issued_on": None, "expires_on": None, "reference": None, **known})
    request_id = the_request(tx, case, measure).request_id
    found: Request = attempt(tx, lambda t: register_document(t, request_id, Whose(), paper, "liaison:l1"))
    return found


def prepare(tx: Tx, case: Case) -> Request:
    """All is known, agreed and registered: the request waits for the employer's word."""
    hear(tx, *case.everything())
    for kind in PAPERS:
        register(tx, case, kind)
    return the_request(tx, case)


def confirm(tx: Tx, case: Case, measure: str = "priime") -> Request:
    request = the_request(tx, case, measure)
    sent: Request = attempt(tx, lambda t: confirm_request(t, request.request_id, Whose(), "employer:e1"))
    return sent


def submitted(tx: Tx, case: Case) -> Request:
    """A request that the ministry has."""
    prepare(tx, case)
    return confirm(tx, case)


def decide(tx: Tx, decision: Decision) -> RecordedDecision:
    recorded: RecordedDecision = attempt(tx, lambda t: record_decision(t, decision))
    return recorded


def fire(tx: Tx) -> int:
    return fire_due_timers(tx.conn, tx.service, TIMERS)


def notices(tx: Tx) -> list[tuple[str, str]]:
    """Type and thing of every webhook message, in order."""
    return tx.conn.execute("SELECT type, about FROM webhook_deliveries ORDER BY position").fetchall()


def everything_stored(tx: Tx) -> str:
    """Every row of every table, as text."""
    tables = tx.conn.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    ).fetchall()
    return "\n".join(str(tx.conn.execute(f'SELECT * FROM "{table}"').fetchall()) for (table,) in tables)
