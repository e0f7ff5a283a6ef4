"""Many events in one transaction. For a service whose handlers only put: so the consumer of a read model catches up.
For every service, events that it all knows already: so a journal said again is passed over. Only when nothing about
them is out of the ordinary; else they are received one by one, by the inbox, which says what it is."""

from collections.abc import Sequence
from typing import Any

import psycopg

from shared import clock
from shared.db import Cause
from shared.events.base import Envelope
from shared.events.intake import CandidateErased
from shared.gathering import HEADS, PLACES, RECEIVED, Gathering
from shared.messaging.inbox import Inbox, Outcome, Position, unusable
from shared.observing.progress import compare_offsets
from shared.observing.traces import Together

FEWEST = 8  # fewer are as fast one by one
MOST = 250
_STAND_STILL = "LOCK TABLE inbox IN ROW EXCLUSIVE MODE"  # while a read model made anew takes its place (0007)
Batch = Sequence[tuple[Envelope, Position]]


def receive_together(conn: psycopg.Connection[Any], inbox: Inbox, batch: Batch) -> list[Outcome] | None:
    """Each event once, as ``Inbox.handle_once`` would, or none: then nothing was stored, and they are to be received
    one by one. Raises psycopg.Error when the database cannot be used."""
    spans = Together()
    try:
        with conn.transaction():
            tx = Gathering(conn, inbox.service, clock.now(), Cause())
            if not _ordinary(conn, batch):
                return None
            outcomes = [_gather(tx, inbox, envelope, at) for envelope, at in batch]
            tx.message = None
            tx.write_all()
    except Exception as problem:  # the inbox will meet it again, say what it is, and keep the event
        if unusable(conn, problem):
            raise
        return None
    spans.end(inbox.service, tx.now, [envelope for envelope, _ in batch])
    return outcomes


def pass_over_known(conn: psycopg.Connection[Any], batch: Batch) -> bool:
    """When every one of these was received before: notes that they came, and nothing else, as ``Inbox.handle_once``
    would. False when one was not; then nothing was stored. Raises psycopg.Error."""
    ids = [envelope.id for envelope, _ in batch]
    known = conn.execute("SELECT count(*) FROM inbox WHERE event_id = ANY(%s)", (ids,)).fetchone()
    if not known or known[0] < len(set(ids)):
        return False
    with conn.transaction():
        conn.execute(_STAND_STILL)
        due = _places(conn)
        tx = Gathering(conn, "", clock.now(), Cause())
        tx.put(PLACES, *((at.topic, at.partition, at.offset + 1) for _, at in batch))
        tx.write_all()
    for _, at in batch:
        place = at.topic, at.partition
        compare_offsets(at, due.get(place))
        due[place] = max(at.offset + 1, due.get(place, 0))
    return True


def _ordinary(conn: psycopg.Connection[Any], batch: Batch) -> bool:
    """Takes the locks of the keys, in sorted order as everybody does, and the inbox': whoever exchanges the read model
    waits for us, or we for them. Then: no event was received before or waits behind another, and of each subject and
    each partition they are the next ones."""
    if any(envelope.type == CandidateErased.type for envelope, _ in batch):
        return False  # it also reaches what waits
    keys, ids = sorted({envelope.key for envelope, _ in batch}), [envelope.id for envelope, _ in batch]
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key", (keys,))
    conn.execute(_STAND_STILL)
    known = conn.execute(
        """SELECT 1 FROM inbox WHERE event_id = ANY(%s) UNION ALL SELECT 1 FROM waiting_keys WHERE key = ANY(%s)""",
        (ids, keys),
    )
    return known.fetchone() is None and _next_ones(conn, batch)


def _next_ones(conn: psycopg.Connection[Any], batch: Batch) -> bool:
    subjects = {(envelope.publisher, envelope.subject) for envelope, _ in batch}
    found = conn.execute(
        """SELECT publisher, subject, version FROM inbox_heads
           WHERE (publisher, subject) IN (SELECT * FROM unnest(%s::text[], %s::text[]))""",
        tuple(map(list, zip(*subjects, strict=True))),
    )
    heads = {(publisher, subject): version for publisher, subject, version in found}
    due = _places(conn)
    for envelope, at in batch:
        subject, place = (envelope.publisher, envelope.subject), (at.topic, at.partition)
        if envelope.version != heads.get(subject, 0) + 1 or at.offset != due.get(place, at.offset):
            return False
        heads[subject], due[place] = envelope.version, at.offset + 1
    return True


def _places(conn: psycopg.Connection[Any]) -> dict[tuple[str, int], int]:
    found = conn.execute("SELECT topic, partition, next_offset FROM inbox_offsets")
    return {(topic, partition): due for topic, partition, due in found}


def _gather(tx: Gathering, inbox: Inbox, envelope: Envelope, at: Position) -> Outcome:
    tx.message = None
    tx.put(PLACES, (at.topic, at.partition, at.offset + 1))
    tx.put(HEADS, (envelope.publisher, envelope.subject, envelope.version))
    if not inbox.listens_to(envelope.type):
        return Outcome.IGNORED
    tx.put(RECEIVED, (envelope.id, envelope.type, envelope.key))
    if envelope.data is None:
        return Outcome.ERASED
    tx.message = envelope
    inbox.handle(tx, envelope)
    return Outcome.HANDLED
