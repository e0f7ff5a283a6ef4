"""The whole system, running on the test servers: what the flow tests ask of it and look at in it."""

import asyncio
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString
from unittest.mock import patch
from uuid import UUID, uuid4

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from psycopg.rows import dict_row

from deploy.local.demo.actors import monday_after
from deploy.local.demo.afterwards import live_until
from deploy.local.demo.people import companies, rola
from deploy.local.demo.story import Step
from deploy.local.demo.tale import Tale
from deploy.local.demo.wire import Json, System, Wire
from deploy.local.processes import SERVICES
from deploy.local.stack import Stack
from deploy.local.topics import declared
from shared import clock
from shared.events.base import Envelope
from tests.databases import Databases

OCCUPATIONS = ("40021", "44101", "52111", "53111", "65200", "73300", "75101", "84101", "92100")
"""NOC 2021. Each story has a field of its own (by the two first digits), neither another test's nor one of the demo's:
nobody is proposed another test's company."""


@dataclass
class Running:
    """The system and its databases, by service."""

    stack: Stack
    system: System
    databases: Mapping[str, str]
    bootstrap: str
    start: str
    """How long the start took, and where the time went."""
    occupations: Iterator[str] = field(default_factory=lambda: iter(OCCUPATIONS))
    wires: list[Wire] = field(default_factory=list)
    tales: list[Tale] = field(default_factory=list)

    # stories

    def wire(self) -> Wire:
        """A connection of a run of its own; closed with the test."""
        self.wires.append(Wire(self.system, uuid4().hex[:12]))
        return self.wires[-1]

    def finish(self) -> None:
        """Every job that a test made has begun when the next test looks at the numbers."""
        while self.tales:
            tale = self.tales.pop()
            if tale.referral is not None:
                live_until(tale, tale.starts_on)
        while self.wires:
            self.wires.pop().close()

    def tell(self) -> Tale:
        """A new story in a field of its own, not begun yet; her job is to begin on a Monday in one or two weeks."""
        today, occupation = clock.today(), next(self.occupations)
        starts_on = monday_after(today, weeks=1)
        self.tales.append(Tale(self.wire(), rola(today, occupation), companies(occupation), today, starts_on))
        return self.tales[-1]

    # databases

    def rows(self, service: str, sql: LiteralString, *params: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.databases[service], autocommit=True, row_factory=dict_row) as conn:
            return conn.execute(sql, params).fetchall()

    def journal(self, service: str, case: str) -> list[dict[str, Any]]:
        """What a service said about a case, in order; ``type`` without its frame: ``candidate_hired``."""
        rows = self.rows(
            service,
            """SELECT position, event_id, type, subject, version, correlation_id, causation_id, actor, data
               FROM journal WHERE key = %s ORDER BY position""",
            case,
        )
        return [
            {**row, "type": row["type"].split(".")[2], "data": json.loads(row["data"]) if row["data"] else None}
            for row in rows
        ]

    def said(self, service: str, case: str, kind: str) -> list[dict[str, Any]]:
        """What a service said of one kind about a case."""
        return [row for row in self.journal(service, case) if row["type"] == kind]

    def took(self, event_id: UUID, service: str = "subsidies") -> bool:
        """Whether a service has received this event."""
        return bool(self.rows(service, "SELECT 1 FROM inbox WHERE event_id = %s", event_id))

    def knows_vacancy(self, vacancy_id: str) -> bool:
        return bool(self.rows("matching", "SELECT 1 FROM vacancies WHERE vacancy_id = %s", vacancy_id))

    def at_the_ministry(self, tale: Tale) -> Json:
        """What the sandbox noted about this story's request; raises StopIteration when it never heard of it."""
        assert tale.request is not None
        ledger = tale.wire.get(None, "ministry", "/v1/ledger")["requests"]
        found: Json = next(entry for entry in ledger if entry["request_id"] == tale.request.request_id)
        return found

    def everything_stored(self, needle: str) -> dict[str, list[str]]:
        """Where ``needle`` is found in any column of any table of the five databases, by service."""
        return {service: found for service in self.databases if (found := self._tables_with(service, needle))}

    def _tables_with(self, service: str, needle: str) -> list[str]:
        found = []
        with psycopg.connect(self.databases[service], autocommit=True) as conn:
            tables = conn.execute(
                """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                   WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                     AND NOT starts_with(schemaname, 'pg_temp_')"""  # a session's own, emptied by each commit
            ).fetchall()
            for (table,) in tables:
                query = f"SELECT count(*) FROM {table} AS r WHERE strpos(lower(r::text), lower(%s)) > 0"
                counted = conn.execute(query, (needle,)).fetchone()
                if counted and counted[0]:
                    found.append(str(table))
        return found

    # the bus

    def send(self, envelopes: Iterable[Envelope]) -> None:
        """Onto the real topics, as the publishers' relays would."""
        asyncio.run(_send(self.bootstrap, list(envelopes)))

    def messages_on_the_bus(self) -> list[ConsumerRecord]:
        """Every message of every topic of ours, as the broker holds it."""
        return asyncio.run(_read_all(self.bootstrap, {topic.name: topic.partitions for topic in declared()}))

    def everything_on_the_bus(self) -> bytes:
        """Their keys, headers and values."""
        return b"\n".join(
            b" ".join((m.key or b"", *(name.encode() + b"=" + value for name, value in m.headers), m.value or b""))
            for m in self.messages_on_the_bus()
        )

    def handled(self) -> set[tuple[str, str]]:
        """(type, service): what each service has taken in to the end; not what still waits."""
        sql = "SELECT DISTINCT type FROM inbox WHERE event_id NOT IN (SELECT event_id FROM waiting_events)"
        return {(row["type"], service) for service in self.databases for row in self.rows(service, sql)}

    def logs(self) -> str:
        files = (self.stack.folder / "logs").glob("*.log*")
        return "\n".join(file.read_text(errors="replace") for file in sorted(files))


