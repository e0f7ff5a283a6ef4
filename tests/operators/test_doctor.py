"""Each check of doctor, seen green where all is well and otherwise on a real database, process or file that is ill."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import uvicorn

from deploy.local.ports import free_port
from shared.db import Cause, Tx, transaction_on
from shared.health import Waiting, health_app
from shared.messaging.relay import RELAY_LOCK
from shared.operators import check_databases as check
from shared.operators import check_running
from shared.operators.doctor import of_database
from shared.operators.findings import Finding
from shared.operators.places import SERVICES, settings_of
from tests.operators.conftest import Installation, Run
from tests.servers import Servers

Check = Callable[[Tx], Finding | None]
_AN_OLD_EVENT = """
    WITH said AS (
        INSERT INTO journal (event_id, type, key, subject, version, occurred_at, written_at, correlation_id, data)
        VALUES (gen_random_uuid(), 't', 'k', 's', 1, now(), now() - interval '{age}', gen_random_uuid(), '{{}}')
        RETURNING position)
    INSERT INTO outbox SELECT position FROM said"""
_A_TIMER = """INSERT INTO timers (id, kind, key, about, due_at, parked_at, error, correlation_id)
              VALUES (gen_random_uuid(), 'x', 'k', 'a', now(), now(), 'KeyError: x', gen_random_uuid())"""
_A_DELIVERY = """INSERT INTO webhook_deliveries (id, endpoint, type, about, state, attempts, correlation_id)
                 VALUES (gen_random_uuid(), 'mifi', 't', 'a', '{state}', {attempts}, gen_random_uuid())"""
_A_KEY = "INSERT INTO waiting_keys VALUES ('k', '{state}', now() - interval '{age}', now(), 5, 5, NULL, 'f', 'e', 'x')"
ILL: dict[str, tuple[Check, str, str, str]] = {
    "migrations not applied": (check.migrations, "intake", "UPDATE alembic_version SET version_num = '0001'", "broken"),
    "a newer database": (check.migrations, "intake", "UPDATE alembic_version SET version_num = '9999'", "attention"),
    "a trigger off": (
        check.append_only, "portal", "ALTER TABLE journal DISABLE TRIGGER journal_is_append_only", "broken",
    ),
    "a trigger gone": (
        check.append_only, "intake", "DROP TRIGGER name_lookups_are_append_only ON name_lookups", "broken",
    ),
    "commits that wait for no disk": (check.durable, "matching", "SET LOCAL synchronous_commit = off", "broken"),
    "an outbox of two minutes": (check.outbox_age, "matching", _AN_OLD_EVENT.format(age="2 minutes"), "attention"),
    "an outbox that stands still": (check.outbox_age, "matching", _AN_OLD_EVENT.format(age="1 hour"), "broken"),
    "a parked key": (check.keys, "retention", _A_KEY.format(state="parked", age="1 second"), "attention"),
    "a key that nobody retries": (check.keys, "retention", _A_KEY.format(state="waiting", age="1 hour"), "attention"),
    "a parked timer": (check.timers, "retention", _A_TIMER, "attention"),
    "an exhausted delivery": (
        check.webhooks, "subsidies", _A_DELIVERY.format(state="exhausted", attempts=12), "attention",
    ),
    "a failing delivery": (check.webhooks, "subsidies", _A_DELIVERY.format(state="pending", attempts=1), "attention"),
    "a receiver that is gone": (
        check.webhooks, "subsidies", "INSERT INTO webhook_endpoints_gone VALUES ('mifi')", "attention",
    ),
}  # fmt: skip


@contextmanager
def looking_at(url: str, service: str) -> Iterator[Tx]:
    """A transaction that leaves nothing."""
    with psycopg.connect(url) as conn, transaction_on(conn, service, Cause()) as tx:
        yield tx
        raise psycopg.Rollback


@pytest.mark.parametrize("illness", ILL)
def test_an_illness_of_a_database_is_found_with_what_to_do(installed: Installation, illness: str) -> None:
    look, service, ill, state = ILL[illness]
    with looking_at(installed.urls[service], service) as tx:
        well = look(tx)
        assert well is not None
        assert (well.state, well.do_fr) == ("green", "")
        tx.conn.execute(ill)
        found = look(tx)
        assert found is not None
        assert (found.state, found.check, found.about) == (state, well.check, service)
        assert all((found.fr, found.en, found.do_fr, found.do_en))


def test_a_waiting_key_that_is_tried_again_is_no_illness_and_who_sends_nothing_has_no_deliveries(
    installed: Installation,
) -> None:
    with looking_at(installed.urls["retention"], "retention") as tx:
        tx.conn.execute(_A_KEY.format(state="waiting", age="1 minute"))
        assert check.keys(tx).state == "green"
        assert check.webhooks(tx) is None


def test_a_role_that_may_do_more_than_its_own_is_found(installed: Installation, real: Servers) -> None:
    names = [url.rpartition("/")[2] for url in installed.urls.values()]
    with looking_at(installed.urls["portal"], "portal") as tx:
        me = tx.value("SELECT current_user")
        with psycopg.connect(real.admin_url, autocommit=True) as admin:
            for name in names:
                admin.execute(f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')
            assert check.role(tx, names).state == "green"
            admin.execute(f'GRANT CONNECT ON DATABASE "{names[0]}" TO "{me}"')
            found = check.role(tx, names)
            admin.execute(f'REVOKE CONNECT ON DATABASE "{names[0]}" FROM "{me}"')
    assert found.state == "broken"
    assert names[0] in found.en
    with looking_at(real.admin_url, "portal") as tx:
        assert check.role(tx, []).state == "broken", "a superuser"


def test_a_relay_is_one_session_that_holds_the_lock(installed: Installation, run: Run) -> None:
    url = installed.urls["subsidies"]
    with looking_at(url, "subsidies") as tx, psycopg.connect(url) as one, psycopg.connect(url) as two:
        assert check.relay(tx).state == "broken", "nobody sends"
        one.execute("SELECT pg_advisory_lock_shared(%s, %s)", RELAY_LOCK)
        assert check.relay(tx).state == "green"
        assert run("outbox", "-s", "subsidies", "--json").json[0]["relays"] == 1
        two.execute("SELECT pg_advisory_lock_shared(%s, %s)", RELAY_LOCK)
        assert check.relay(tx).state == "broken", "two send"
    with looking_at(installed.urls["portal"], "portal") as tx:
        assert check.relay(tx).state == "green", "it publishes nothing"


def test_outbox_tells_rows_age_and_what_went_last_and_exits_1_when_the_oldest_is_too_old(
    installed: Installation, run: Run
) -> None:
    assert run("outbox", "--json").code == 0
    assert [line["service"] for line in run("outbox", "--json").json] == [
        "intake",
        "matching",
        "subsidies",
        "retention",
    ]
    installed.rows("matching", _AN_OLD_EVENT.format(age="1 hour"))
    installed.rows("matching", "DELETE FROM outbox")
    installed.rows("matching", _AN_OLD_EVENT.format(age="2 minutes").replace("'s', 1", "'s', 2"))
    (line,) = run("outbox", "-s", "matching", "--json").json
    assert (line["rows"], 119 < line["oldest_s"] < 200) == (1, True)
    written = installed.rows("matching", "SELECT written_at FROM journal ORDER BY position")
    assert line["last_published_at"][:19] == str(written[0][0])[:19], "what is still to go did not go out"
    assert run("outbox", "-s", "matching").code == 1
    assert run("outbox", "-s", "matching", "--older-than", 600).code == 0
    assert "This service publishes nothing" in run("outbox", "-s", "portal").out
    installed.rows("matching", "DELETE FROM outbox")


def test_a_database_that_is_away_or_empty_is_one_finding(
    installed: Installation, real: Servers, monkeypatch: Any
) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", real.create_database(f"empty_{uuid4().hex[:6]}"))
    found = [one for one in of_database("portal", [], {}) if one.state != "green"]
    assert [(one.check, one.state) for one in found] == [("database.migrations", "broken")]
    assert "make up" in found[0].do_en
    monkeypatch.setenv("PORTAL_DATABASE_URL", installed.urls["portal"].replace("@", "x@"))
    (away,) = of_database("portal", [], {})
    assert (away.check, away.state) == ("database.reachable", "broken")
    assert "portal" in away.do_fr


def test_settings_that_are_missing_are_found(installed: Installation, tmp_path: Path, monkeypatch: Any) -> None:
    keys = tmp_path / "jwks.json"
    monkeypatch.setenv("TOKENS_JWKS_FILE", str(keys))
    assert check_running.settings("intake").state == "broken", "nobody's token could be verified"
    keys.write_text("{}")
    assert check_running.settings("intake").state == "green"
    monkeypatch.delenv("MINISTRY_WEBHOOK_SECRET", raising=False)
    assert check_running.settings("subsidies").state == "attention"
    monkeypatch.setenv("MINISTRY_WEBHOOK_SECRET", "whsec_eA==")
    assert check_running.settings("subsidies").state == "green"
    monkeypatch.delenv("INTAKE_DATABASE_URL")
    assert "INTAKE_DATABASE_URL" in check_running.settings("intake").fr


def test_a_clock_that_is_refused_unreadable_or_behind_is_broken(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLOCK_FILE", raising=False)
    assert check_running.programme_clock().state == "green"
    file = tmp_path / "clock.json"
    monkeypatch.setenv("CLOCK_FILE", str(file))
    for said, state in (("14", "green"), ("-1", "broken"), ("no number", "broken")):
        file.write_text(f'{{"offset_seconds": {said}}}')
        assert check_running.programme_clock().state == state, said
    file.write_text('{"offset_seconds": 0}')
    monkeypatch.setenv("INTERCONNEXION_ENV", "production")
    assert check_running.programme_clock().state == "broken", "production follows real time"


@contextmanager
def answering(lacks: list[Waiting], within_s: float = 60) -> Iterator[int]:
    """A worker's health route on a real port."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(health_app(lambda: lacks, within_s), port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.05)
        yield port
    finally:
        server.should_exit = True
        thread.join(10)


