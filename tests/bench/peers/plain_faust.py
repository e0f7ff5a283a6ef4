"""Faust as its documentation has it: one agent, ``async for``, acknowledged when the body is done. ``noop`` does
nothing with what comes; ``work`` does P4's work on an asynchronous psycopg connection, one transaction per event.
Prints how many came and when, every thousand."""

import os
import sys
import time
from typing import Any

import faust
import psycopg

from tests.bench.work import STATEMENTS, parameters

NAME, WHAT = os.environ["BENCH_NAME"], sys.argv[1]
app = faust.App(
    f"{NAME}-{WHAT}",
    broker=f"kafka://{os.environ['KAFKA_BOOTSTRAP_SERVERS']}",
    store="memory://",
    datadir=os.environ["FAUST_DATADIR"],
    web_enabled=False,
    topic_allow_declare=False,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    broker_commit_interval=0.5,
    broker_session_timeout=30.0,
)
topic = app.topic(os.environ["BENCH_TOPIC"], key_type=bytes, value_type=bytes, key_serializer="raw",
                  value_serializer="raw")  # fmt: skip


def say(words: str) -> None:
    """Past Faust, which makes log lines of what is printed."""
    os.write(1, f"{words}\n".encode())


@app.on_partitions_assigned.connect
async def assigned(app: faust.App, assigned: Any, **more: Any) -> None:
    say("ready")


@app.agent(topic)
async def take(stream: Any) -> None:
    conn = await psycopg.AsyncConnection.connect(os.environ["BENCH_DATABASE_URL"], autocommit=True)
    came = 0
    async for event in stream.events():
        if WHAT == "work":
            await work(conn, event.message)
        came += 1
        if came % 1000 == 0:
            say(f"came {came} {time.time():.4f}")


async def work(conn: psycopg.AsyncConnection[Any], message: Any) -> None:
    place = (message.topic, message.partition, message.offset)
    each = parameters(message.key, dict(message.headers), message.value, place)
    async with conn.transaction():
        for statement in STATEMENTS:
            await (await conn.execute(statement.encode(), each)).fetchone()


if __name__ == "__main__":
    sys.argv[1:] = ["worker", "--loglevel", "error", "--without-web"]
    app.main()