def live(tale: Tale, steps: Iterable[Step]) -> Tale:
    """Every step in order."""
    for step in steps:
        step.live(tale)
    return tale


def more_work(tale: Tale) -> str:
    """One more company asks for somebody like her; its vacancy."""
    asks = tale.companies[0]
    employer_id = tale.liaison.register({**asks.registration(), "name": "Verger du Nord"})
    return tale.liaison.post_vacancy(employer_id, asks.vacancy)


@contextmanager
def running_system(bootstrap: str, databases: Databases, folder: Path) -> Iterator[Running]:
    """Starts every process on these servers, on free ports; the ministry looks at requests at once."""
    began = time.monotonic()
    urls = {service: databases.fresh(service) for service in SERVICES}
    given = {f"{service.upper()}_DATABASE_URL": url for service, url in urls.items()}
    given |= {"KAFKA_BOOTSTRAP_SERVERS": bootstrap, "MINISTRY_DELAY_S": "0.05", "BROKER_SESSION_TIMEOUT_S": "2"}
    given["TRACES_FILE"] = str(folder / "traces.jsonl")
    stack = Stack(folder)
    with patch.dict(os.environ, given):
        stack.start()
    try:
        laps = ", ".join(f"{name} {seconds} s" for name, seconds in stack.laps.items())
        start = f"{time.monotonic() - began:.1f} s ({laps})"
        yield Running(stack, System.of(stack.env), urls, bootstrap, start)
    finally:
        stack.stop()


async def _send(bootstrap: str, envelopes: list[Envelope]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for each in envelopes:
            await producer.send_and_wait(each.topic, each.data, key=each.key.encode(), headers=each.headers())
    finally:
        await producer.stop()


async def _read_all(bootstrap: str, topics: Mapping[str, int]) -> list[ConsumerRecord]:
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await reader.start()
    try:
        places = [TopicPartition(name, number) for name, count in topics.items() for number in range(count)]
        reader.assign(places)
        ends, read = await reader.end_offsets(places), []
        for place in places:
            while await reader.position(place) < ends[place]:
                read.append(await reader.getone(place))
        return read
    finally:
        await reader.stop()
