"""The named crash points: places at which a process may be killed so that exactly this much has happened. A process
that finds its point armed (a file in the control folder) kills itself there with SIGKILL, once."""

import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, cast

from tests.chaos.glance import Glance

POINTS = {
    # worker: consuming
    "inbox.before_insert": "the key is locked, the event is not recorded",
    "inbox.after_insert": "recorded as received, the handler has not run",
    "handler.done": "the handler has run, nothing is committed",
    "handler.committed": "committed, the message is not acknowledged",
    "batch.before_ack": "a whole batch is committed and none of it acknowledged",
    "together.gathered": "the handlers of a backlog have run, nothing of it is written",
    "together.written": "a backlog is written in one transaction, nothing is committed",
    "set_aside.before": "the handler failed and was rolled back, the event is kept nowhere",
    "set_aside.committed": "the event waits, the message is not acknowledged",
    "waiting.before_retry": "a waiting event is about to be tried again",
    "waiting.handled": "a waiting event was handled, nothing is committed",
    # worker: publishing
    "handler.published": "a fact is in journal and outbox, nothing is committed",
    "relay.before_read": "the relay has the lock and has read nothing",
    "relay.mid_batch": "part of a batch is handed to the producer",
    "relay.produced": "the broker has the batch, the outbox still has its rows",
    "relay.deleted": "the rows are gone from the outbox",
    # worker: timers and notices
    "timer.taken": "the timer's row is deleted, its handler has not run",
    "timer.handled": "the timer's handler has run, nothing is committed",
    "timer.committed": "the timer has fired",
    "webhook.before_send": "a notice is leased, not sent",
    "webhook.sent": "the receiver has the notice, nothing is marked",
    "webhook.marked": "the notice is marked as delivered",
    # api
    "command.published": "a command's fact is in journal and outbox, nothing is committed",
    "command.answer_kept": "the answer is kept under its Idempotency-Key, nothing is committed",
    "command.committed": "the command is committed, the caller has no answer",
}
OF_API = frozenset(name for name in POINTS if name.startswith("command."))
OF_SUBSIDIES = frozenset(name for name in POINTS if name.startswith("webhook."))
OF_PORTAL = frozenset(name for name in POINTS if name.startswith("together."))
OF_TIMERS = frozenset(name for name in POINTS if name.startswith("timer."))

_control = Path(os.environ.get("CHAOS_CONTROL", "."))
_process = os.environ.get("CHAOS_PROCESS", "")
_armed = Glance(_control / "armed" / _process)
_passed: set[str] = set()


def at(name: str) -> None:
    """The process has come to this point."""
    if name not in _passed:
        _passed.add(name)
        _note("passed", name)
    if _armed.text() == name:
        _armed.file.unlink(missing_ok=True)
        _note("reached", name)
        os.kill(os.getpid(), signal.SIGKILL)


def _note(what: str, name: str) -> None:
    """One short line, appended at one stroke: several processes write to the file."""
    with (_control / what).open("a") as file:
        file.write(f"{name} {_process}\n")


def arm(control: Path, process: str, name: str) -> Path:
    """Used by the harness: the process is to die when it next comes to this point."""
    file = control / "armed" / process
    file.parent.mkdir(exist_ok=True)
    beside = control / f"{process}.new"
    beside.write_text(name)
    beside.replace(file)
    return file


def read(control: Path, what: str) -> list[tuple[str, str]]:
    """(point, process) of every line of ``passed`` or ``reached``."""
    try:
        lines = (control / what).read_text().splitlines()
    except FileNotFoundError:
        return []
    return [cast(tuple[str, str], tuple(line.split(" ", 1))) for line in lines]


def install() -> None:
    """Patch the product in this process."""
    if "-worker" in os.environ["CHAOS_PROCESS"]:
        _install_in_worker()
    else:
        _install_in_api()


def around(owner: Any, name: str, before: str = "", after: str = "") -> None:
    """Come to ``before`` and ``after`` around a function or method."""
    original: Callable[..., Any] = getattr(owner, name)

    @wraps(original)
    def with_points(*args: Any, **named: Any) -> Any:
        if before:
            at(before)
        result = original(*args, **named)
        if after and result is not False:
            at(after)
        return result

    setattr(owner, name, with_points)


def around_async(owner: Any, name: str, before: str = "", after: str = "") -> None:
    original: Callable[..., Awaitable[Any]] = getattr(owner, name)

    @wraps(original)
    async def with_points(*args: Any, **named: Any) -> Any:
        if before:
            at(before)
        result = await original(*args, **named)
        if after:
            at(after)
        return result

    setattr(owner, name, with_points)


def _install_in_api() -> None:
    from shared import db
    from shared.http import idempotency
    from shared.messaging import outbox

    around(outbox, "publish", after="command.published")
    around(idempotency.Once, "store", after="command.answer_kept")
    transaction = db.Database.transaction

    @contextmanager
    def committed(*args: Any, **named: Any) -> Iterator[Any]:
        with transaction(*args, **named) as tx:
            yield tx
        at("command.committed")

    db.Database.transaction = committed  # type: ignore[method-assign]


def _install_in_worker() -> None:
    from aiokafka import AIOKafkaProducer

    from shared import gathering
    from shared.messaging import consumer, inbox, outbox, relay, retry, waiting
    from shared.webhooks import sending

    around(outbox, "publish", after="handler.published")
    around(inbox, "_record", before="inbox.before_insert", after="inbox.after_insert")
    around(inbox.Inbox, "handle", after="handler.done")
    around(inbox.Inbox, "handle_once_raising", after="handler.committed")
    around(gathering.Gathering, "write_all", before="together.gathered", after="together.written")
    around(inbox.Inbox, "set_aside", before="set_aside.before", after="set_aside.committed")
    around(consumer.Consumer, "_handle_in_order", after="batch.before_ack")
    around(retry, "_attempt", before="waiting.before_retry")
    around(waiting, "handled", after="waiting.handled")
    around_async(relay.Relay, "_send_batch", before="relay.before_read")
    around_async(AIOKafkaProducer, "send", after="relay.mid_batch")
    around_async(sending._Sender, "_send", before="webhook.before_send", after="webhook.sent")
    around(sending._Sender, "_mark", after="webhook.marked")
    _around_delete()
    _around_timers()


def _around_delete() -> None:
    import psycopg

    original = psycopg.AsyncConnection.execute

    async def execute(self: Any, query: Any, *args: Any, **named: Any) -> Any:
        deletes = isinstance(query, str) and query.startswith("DELETE FROM outbox")
        if deletes:
            at("relay.produced")
        result = await original(self, query, *args, **named)
        if deletes:
            at("relay.deleted")
        return result

    psycopg.AsyncConnection.execute = execute  # type: ignore[method-assign]


def _around_timers() -> None:
    from shared.messaging import firing, worker
    from shared.timers import Timer

    original = firing.fire_due_timers

    def fire(conn: Any, service: str, timers: tuple[Timer, ...], *args: Any, **named: Any) -> int:
        fired = original(conn, service, tuple(Timer(t.kind, _with_points(t.handler)) for t in timers), *args, **named)
        if fired:
            at("timer.committed")
        return fired

    setattr(worker, "fire_due_timers", fire)  # noqa: B010  # a name that it only imports


def _with_points(handler: Callable[..., None]) -> Callable[..., None]:
    def run(tx: Any, due: Any) -> None:
        at("timer.taken")
        handler(tx, due)
        at("timer.handled")

    return run
