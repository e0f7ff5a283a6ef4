"""P1: a partner's system sends a person by POST /v1/referrals to the real intake API: key, validation, idempotency,
audit fields, vault, referral, journal and outbox in one commit. Its serial ceiling is a bare FastAPI POST and the same
statements bare, one after the other."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from fastapi import FastAPI
from pydantic import SecretStr

from services.intake.main import app
from services.intake.settings import IntakeSettings
from shared.log import configure_logging
from tests.api_client import ready
from tests.bench.http_client import as_fast_as_it_can, at_rate, percentile
from tests.bench.intake import PATH, Partner, a_partner, process
from tests.bench.result import Curve, Result, Rival, Size, in_turn
from tests.bench.statements import Transactions, Turns, copy_of, recorded, replayed
from tests.databases import Databases
from tests.servers import Servers

EVENTS, ROUNDS = {"small": 200, "full": 2_000}, {"small": 2, "full": 5}
RATES = {"small": (100,), "full": (50, 100, 200, 400)}
CONNECTIONS = 8


def measure(servers: Servers, size: Size) -> list[Result]:
    databases = Databases(servers)
    few = EVENTS[size]
    url = databases.fresh("intake")
    partner = a_partner(url)
    with process("services.intake.main", servers.bootstrap, {"intake": url}) as api:
        with process("tests.bench.peers.bare_fastapi", servers.bootstrap, {}) as bare:
            fresh, transactions = _recorded(servers, databases.fresh("intake"), few)
            posts: list[float] = []
            alone: list[float] = []

            def ceiling() -> float:
                posts.append(as_fast_as_it_can(bare.port, _requests(partner, bare.port, few), CONNECTIONS, 201))
                alone.append(few / replayed(fresh(), transactions))
                return 1 / (1 / posts[-1] + 1 / alone[-1])

            def ours() -> float:
                return as_fast_as_it_can(api.port, _requests(partner, api.port, few), CONNECTIONS, 201)

            taken = in_turn({"ours": ours, "limit": ceiling}, ROUNDS[size])
        late = {rate: _latencies(partner, api.port, rate, few) for rate in RATES[size]}
    trips = _round_trips(databases.fresh("intake"))
    return _told(few, Taken(taken, tuple(posts[1:]), tuple(alone[1:])), late, trips)


@dataclass(frozen=True)
class Taken:
    """Samples of ours and of the ceiling, and of the ceiling's two halves."""

    both: Mapping[str, tuple[float, ...]]
    posts: tuple[float, ...]
    alone: tuple[float, ...]


def _requests(partner: Partner, port: int, number: int) -> list[bytes]:
    return [partner.request(port) for _ in range(number)]


def _latencies(partner: Partner, port: int, rate: float, number: int) -> list[float]:
    """Milliseconds, each from when its request was to be sent."""
    answers = at_rate(port, _requests(partner, port, min(number, int(rate * 8))), rate)
    assert {answered.status for _, answered in answers} == {201}
    return [answered.took_s * 1000 for _, answered in answers]


def _recorded(servers: Servers, empty: str, number: int) -> tuple[Callable[[], str], Transactions]:
    """A database that has not seen them yet, as often as asked for, and the statements of ``number`` requests."""
    configure_logging("intake", "CRITICAL")
    partner = a_partner(empty)
    with ready(_app(copy_of(servers, empty))) as client, recorded() as transactions:
        for _ in range(number):
            sent = client.post(PATH, content=partner.referral(), headers=_headers(partner))
            assert sent.status_code == 201, sent.text
    return (lambda: copy_of(servers, empty)), [t for t in transactions if t]


def _headers(partner: Partner) -> dict[str, str]:
    key = f"k{time.perf_counter_ns()}"
    return {"Authorization": f"Bearer {partner.key}", "Idempotency-Key": key, "Content-Type": "application/json"}


def _app(url: str) -> FastAPI:
    return app(IntakeSettings(intake_database_url=SecretStr(url), INTERCONNEXION_ENV="test"))


def _round_trips(url: str) -> tuple[float, ...]:
    """Of single requests, one after the other, after some that warm the connection; the relay's wake-up is not there to
    be counted, for it is another connection's, after the answer."""
    partner, turns = a_partner(url), Turns(url)
    counted = []
    try:
        with ready(_app(turns.start())) as client:
            client.app.state.db.waker.wake = lambda: None  # type: ignore[attr-defined]
            for _ in range(40):
                client.post(PATH, content=partner.referral(), headers=_headers(partner))
                counted.append(turns.counted)
    finally:
        turns.stop()
    return tuple(float(after - before) for before, after in pairwise(counted[20:]))


def _told(few: int, taken: Taken, late: dict[int, list[float]], trips: tuple[float, ...]) -> list[Result]:
    said = f"{few:,} requests a sample over {CONNECTIONS} connections, each with Idempotency-Key and a partner's key; "
    said += "bodies of some 500 bytes, one API process, client on the same cores."
    limit = Rival("serial ceiling: bare FastAPI POST, then the same statements bare", taken.both["limit"], 0.6)
    halves = (Rival("bare FastAPI POST alone", taken.posts), Rival("the same statements alone", taken.alone))
    points = {
        name: tuple((float(rate), percentile(found, share)) for rate, found in late.items())
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }
    return [
        Result("P1", "durable accept of a referral", "requests/s", taken.both["ours"], limit, halves, 800,
               conditions=said),
        Result("P1", "database round trips of one request", "", trips, goal=3, better="lower",
               conditions="Counted on the wire, by a proxy before the database: each time the client speaks after the "
               "server did.",
               remarks="They are: the partner's key; BEGIN; the lock of the idempotency key, and its answer; the "
               "partner; who may be the same person; person, facts and referral; the lock of the case; journal and "
               "outbox; the answer kept; COMMIT. Fewer would need the domain's questions folded into "
               "statements of the store's."),
        Result("P1", "latency at 100 a second, p99", "ms", (percentile(late[100], 0.99),), better="lower",
               conditions="Open loop: from the moment a request was to be sent.",
               curve=Curve("Latency of an accepted referral, open loop", "requests a second", "ms", points)),
    ]  # fmt: skip
