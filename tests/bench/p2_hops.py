"""P2: from the moment a referral was to be sent to the moment its effect is committed in the next service, at 100 a
second, open loop; then four services in a row. When an effect is committed is read from the closing line that each
worker writes after its commit."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg

from deploy.local.topics import create_topics
from shared.db import Cause, Database
from shared.events.base import Event
from shared.messaging.outbox import publish
from tests.bench import chain, feed
from tests.bench.ground import Ground, ground
from tests.bench.http_client import at_rate, percentile
from tests.bench.intake import a_partner, process
from tests.bench.result import Result, Rival, Size, in_turn
from tests.bench.work import COUNTERS
from tests.databases import Databases
from tests.servers import Servers

RATE, HOPS = 100, 4
EVENTS, ROUNDS = {"small": 100, "full": 500}, {"small": 2, "full": 6}
SAID = f"{RATE} a second, open loop; a sample is the percentile of one round of %d."
Done = dict[str, float]  # id -> time.time() of its commit


def measure(servers: Servers, size: Size) -> list[Result]:
    few, rounds = EVENTS[size], ROUNDS[size]
    bare: list[list[float]] = []
    real: list[list[float]] = []
    ours: list[list[float]] = []
    far: list[list[float]] = []
    with ExitStack() as stack:
        hop = stack.enter_context(_bare_hop(servers))
        refer = stack.enter_context(_real_services(servers))
        taken = in_turn(
            {"bare": _median_of(bare, lambda: hop(few)), "real": _median_of(real, lambda: refer(few))}, rounds
        )
    with ExitStack() as stack:
        hop = stack.enter_context(_bare_hop(servers))
        walk = stack.enter_context(_chain(servers))

        def first_and_last() -> list[float]:
            near, last = walk(few)
            far.append(last)
            return near

        again = in_turn({"bare": _median_of(bare, lambda: hop(few)), "ours": _median_of(ours, first_and_last)}, rounds)
    return _told(few, taken, again, (real, ours, far), rounds)


def _told(
    few: int,
    taken: dict[str, tuple[float, ...]],
    again: dict[str, tuple[float, ...]],
    every: tuple[list[list[float]], ...],
    rounds: int,
) -> list[Result]:
    real, ours, far = (tuple(percentile(found, 0.99) for found in each[-rounds:]) for each in every)
    limit = "bare NOTIFY, produce, consume, commit; p50"
    said = SAID % few
    return [
        Result("P2", "accepted by intake's API → shown by the portal, p50", "ms", taken["real"],
               Rival(limit, taken["bare"], 2.0), goal=12, better="lower",
               conditions=f"POST /v1/referrals, intake's relay, the portal's worker: the real processes. {said}"),
        Result("P2", "accepted by intake's API → shown by the portal, p99", "ms", real, goal=50, better="lower"),
        Result("P2", "published → effect committed in the next service, p50", "ms", again["ours"],
               Rival(limit, again["bare"], 2.0), goal=12, better="lower",
               conditions=f"The kernel alone, without HTTP: commit with journal and outbox, relay, broker, inbox, "
               f"effect, journal and outbox again, commit. Five workers run. {said}"),
        Result("P2", "the same, p99", "ms", ours, goal=50, better="lower"),
        Result("P2", "four hops, p99", "ms", far, goal=200, better="lower",
               conditions="Four services in a row, each with its own database and topic."),
    ]  # fmt: skip


def _median_of(kept: list[list[float]], sample: Callable[[], list[float]]) -> Callable[[], float]:
    """Of one round; all of it is kept."""

    def run() -> float:
        kept.append(sample())
        return percentile(kept[-1], 0.5)

    return run


def _milliseconds(sent: dict[str, float], done: Callable[[], Done]) -> list[float]:
    """From when each was to be sent; waits until all are done."""
    feed.until(lambda: sent.keys() <= done().keys(), 60)
    found = done()
    return [(found[each] - at) * 1000 for each, at in sent.items()]


# the real services


@contextmanager
def _real_services(servers: Servers) -> Iterator[Callable[[int], list[float]]]:
    databases = Databases(servers)
    urls = {service: databases.fresh(service) for service in ("intake", "portal")}
    create_topics(servers.bootstrap)
    partner = a_partner(urls["intake"])
    with ExitStack() as stack:
        api, _, portal = (
            stack.enter_context(process(f"services.{module}", servers.bootstrap, urls))
            for module in ("intake.main", "intake.worker", "portal.worker")
        )

        def sample(number: int) -> list[float]:
            ids = [uuid4() for _ in range(number)]
            requests = [partner.request(api.port, correlation_id=each) for each in ids]
            answers = at_rate(api.port, requests, RATE)
            assert {answered.status for _, answered in answers} == {201}
            sent = {str(each): at for each, (at, _) in zip(ids, answers, strict=True)}
            return _milliseconds(sent, lambda: _handled(portal.log, "referral_received"))

        yield sample


def _handled(log: Path, kind: str) -> Done:
    """Correlation id -> when the worker said that the event was handled."""
    found = {}
    for line in log.read_text().splitlines():
        if f".{kind}." in line and '"handled"' in line:
            said = json.loads(line)
            found[said["correlation_id"]] = datetime.fromisoformat(said["timestamp"]).timestamp()
    return found


# four hops


@contextmanager
def _chain(servers: Servers) -> Iterator[Callable[[int], tuple[list[float], list[float]]]]:
    with ExitStack() as stack:
        places: list[Ground] = [stack.enter_context(ground(servers)) for _ in range(HOPS + 1)]
        workers = []
        for before, place in zip([None, *places], places, strict=False):
            place.run(COUNTERS)
            command = [sys.executable, "-m", "tests.bench.chain"]
            worker = feed.start(place, command, "", BENCH_FROM=before.name if before else "")
            stack.callback(worker.stop)
            workers.append(worker)
        for worker in workers:
            feed.until(_ready(worker.port), 60, worker)
        database = Database(places[0].url, places[0].name)
        database.open()
        stack.callback(database.close)

        def sample(number: int) -> tuple[list[float], list[float]]:
            sent = _publish(database, number)
            last = _milliseconds(sent, lambda: _handled(workers[-1].log, "passed"))
            return _milliseconds(sent, lambda: _handled(workers[1].log, "passed")), last

        yield sample


def _ready(port: int | None) -> Callable[[], bool]:
    def ready() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/ready", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    return ready


def _publish(database: Database, number: int) -> dict[str, float]:
    """A case a time, each in a transaction of its own; when each was to be published."""
    event = chain.passed_by(database.service)
    return _on_time(number, lambda each: _publish_one(database, each, event(case_id=uuid4())))


def _publish_one(database: Database, correlation_id: UUID, event: Event) -> None:
    with database.transaction(Cause(correlation_id)) as tx:
        publish(tx, event)


def _on_time(number: int, act: Callable[[UUID], None]) -> dict[str, float]:
    """Four at a time, so that a slow one does not hold back those after it."""
    began, sent = time.time() + 0.05, {}
    with ThreadPoolExecutor(4) as pool:
        for n in range(number):
            each, due = uuid4(), began + n / RATE
            time.sleep(max(0.0, due - time.time()))
            pool.submit(act, each)
            sent[str(each)] = due
    return sent


# the limit


@contextmanager
def _bare_hop(servers: Servers) -> Iterator[Callable[[int], list[float]]]:
    with ground(servers) as place, psycopg.connect(place.url, autocommit=True) as conn:
        place.run(
            "CREATE TABLE bare_outbox (place bigint GENERATED ALWAYS AS IDENTITY, id uuid PRIMARY KEY, data text)",
            "CREATE TABLE bare_effects (id uuid PRIMARY KEY, data bytea)",
        )
        peer = feed.start(place, [sys.executable, "-m", "tests.bench.peers.bare_hop"], place.topic)
        try:
            feed.until(lambda: "listening" in peer.log.read_text(), 30, peer)

            def act(each: UUID) -> None:
                conn.execute("INSERT INTO bare_outbox (id, data) VALUES (%s, %s)", (each, "x" * 100))
                conn.execute("NOTIFY bare")

            yield lambda number: _milliseconds(_on_time(number, act), lambda: _done(peer.log))
        finally:
            peer.stop()


def _done(log: Path) -> Done:
    return {id_: float(at) for id_, at in re.findall(r"^done (\S+) (\S+)$", log.read_text(), re.MULTILINE)}