def test_a_process_that_is_ready_starting_in_trouble_or_not_there(installed: Installation, monkeypatch: Any) -> None:
    bus = [Waiting("Kafka ne répond pas.", "Kafka does not answer.")]
    with answering([]) as port:
        monkeypatch.setenv("INTAKE_WORKER_PORT", str(port))
        monkeypatch.setenv("INTAKE_URL", f"http://127.0.0.1:{port}")
        mine = settings_of("intake")
        assert (check_running.worker(mine).state, check_running.api(mine).state) == ("green", "green")
    assert check_running.worker(settings_of("intake")).state == "broken", "nobody there"
    for within_s, state in ((60, "attention"), (-1, "broken")):
        with answering(bus, within_s) as port:
            monkeypatch.setenv("INTAKE_WORKER_PORT", str(port))
            found = check_running.worker(settings_of("intake"))
            assert (found.state, found.fr) == (state, "Kafka ne répond pas.")
    monkeypatch.delenv("INTAKE_WORKER_PORT")
    assert check_running.worker(settings_of("intake")).state == "attention", "not asked"


def test_doctor_tells_of_everything_in_both_languages_and_its_exit_code_is_the_worst(
    installed: Installation, run: Run, monkeypatch: Any
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    said = run("doctor", "--json")
    assert (said.code, said.json["state"]) == (2, "broken")
    findings = said.json["findings"]
    assert all(one["fr"] and one["en"] and one["state"] in ("green", "attention", "broken") for one in findings)
    assert all(one["do_fr"] and one["do_en"] for one in findings if one["state"] != "green")
    checks = {one["check"] for one in findings}
    table = (Path(__file__).parents[2] / "docs" / "runbooks" / "doctor.md").read_text()
    assert [name for name in sorted(checks | {"bus.topics", "bus.groups", "bus.lag", "bus.offsets"})
            if f"`{name}`" not in table] == []  # fmt: skip
    assert {one["about"] for one in findings if one["check"] == "settings"} == set(SERVICES)
    printed = run("doctor")
    assert printed.code == 2
    assert "rompu" in printed.out
