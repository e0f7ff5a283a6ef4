"""P4: one transaction per event. Ours is the real worker process; beside it, in turn, on the same broker and database,
the same statements in a bare loop, a plain Faust agent, and FastStream with SQLAlchemy. Each consumer is paused while
its topic is filled; the rate is taken from the journal's own times, without the first tenth."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.bench import feed
from tests.bench.feed import PAYLOAD_BYTES, Consuming, Feed
from tests.bench.ground import Ground, ground
from tests.bench.peers import bare
from tests.bench.result import Result, Rival, Size, in_turn
from tests.bench.work import COUNTERS, parameters
from tests.servers import Servers

EVENTS, MANY = {"small": 600, "full": 1_500}, {"small": 5_000, "full": 30_000}
ROUNDS = {"small": 3, "full": 5}
PEERS = Path(".local/bench/venv/bin/python")
SUFFIXES = ("-a", "-b", "-faust", "-faststream", "-noop")
SAID = f"{PAYLOAD_BYTES}-byte payloads, 500 cases, 6 partitions, one process, one connection for the consumer."


def measure(servers: Servers, size: Size) -> list[Result]:
    found = _one_by_one(servers, size)
    found += _without_work(servers, size)
    found.append(_spread(servers, size))
    return found


@contextmanager
def _stage(servers: Servers, partitions: int = 6) -> Iterator[tuple[Ground, list[Consuming]]]:
    """A ground with the work's table, and a list of the processes to end."""
    running: list[Consuming] = []
    with ground(servers, SUFFIXES, partitions) as place:
        place.run(COUNTERS)
        try:
            yield place, running
        finally:
            for consumer in running:
                consumer.stop()


def _one_by_one(servers: Servers, size: Size) -> list[Result]:
    """The others write to a database of their own: our relay would send what lies in their outbox."""
    events = EVENTS[size]
    if not PEERS.exists():
        raise RuntimeError("FastStream is not there: make bench-install")
    with _stage(servers) as (place, running), ground(servers) as theirs:
        theirs.run(COUNTERS)
        ours = feed.start_worker(place)
        running.append(ours)
        plain = [sys.executable, "-m", "tests.bench.peers.plain_faust", "work"]
        faust = _start_peer(place, running, "-faust", plain, theirs.url)
        measures: dict[str, Callable[[], float]] = {
            "ours": _journalled(place, [ours], Feed(place.name), events),
            "limit": _bare(theirs, Feed(place.name, "-bare"), events),
            "faust": _journalled(theirs, [faust], Feed(place.name, "-faust"), events),
        }
        fast = [str(PEERS), "-m", "tests.bench.peers.with_faststream"]
        peer = _start_peer(place, running, "-faststream", fast, theirs.url)
        measures["faststream"] = _journalled(theirs, [peer], Feed(place.name, "-faststream"), events)
        taken = in_turn(measures, ROUNDS[size])
    limit = Rival("the same statements, bare psycopg loop", taken["limit"], 0.9)
    peers = (
        Rival("plain Faust agent, asynchronous psycopg", taken["faust"]),
        Rival("FastStream + SQLAlchemy asyncio (asyncpg)", taken["faststream"], 3.0),
    )
    return [
        Result("P4", "consumer, one transaction per event", "events/s", taken["ours"], limit, peers, 600,
               conditions=f"{events:,} events a sample. {SAID} Inbox, lock, look-up of waiting keys, effect, journal "
               "and outbox; the worker's relay, metrics and log run as always.")
    ]  # fmt: skip


def _start_peer(place: Ground, running: list[Consuming], suffix: str, command: list[str], url: str) -> Consuming:
    consumer = feed.start(place, command, f"{place.name}{suffix}.events", BENCH_DATABASE_URL=url)
    running.append(consumer)
    feed.until(lambda: "ready" in consumer.log.read_text(), 90, consumer)
    return consumer


def _journalled(place: Ground, consumers: list[Consuming], source: Feed, events: int) -> Callable[[], float]:
    """Fills the topic, lets them go, and reads from the journal how fast they were."""

    def sample() -> float:
        before = _last(place)
        _fill(place, consumers, source, events)
        feed.until(lambda: _last(place) - before >= events, 120, consumers[0])
        with psycopg.connect(place.url) as conn:
            return _rate(conn, before, events)

    return sample


def _fill(place: Ground, consumers: list[Consuming], source: Feed, events: int) -> None:
    for consumer in consumers:
        consumer.pause()
    feed.send(place.bootstrap, source.topic, source.messages(events))
    for consumer in consumers:
        consumer.go_on()


def _last(place: Ground) -> int:
    with psycopg.connect(place.url, autocommit=True) as conn:
        found = conn.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()
    return int(found[0]) if found else 0


