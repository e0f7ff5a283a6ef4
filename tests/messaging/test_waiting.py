"""What cannot be handled waits with its key; nothing else does."""

import time
from uuid import uuid4

import psycopg
import pytest

from shared.db import Cause, transaction_on
from shared.events.base import Envelope
from shared.messaging import waiting
from tests.messaging.running import Probe, until

pytestmark = pytest.mark.bus


def states(probe: Probe) -> list[tuple[str, str]]:
    return probe.rows("SELECT key, state FROM waiting_keys ORDER BY key")


def resume(probe: Probe, key: str) -> int:
    with psycopg.connect(probe.url) as conn, transaction_on(conn, probe.name, Cause()) as tx:
        return waiting.resume(tx, key, "operator:test")


def waits_in_place(probe: Probe) -> int:
    """How often the consumer has said that it waits for its database; the other parts of a worker say it too."""
    return sum('"database_unusable"' in line and '"consumer"' in line for line in probe.log().splitlines())


def it_waits(probe: Probe, closed: Envelope) -> None:
    """Sent alone: what is sent with it on another topic may overtake it."""
    probe.send([closed])
    until(lambda: states(probe) == [(closed.key, "waiting")], 30, probe.log)


def test_an_event_that_is_early_on_another_topic_takes_effect_when_its_fact_arrives(probe: Probe) -> None:
    case, other = uuid4(), uuid4()
    probe.start()
    probe.send([probe.closed(case), probe.noted(other, 1)])
    until(lambda: states(probe) == [(str(case), "waiting")] and len(probe.effects()) == 1, 30, probe.log)
    probe.send([probe.noted(case, 1), probe.opened(case)])
    kinds = "SELECT kind FROM effects WHERE case_id = %s ORDER BY place"
    until(lambda: probe.effects("closed") == [(case, 0)] and len(probe.rows(kinds, case)) == 3, 5, probe.log)
    assert probe.rows(kinds, case) == [("opened",), ("closed",), ("noted",)]
    assert states(probe) == []
    until(lambda: probe.lag() == 0, 5, "offsets are not committed")


def test_a_key_that_keeps_failing_is_parked_and_resumes_to_the_state_it_would_have_had(probe: Probe) -> None:
    broken, sound = uuid4(), uuid4()
    first = probe.start(PROBE_BROKEN_CASES=str(broken))
    probe.send([probe.noted(case, number) for number in range(3) for case in (broken, sound)])
    until(lambda: states(probe) == [(str(broken), "parked")], 60, lambda: f"{states(probe)}\n{probe.log()[-2000:]}")
    assert probe.effects() == [(sound, 0), (sound, 1), (sound, 2)]
    assert probe.lag() == 0, "a parked key must not hold its partition"
    until(lambda: "interconnexion_parked_keys 1.0" in probe.metrics(), 5, "the metric does not say so")
    first.terminate()
    first.wait(30)
    probe.start()
    assert resume(probe, str(broken)) == 3
    until(lambda: len(probe.effects()) == 6, 10, probe.log)
    assert [number for case, number in probe.effects() if case == broken] == [0, 1, 2]
    assert states(probe) == []


def test_events_behind_a_waiting_one_are_received_once_however_often_they_come(probe: Probe) -> None:
    case = uuid4()
    closed, noted = probe.closed(case), probe.noted(case, 1)
    probe.start()
    it_waits(probe, closed)
    probe.send([noted, closed, noted])
    until(lambda: probe.lag() == 0, 30, probe.log)
    assert probe.rows("SELECT count(*) FROM waiting_events") == [(2,)]
    probe.send([probe.opened(case)])
    until(lambda: len(probe.effects()) == 1, 5, probe.log)
    assert probe.effects("closed") == [(case, 0)]


def test_discarding_the_first_event_frees_the_rest_and_keeps_what_was_discarded(probe: Probe) -> None:
    case = uuid4()
    closed = probe.closed(case)
    probe.start()
    it_waits(probe, closed)
    probe.send([probe.noted(case, 1)])
    until(lambda: probe.lag() == 0, 30, probe.log)
    with psycopg.connect(probe.url) as conn, transaction_on(conn, probe.name, Cause()) as tx:
        waiting.discard(tx, str(case), closed.id, "operator:test")
    until(lambda: probe.effects() == [(case, 1)], 5, probe.log)
    assert states(probe) == []
    assert probe.rows("SELECT decision, decided_by, event_id FROM waiting_decisions") == [
        ("discarded", "operator:test", closed.id)
    ]


POISON = {
    "no headers": (b"{}", None, []),
    "not utf-8": (b"\xff\xfe\x00", b"\xff", []),
    "empty": (b"", b"k1", []),
    "null": (None, b"k2", []),
    "headers without an id": (b"{}", b"k3", [("ce_specversion", b"1.0"), ("ce_type", b"x")]),
}


