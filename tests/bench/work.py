"""The work that P4 gives to everyone: ours does it by the kernel, its limit and its peers by these statements, which
are the kernel's own, one by one. Imports nothing but the standard library: FastStream runs it without ours."""

import json
from typing import Any
from uuid import UUID, uuid4

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))"
RECORD = """
    WITH received AS (
        INSERT INTO inbox (event_id, type, key) VALUES (%(id)s, %(type)s, %(key)s) ON CONFLICT DO NOTHING RETURNING 1
    ), before AS (
        SELECT version FROM inbox_heads WHERE publisher = %(publisher)s AND subject = %(subject)s
    ), head AS (
        INSERT INTO inbox_heads AS h VALUES (%(publisher)s, %(subject)s, %(version)s)
        ON CONFLICT (publisher, subject) DO UPDATE SET version = greatest(h.version, excluded.version)
    ), place AS (
        INSERT INTO inbox_offsets AS o VALUES (%(topic)s, %(partition)s, %(offset)s)
        ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(o.next_offset, excluded.next_offset)
    )
    SELECT (SELECT count(*) FROM received), (SELECT version FROM before)"""
WAITS = "SELECT state FROM waiting_keys WHERE key = %(key)s"
EFFECT = """
    INSERT INTO counters AS c VALUES (%(case_id)s, 1) ON CONFLICT (case_id) DO UPDATE SET total = c.total + 1
    RETURNING total"""
PUBLISH = """
    WITH head AS (
        INSERT INTO subject_versions AS s (subject, version) VALUES (%(subject)s, 1)
        ON CONFLICT (subject) DO UPDATE SET version = s.version + 1 RETURNING version
    ), entry AS (
        INSERT INTO journal (event_id, type, key, subject, version, occurred_at, correlation_id, causation_id, actor,
                             data)
        SELECT %(new_id)s, %(new_type)s, %(key)s, %(subject)s, head.version, now(), %(correlation_id)s, %(id)s,
               'service:bench', %(data)s FROM head
        RETURNING position, version
    ), queued AS (
        INSERT INTO outbox (position) SELECT position FROM entry
    )
    SELECT version FROM entry"""
STATEMENTS = (LOCK, RECORD, WAITS, EFFECT, PUBLISH)
COUNTERS = "CREATE TABLE counters (case_id uuid PRIMARY KEY, total int NOT NULL)"


def parameters(key: bytes, headers: dict[str, bytes], value: bytes, place: tuple[str, int, int]) -> dict[str, Any]:
    """Of every statement, from one message. Reads the JSON, as a handler would."""
    case_id = UUID(json.loads(value)["case_id"])
    return {
        "key": key.decode(),
        "id": UUID(headers["ce_id"].decode()),
        "type": headers["ce_type"].decode(),
        "publisher": headers["ce_source"].decode().removeprefix("/services/"),
        "subject": headers["ce_subject"].decode(),
        "version": int(headers["ce_version"]),
        "correlation_id": UUID(headers["ce_correlationid"].decode()),
        "topic": place[0],
        "partition": place[1],
        "offset": place[2] + 1,
        "case_id": case_id,
        "new_id": uuid4(),
        "new_type": "interconnexion.bench.counted.v1",
        "data": json.dumps({"case_id": str(case_id), "total": 1}),
    }
