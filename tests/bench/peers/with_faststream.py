"""FastStream with SQLAlchemy's asyncio engine (asyncpg) doing P4's work: one transaction per event, its offset
committed after it, so that nothing is lost. Runs in the environment of ``make bench-install``."""

import asyncio
import os
import re

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.bench.work import STATEMENTS, parameters

url = os.environ["BENCH_DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://")
engine = create_async_engine(url)
broker = KafkaBroker(os.environ["KAFKA_BOOTSTRAP_SERVERS"], logger=None)
statements = [text(re.sub(r"%\((\w+)\)s", r":\1", statement)) for statement in STATEMENTS]


async def as_it_is(message: KafkaMessage) -> bytes:
    return message.body


@broker.subscriber(
    os.environ["BENCH_TOPIC"],
    group_id=f"{os.environ['BENCH_NAME']}-faststream",
    auto_offset_reset="earliest",
    session_timeout_ms=30_000,
    ack_policy=AckPolicy.NACK_ON_ERROR,
    decoder=as_it_is,
)
async def take(body: bytes, message: KafkaMessage) -> None:
    raw = message.raw_message
    each = parameters(raw.key, dict(raw.headers), body, (raw.topic, raw.partition, raw.offset))
    async with engine.begin() as conn:
        for statement in statements:
            (await conn.execute(statement, each)).fetchone()


app = FastStream(broker, logger=None)


@app.after_startup
async def say_ready() -> None:
    print("ready", flush=True)


if __name__ == "__main__":
    asyncio.run(app.run())