def _rate(conn: psycopg.Connection[tuple[float]], before: int, events: int) -> float:
    row = conn.execute(
        """SELECT extract(epoch FROM max(written_at) - min(written_at))::float FROM journal
           WHERE position > %s + %s""",
        (before, events // 10),
    ).fetchone()
    assert row
    return (events - events // 10) / row[0]


def _bare(place: Ground, source: Feed, events: int) -> Callable[[], float]:
    def sample() -> float:
        messages = source.messages(events)
        work = [parameters(k, dict(h), v, (source.topic, 0, n)) for n, (k, v, h) in enumerate(messages)]
        return bare.rate(place.url, work)

    return sample


def _without_work(servers: Servers, size: Size) -> list[Result]:
    """Projections, known duplicates, and what Faust itself costs, beside a no-op Faust agent."""
    events = MANY[size]
    with _stage(servers) as (place, running), ground(servers, ("-b",)) as model:
        model.run(COUNTERS)
        ours, puts = feed.start_worker(place), feed.start_worker(model, BENCH_ONLY_PUTS="1")
        running += [ours, puts]
        nothing = [sys.executable, "-m", "tests.bench.peers.plain_faust", "noop"]
        noop = _start_peer(place, running, "-noop", nothing, place.url)
        empty, looked = Feed(place.name, "-noop"), Feed(model.name, "-b", "looked")
        single = Feed(place.name, "-b", "looked")
        known = Feed(place.name)
        again = known.messages(1_000)
        feed.send(place.bootstrap, known.topic, again)
        feed.until(lambda: ours.handled("handled") >= 1_000, 60, ours)
        cpu: dict[str, list[float]] = {"noop": [], "projections": [], "one by one": [], "duplicates": []}
        taken = in_turn(
            {
                "noop": _costing(cpu["noop"], noop, events, lambda: _came(place, noop, empty, events)),
                "projections": _costing(cpu["projections"], puts, events,
                                        lambda: _counted(model, puts, looked, "handled", events)),
                "one by one": _costing(cpu["one by one"], ours, events // 10,
                                       lambda: _counted(place, ours, single, "handled", events // 10)),
                "duplicates": _costing(cpu["duplicates"], ours, events // 5,
                                       lambda: _sent_again(place, ours, known.topic, again * (events // 5_000))),
            },
            ROUNDS[size],
        )  # fmt: skip
    limit = taken["noop"]
    share = tuple(100 * f / o for f, o in zip(cpu["noop"], cpu["one by one"], strict=True))
    return [
        Result("P4", "projections in batches (one row each, nothing published)", "events/s", taken["projections"],
               Rival("no-op Faust agent", limit, 0.5),
               (Rival("the same, a transaction per event", taken["one by one"]),), conditions=SAID,
               remarks="As the portal's worker takes a backlog: up to 250 in a transaction (decision 0010), each with "
               "its closing line and metrics."),
        Result("P4", "known duplicates", "events/s", taken["duplicates"], Rival("no-op Faust agent", limit, 0.4),
               conditions=f"1,000 known events sent again and again. {SAID}",
               remarks="A batch of which all are known is passed over with one look (decision 0010)."),
        Result("P4", "Faust's share of the worker's processor time, projections one by one", "%", share, better="lower",
               conditions="Processor time per event of the no-op agent, of that of our worker process (without the "
               f"database's). Per event: {_us(cpu['noop'])} µs bare, {_us(cpu['projections'])} µs a projection in a "
               f"batch, {_us(cpu['one by one'])} µs one alone, "
               f"{_us(cpu['duplicates'])} µs a duplicate."),
    ]  # fmt: skip


def _us(samples: list[float]) -> str:
    return f"{sorted(samples)[len(samples) // 2] * 1e6:.0f}"


def _costing(cpu: list[float], consumer: Consuming, events: int, sample: Callable[[], float]) -> Callable[[], float]:
    def run() -> float:
        before = consumer.cpu_s()
        rate = sample()
        cpu.append((consumer.cpu_s() - before) / events)
        return rate

    return run


def _came(place: Ground, noop: Consuming, source: Feed, events: int) -> float:
    before = noop.seen
    _fill(place, [noop], source, events)
    noop.seen += events
    feed.until(lambda: noop.came() and noop.came()[-1][0] >= noop.seen, 60, noop)
    marks = [(number, at) for number, at in noop.came() if number > before]
    return (marks[-1][0] - marks[0][0]) / (marks[-1][1] - marks[0][1])


def _counted(place: Ground, ours: Consuming, source: Feed, result: str, events: int) -> float:
    before = ours.handled(result)
    _fill(place, [ours], source, events)
    return _between(ours, result, before, events)


def _sent_again(place: Ground, ours: Consuming, topic: str, messages: list[feed.Message]) -> float:
    before = ours.handled("duplicate")
    ours.pause()
    feed.send(place.bootstrap, topic, messages)
    ours.go_on()
    return _between(ours, "duplicate", before, len(messages))


def _between(ours: Consuming, result: str, before: int, events: int) -> float:
    """Events a second from the first tenth to the last event, by the worker's metrics."""
    marks: list[tuple[float, int]] = []

    def done() -> bool:
        now, handled = time.perf_counter(), ours.handled(result) - before
        if handled >= events // 10:
            marks.append((now, handled))
        return handled >= events

    feed.until(done, 120, ours)
    (start, first), (end, last) = marks[0], marks[-1]
    return (last - first) / (end - start)


def _spread(servers: Servers, size: Size) -> Result:
    """One partition and six, one worker and two (a second one on one partition would only stand by)."""
    events, found = EVENTS[size], {}
    for partitions, most in ((1, 1), (6, 2)):
        with _stage(servers, partitions) as (place, running):
            source = Feed(place.name)
            for workers in range(1, most + 1):
                running.append(feed.start_worker(place))
                taken = in_turn({"ours": _journalled(place, list(running), source, events)}, ROUNDS[size] - 2)
                found[partitions, workers] = taken["ours"]
    peers = (
        Rival("one worker on six partitions", found[6, 1]),
        Rival("one worker on one partition", found[1, 1]),
    )
    return Result("P4", "consumer, two workers on six partitions", "events/s", found[6, 2], peers=peers,
                  conditions=f"{events:,} events a sample. {SAID}",
                  remarks="Broker, database and both workers share two cores.")  # fmt: skip
