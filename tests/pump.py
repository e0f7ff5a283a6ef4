"""The whole system in one process, without Kafka and HTTP: real handlers on real PostgreSQL, one transaction for each
service that is rolled back at the end.

    pump.do("intake", admit_candidate, candidate_id, advisor_id)    # a command; then every fact goes where it is heard
    pump.live_until(day)                                            # programme time passes, timers fire
    pump.said("matching", CandidateHired)                           # what a service published
    pump.carried                                                    # every message and who handled it
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from importlib import import_module
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg

from deploy.local.processes import SERVICES
from shared import clock
from shared.db import Cause, Tx, transaction_on
from shared.errors import NotYet
from shared.events.base import REGISTRY, Envelope, Event
from shared.messaging.firing import fire_due_timers
from shared.messaging.inbox import Inbox, Subscription
from shared.timers import Timer
from tests.carried import Carried, Handled
from tests.databases import Databases

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=Event)
_NINE = time(9)


@dataclass
class Service:
    """One service: its transaction, what it listens to, and which rows of its journal went out already."""

    name: str
    conn: psycopg.Connection[Any]
    inbox: Inbox
    timers: tuple[Timer, ...]
    sent_up_to: int = 0
    may_have_said: bool = True
    may_have_due: bool = True
    """Whether it did anything since its journal, or its timers, were last looked at: while it rests neither changes."""
    to_receive: deque[Envelope] = field(default_factory=deque)

    def publishes(self) -> list[Envelope]:
        """What its journal holds that has not gone out, in order."""
        if not self.may_have_said:
            return []
        self.may_have_said = False
        rows = self.conn.execute(
            """SELECT position, event_id, type, subject, version, key, occurred_at, correlation_id, causation_id, actor,
                      data FROM journal WHERE position > %s ORDER BY position""",
            (self.sent_up_to,),
        ).fetchall()
        if rows:
            self.sent_up_to = rows[-1][0]
        return [_envelope(self.name, row) for row in rows]

    def receives(self) -> bool:
        """Take in what has arrived; False when nothing could be. A key whose first fact cannot be handled yet keeps its
        later facts behind it, as the waiting table would."""
        later: deque[Envelope] = deque()
        blocked: set[str] = set()
        moved = False
        while self.to_receive:
            envelope = self.to_receive.popleft()
            try:
                if envelope.key in blocked:
                    raise NotYet("", fr="", en="")
                if self.inbox.listens_to(envelope.type):
                    self.inbox.handle_once_raising(self.conn, envelope)
                moved = True
            except NotYet:
                blocked.add(envelope.key)
                later.append(envelope)
        self.to_receive = later
        if moved:
            self.acted()
        return moved

    def fires(self) -> bool:
        """Fire its timers that are due; one that fails is a failure of the story."""
        if not self.may_have_due or not self.timers:
            return False
        self.may_have_due = False
        if not fire_due_timers(self.conn, self.name, self.timers):
            return False
        failed = self.conn.execute("SELECT kind, error FROM timers WHERE error IS NOT NULL").fetchall()
        assert not failed, f"{self.name}: {failed}"
        self.acted()
        return True

    def acted(self) -> None:
        self.may_have_said = self.may_have_due = True


@dataclass
class Pump:
    services: dict[str, Service]
    carried: Carried
    actor: str = "service:test"  # who gives the commands: ``role:id``

    @property
    def delivered(self) -> int:
        return len(self.carried.messages)

    def do(self, service: str, act: Callable[Concatenate[Tx, P], T], *args: P.args, **named: P.kwargs) -> T:
        """A command, in a savepoint of its own; then the facts travel until all is quiet. Raises what it raises."""
        with transaction_on(self.services[service].conn, service, Cause(actor=self.actor)) as tx:
            result = act(tx, *args, **named)
        self.services[service].acted()
        self.until_quiet()
        return result

    def ask(self, service: str, question: Callable[Concatenate[Tx, P], T], *args: P.args, **named: P.kwargs) -> T:
        """The answer of a store's function."""
        with transaction_on(self.services[service].conn, service, Cause()) as tx:
            return question(tx, *args, **named)

    def live_until(self, day: date) -> None:
        """Programme time becomes nine o'clock of ``day``, America/Toronto; what came due fires."""
        at = datetime.combine(day, _NINE, clock.PROGRAMME_ZONE)
        clock.set_offset(at - datetime.now(UTC))
        for each in self.services.values():
            each.acted()  # more timers are due
        self.until_quiet()

    def until_quiet(self) -> None:
        """Deliver what was published, and fire what is due, until neither is left. Whatever a handler raises comes out;
        what waits for a fact that nobody says is a failure too."""
        moved = True
        while moved:
            for publisher in self.services.values():
                for envelope in publisher.publishes():
                    self.carried.messages.append(envelope)
                    for each in self.services.values():
                        if each is not publisher:
                            each.to_receive.append(envelope)
            received = [each.receives() for each in self.services.values()]
            fired = [each.fires() for each in self.services.values()]
            moved = any(received) or any(fired)
        left = {name: [e.type for e in each.to_receive] for name, each in self.services.items() if each.to_receive}
        assert not left, f"waits for a fact that nobody says: {left}"

    def said(self, service: str, kind: type[E]) -> list[E]:
        """What a service published of one kind, in order; not what was erased since."""
        rows = (
            self.services[service]
            .conn.execute(
                "SELECT data FROM journal WHERE type = %s AND data IS NOT NULL ORDER BY position", (kind.type,)
            )
            .fetchall()
        )
        return [kind.model_validate_json(data) for (data,) in rows]

    def everything_said(self) -> list[str]:
        """Types without frame, service by service."""
        found: list[str] = []
        for each in self.services.values():
            rows = each.conn.execute("SELECT type FROM journal ORDER BY position").fetchall()
            found += [type_.split(".")[2] for (type_,) in rows if type_ in REGISTRY]
        return found


@contextmanager
def pump_of(databases: Databases) -> Iterator[Pump]:
    """All services, each in a transaction that leaves nothing."""
    carried = Carried()
    with ExitStack() as open_:
        services = {}
        for name in SERVICES:
            consumers = import_module(f"services.{name}.consumers")
            conn = open_.enter_context(psycopg.connect(databases.shared(name)))
            open_.enter_context(conn.transaction(force_rollback=True))
            timers = getattr(consumers, "TIMERS", ())
            heard = tuple(_noted(name, line, carried) for line in consumers.CONSUMES)
            services[name] = Service(name, conn, Inbox(name, heard), timers)
        yield Pump(services, carried)


def _noted(service: str, line: Subscription, carried: Carried) -> Subscription:
    """The same handler; that it took an event in to the end is noted, with where it stands in the code."""
    place = f"{line.handler.__module__.partition(f'.{service}.')[2]}:{line.handler.__name__}"

    def handler(tx: Tx, event: Event) -> None:
        line.handler(tx, event)
        carried.handled.add(Handled(event.type, service, place))

    return Subscription(line.event, handler)


def _envelope(publisher: str, row: tuple[Any, ...]) -> Envelope:
    _, event_id, type_, subject, version, key, occurred_at, correlation_id, causation_id, actor, data = row
    return Envelope(
        id=event_id, type=type_, publisher=publisher, subject=subject, version=version, key=key, time=occurred_at,
        correlation_id=correlation_id, causation_id=causation_id, actor=actor,
        data=data.encode() if data is not None else None,
    )  # fmt: skip
