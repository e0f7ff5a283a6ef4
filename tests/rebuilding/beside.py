"""A portal that lived, and its read models made anew beside it, without Kafka: what a rebuild does between reading and
the moment of exchange."""

from collections.abc import Collection, Sequence
from typing import Any

import psycopg

from services.portal.consumers import CONSUMES
from services.portal.domain.numbers import Number
from services.portal.rebuild import READ_MODEL
from services.portal.store import funnel, numbers, team
from shared.db import Cause, Tx, transaction_on
from shared.events.base import Envelope
from shared.messaging.inbox import Inbox
from shared.rebuilding import tables
from shared.rebuilding.receiving import Arrived
from shared.rebuilding.run import receiver_on
from tests.databases import envelope_of
from tests.portal.story import Said, at

MOMENT = at("2026-09-01")
# a row of its own for each of these would say when it was read, not what
NOT_COMPARED = {"facts_received": "slot, received", "inbox": "event_id, type, key", "inbox_offsets": "topic"}


def envelopes(said: Sequence[Said], blank: Collection[str] = ()) -> list[Envelope]:
    """As they travel; those of the keys in ``blank`` as an erasure leaves them in the journals."""
    made = []
    for one in said:
        envelope = envelope_of(
            one.event, event_id=one.event_id, version=one.version, time=one.time, causation_id=one.cause,
            actor=one.actor,
        )  # fmt: skip
        erased = envelope.key in blank and "candidate_erased" not in envelope.type
        made.append(Envelope(**{**vars(envelope), "data": None}) if erased else envelope)
    return made


def live(url: str, heard: Sequence[Envelope]) -> None:
    """Received as the worker does, one by one."""
    inbox = Inbox("portal", CONSUMES)
    with psycopg.connect(url, autocommit=True) as conn:
        for envelope in heard:
            inbox.handle_once(conn, envelope)


def rebuild(url: str, journals: Sequence[Envelope], batch: int = 1000) -> None:
    """From the journals, in batches; then the exchange."""
    with tables.connect(url) as keeper, tables.connect(url) as conn:
        receiver = receiver_on(conn, READ_MODEL, tables.prepare(keeper, READ_MODEL, {}))
        for first in range(0, len(journals), batch):
            receiver.receive([Arrived(one) for one in journals[first : first + batch]])
        tables.make_indexes(url, READ_MODEL)
        with tables.nothing_received(keeper):
            assert tables.take_their_place(keeper, READ_MODEL, len(journals), 0.0)


def rows(url: str) -> dict[str, list[Any]]:
    """Everything that facts write, table by table."""
    found = {}
    with psycopg.connect(url) as conn:
        for table in (*READ_MODEL.tables, *tables.RECEIVING):
            columns = NOT_COMPARED.get(table, "*")
            query = f"SELECT {columns} FROM {table}".encode()
            found[table] = sorted(conn.execute(query).fetchall(), key=repr)
    return found


def shown(url: str) -> dict[str, Any]:
    """Every number of the programme page, and those beside it."""
    with psycopg.connect(url) as conn, transaction_on(conn, "portal", Cause()) as tx:
        return _shown(tx)


def _shown(tx: Tx) -> dict[str, Any]:
    day = MOMENT.date()
    return {
        "numbers": numbers.three_numbers(tx, MOMENT),
        "in spring": numbers.three_numbers(tx, at("2026-05-01")),
        "tally": numbers.get_tally(tx, at("2026-02-02")),
        "promise": numbers.get_promise(tx),
        "load": numbers.list_load(tx, day),
        "funnel": funnel.get_funnel(tx, MOMENT),
        "hires": funnel.get_hires(tx, MOMENT),
        "sent": team.list_sent(tx, day),
        "loads": team.list_loads(tx, day),
        "cases": {number: numbers.list_cases(tx, number, MOMENT) for number in Number},
    }
