"""The limit of P2: LISTEN, read the row, produce, delete; consume, write a row, commit. Nothing is looked at twice, no
inbox, no journal, no order. Prints each row's id and when its effect was committed."""

import asyncio
import os
import time

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

URL, BOOTSTRAP, TOPIC = (os.environ[n] for n in ("BENCH_DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "BENCH_TOPIC"))


async def send() -> None:
    producer = AIOKafkaProducer(bootstrap_servers=BOOTSTRAP, acks="all", enable_idempotence=True)
    await producer.start()
    listening = await psycopg.AsyncConnection.connect(URL, autocommit=True)
    conn = await psycopg.AsyncConnection.connect(URL, autocommit=True)
    await listening.execute("LISTEN bare")
    print("listening", flush=True)
    async for _ in listening.notifies():
        rows = await (await conn.execute("SELECT id, data FROM bare_outbox ORDER BY place")).fetchall()
        for id_, data in rows:
            await producer.send_and_wait(TOPIC, data.encode(), key=str(id_).encode())
        await conn.execute("DELETE FROM bare_outbox WHERE id = ANY(%s)", ([id_ for id_, _ in rows],))


async def take() -> None:
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=BOOTSTRAP, group_id="bare", auto_offset_reset="earliest")
    await consumer.start()
    conn = await psycopg.AsyncConnection.connect(URL, autocommit=True)
    async for message in consumer:
        id_ = message.key.decode()
        await conn.execute("INSERT INTO bare_effects VALUES (%s, %s) ON CONFLICT DO NOTHING", (id_, message.value))
        print(f"done {id_} {time.time():.6f}", flush=True)


async def main() -> None:
    await asyncio.gather(send(), take())


if __name__ == "__main__":
    asyncio.run(main())