def test_messages_that_are_none_of_ours_are_kept_and_block_nobody(probe: Probe) -> None:
    case = uuid4()
    probe.start()
    for value, key, headers in POISON.values():
        probe.send_raw(value, key=key, headers=headers)
    probe.send([probe.noted(case, 1)])
    until(lambda: probe.effects() == [(case, 1)] and probe.lag() == 0, 30, probe.log)
    until(lambda: probe.rows("SELECT count(*) FROM waiting_keys WHERE attempts < 2") == [(0,)], 30, probe.log)
    assert len(states(probe)) == len(POISON), "one was taken for handled when it was tried again"


BODIES = {
    "not json": b"{",
    "another shape": b"[1, 2]",
    "a field missing": b'{"case_id": "CASE"}',
    "a field of another kind": b'{"case_id": "CASE", "number": "many"}',
    "a nul character": b'{"case_id": "CASE", "number": 1, "note": "\x00"}',
}


def test_an_event_whose_body_cannot_be_read_blocks_only_its_own_key(probe: Probe) -> None:
    probe.start()
    cases = {name: uuid4() for name in BODIES}
    sound = uuid4()
    for name, body in BODIES.items():
        case = cases[name]
        probe.send([probe.envelope("noted", "a", case, body.replace(b"CASE", str(case).encode()))])
    probe.send([probe.noted(sound, 1), *(probe.noted(case, 2) for case in cases.values())])
    until(lambda: probe.lag() == 0, 30, probe.log)
    assert probe.effects() == [(sound, 1)]
    assert {key for key, _ in states(probe)} == {str(case) for case in cases.values()}
    assert probe.rows("SELECT count(*) FROM waiting_events") == [(2 * len(BODIES),)]


def test_a_next_major_version_of_an_event_we_consume_waits_and_an_unknown_type_is_ignored(probe: Probe) -> None:
    case, sound = uuid4(), uuid4()
    probe.start()
    newer = probe.noted(case, 1)
    unknown = probe.envelope("never_heard_of", "a", sound, b"{}")
    probe.send([type(newer)(**{**newer.__dict__, "type": newer.type.replace(".v1", ".v2")}), unknown])
    probe.send([probe.noted(sound, 5)])
    until(lambda: probe.effects() == [(sound, 5)] and probe.lag() == 0, 30, probe.log)
    assert [key for key, _ in states(probe)] == [str(case)]


def test_many_keys_failing_at_once_stop_the_line_instead_of_setting_everyone_aside(probe: Probe) -> None:
    cases = [uuid4() for _ in range(60)]
    worker = probe.start(PROBE_BROKEN_CASES=",".join(map(str, cases)))
    probe.send([probe.noted(case, 1) for case in cases])
    assert worker.wait(30) == 1
    assert len(states(probe)) <= 11
    probe.start()
    until(lambda: len(probe.effects()) == 60 and probe.lag() == 0, 60, lambda: probe.log()[-3000:])


def test_a_worker_waits_in_place_while_the_database_is_away(probe: Probe) -> None:
    case = uuid4()
    probe.start()
    probe.send([probe.noted(case, 0)])
    until(lambda: len(probe.effects()) == 1 and probe.lag() == 0, 30, probe.log)
    probe.database_away()
    probe.send([probe.noted(case, number) for number in range(1, 30)])
    until(lambda: waits_in_place(probe) > 0, 60, probe.log)
    waited_until = time.monotonic() + 6  # three times the group's patience
    while time.monotonic() < waited_until:
        assert probe.lag() == 29, "nothing may be acknowledged that is not stored"
    probe.database_back()
    until(lambda: len(probe.effects()) == 30 and probe.lag() == 0, 40, lambda: probe.log()[-3000:])
    assert states(probe) == []


def test_told_to_end_while_the_database_is_away_a_worker_ends_after_a_grace(probe: Probe) -> None:
    worker = probe.start()
    probe.database_away()
    probe.send([probe.noted(uuid4(), 1)])
    until(lambda: "database_unusable" in probe.log(), 30, probe.log)
    worker.terminate()
    worker.wait(40)
    probe.database_back()
    assert probe.lag() == 1
    probe.start()
    until(lambda: len(probe.effects()) == 1, 30, probe.log)


def test_a_timer_that_is_due_fires_once_though_two_workers_look(probe: Probe) -> None:
    probe.start()
    probe.start()
    cases = [uuid4() for _ in range(20)]
    with psycopg.connect(probe.url) as conn:
        conn.cursor().executemany(
            """INSERT INTO timers (id, kind, key, about, due_at, correlation_id)
               VALUES (gen_random_uuid(), 'bell', %s, %s, now(), gen_random_uuid())""",
            [(str(case), str(case)) for case in cases],
        )
    until(lambda: probe.rows("SELECT count(*) FROM timers") == [(0,)], 10, probe.log)
    assert sorted(case for case, _ in probe.effects("rang")) == sorted(cases)
