"""What a test does and looks at, on the real database."""

from services.subsidies import store
from services.subsidies.consumers import CONSUMES, TIMERS
from services.subsidies.domain.request import Decision, Request
from services.subsidies.handlers.requests import confirm_request, record_decision
from services.subsidies.store import RecordedDecision, Whose
from shared.db import Tx
from shared.events.base import Event
from shared.messaging.firing import fire_due_timers
from tests.databases import attempt, deliver
from tests.subsidies.facts import Case


def hear(tx: Tx, *events: Event) -> list[str]:
    return [deliver(tx, CONSUMES, event) for event in events]


def find_request(tx: Tx, case: Case) -> Request | None:
    return store.find_latest_request(tx, case.hire_id, "priime")


def the_request(tx: Tx, case: Case) -> Request:
    request = find_request(tx, case)
    assert request is not None
    return request


def confirm(tx: Tx, case: Case) -> Request:
    request = the_request(tx, case)
    sent: Request = attempt(tx, lambda t: confirm_request(t, request.request_id, Whose(), "employer:e1"))
    return sent


def submitted(tx: Tx, case: Case) -> Request:
    """A request that the ministry has."""
    hear(tx, *case.everything())
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
