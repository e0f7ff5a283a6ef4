"""When all is quiet: nothing is on its way any more, in any service, on the bus or at the ministry."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.topics import declared
from shared import clock
from shared.db import Cause, transaction_on
from shared.messaging import waiting
from tests.chaos.bus import POISON_KEY, Bus
from tests.chaos.system import ChaosStack

UNFINISHED = {
    "in the outbox": "SELECT count(*) AS n FROM outbox",
    "waiting keys": f"""SELECT count(*) AS n FROM waiting_keys
                        WHERE NOT (key LIKE '{POISON_KEY}%' OR key LIKE 'unreadable/%')""",
    "poison not parked yet": "SELECT count(*) AS n FROM waiting_keys WHERE state = 'waiting'",
}
NOTICES = {"notices": "SELECT count(*) AS n FROM webhook_deliveries WHERE state = 'pending'"}
ON_A_CASE = (f"{POISON_KEY}/%", f"{POISON_KEY}%")
"""What a poison says it is about, and the keys that are its own: under any other key it stands in a case's way."""


class Quiet:
    """``why``: what is still on its way."""

    def __init__(self, stack: ChaosStack, bus: Bus) -> None:
        self.stack, self.bus = stack, bus
        self.services = sorted({p.service for p in stack.processes if p.service})
        self.why = ""

    def comes(self, within_s: float, stuck_after_s: float) -> bool:
        """Whether all becomes quiet before so many seconds, or before nothing has moved for so many."""
        end = time.monotonic() + within_s
        moved_at, last = time.monotonic(), ""
        while not self.is_there():
            if self.why != last:
                moved_at, last = time.monotonic(), self.why
            if time.monotonic() > end or time.monotonic() - moved_at > stuck_after_s:
                return False
            time.sleep(1)
        return True

    def is_there(self) -> bool:
        try:
            operate(self.stack)
            self.why = "; ".join(self._left())
        except (psycopg.OperationalError, KafkaError, httpx.HTTPError, OSError) as away:
            self.why = repr(away)
        return not self.why

    def _left(self) -> Iterator[str]:
        """Cheapest first; the bus and the ministry are asked when nothing is left before them."""
        found = [f"{s} {left}" for s in self.services if (left := self._unfinished(s))]
        found += [f"{s} is {n} messages behind" for s, n in asyncio.run(lag(self.stack)).items() if n]
        if found:
            yield from found
            return
        published = sum(self._count(s, "SELECT count(*) AS n FROM journal") for s in self.services)
        if len(self.bus.seen.ids) < published:
            yield f"{len(self.bus.seen.ids)} of {published} seen on the bus"
        if count := self._open_at_the_ministry():
            yield f"the ministry has {count} open"

    def _unfinished(self, service: str) -> str:
        asked = UNFINISHED | (NOTICES if service == "subsidies" else {})
        found = {what: self._count(service, sql) for what, sql in asked.items()}
        if f"{service}-worker" in self.stack.state_names():
            sql = "SELECT count(*) AS n FROM timers WHERE due_at <= %s AND parked_at IS NULL"
            found["due timers"] = self._count(service, sql, clock.now())
        return ", ".join(f"{count} {what}" for what, count in found.items() if count)

    def _count(self, service: str, sql: str, *params: object) -> int:
        return int(self.stack.rows(service, sql, *params)[0]["n"])

    def _open_at_the_ministry(self) -> int:
        if "ministry" not in self.stack.urls:
            return 0
        shown = httpx.get(self.stack.urls["ministry"] + "/v1/ledger", timeout=10, trust_env=False).json()
        every = [*shown["requests"], *shown["claims"], *shown["courses"]]
        return sum(entry["state"] in ("received", "decided") for entry in every)


def operate(stack: ChaosStack) -> None:
    """What a person would do: discard the poison that stands before a living case's facts, resume what an older release
    could not read and parked, and have notices that wait for their next attempt sent now."""
    for service in {p.service for p in stack.processes if p.service}:
        with psycopg.connect(stack.database(service), autocommit=True) as conn:
            rows = conn.execute(
                "SELECT key, event_id FROM waiting_events WHERE subject LIKE %s AND key NOT LIKE %s", ON_A_CASE
            ).fetchall()
            for key, event_id in rows:
                with transaction_on(conn, service, Cause()) as tx:
                    waiting.discard(tx, key, event_id, "operator:chaos")
            parked = conn.execute(
                "SELECT key FROM waiting_keys WHERE state = 'parked' AND error LIKE '%%by this version of%%'"
                " AND key NOT LIKE %s", (ON_A_CASE[1],)
            ).fetchall()  # fmt: skip
            for (key,) in parked:
                with transaction_on(conn, service, Cause()) as tx:
                    waiting.resume(tx, key, "operator:chaos")
            if service == "subsidies":
                conn.execute("UPDATE webhook_deliveries SET next_at = now() WHERE state = 'pending'")


async def lag(stack: ChaosStack) -> dict[str, int]:
    """By service, messages that its group has not committed, by the broker's own word."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap, request_timeout_ms=5000)
    reader = AIOKafkaConsumer(bootstrap_servers=stack.bootstrap, request_timeout_ms=5000)
    try:
        await admin.start()
        await reader.start()
        places = [TopicPartition(t.name, n) for t in declared() for n in range(t.partitions)]
        ends = await reader.end_offsets(places)
        behind: dict[str, int] = {}
        for name in stack.state_names():
            if name.endswith("-worker"):
                service = name.removesuffix("-worker")
                done = await admin.list_consumer_group_offsets(service)
                topics = {place.topic for place in done}
                behind[service] = sum(ends[place] - done[place].offset for place in done if place in ends)
                behind[service] += sum(end for at, end in ends.items() if at.topic in topics and at not in done)
        return behind
    finally:
        await reader.stop()
        await admin.close()
