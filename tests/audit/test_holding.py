"""Who owns the audit tables: the service adds rows to them, and can do nothing else. On databases made as every
installation makes them."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from deploy.local.databases import create_database, drop_database
from deploy.local.holding import HOLDER, hold_audit, release_audit
from services.intake.store import vault
from shared.audit import Sealer, verify
from shared.db import Cause, transaction_on
from shared.events.intake import CandidateWithdrawn
from shared.messaging.erasure import forget_case
from shared.messaging.outbox import publish
from shared.migrate import upgrade
from tests.servers import Servers

FORBIDDEN = [
    *(f"{change} {table}" for table in ("name_lookups", "audit_seals", "journal") for change in (
        "DELETE FROM", "TRUNCATE", "DROP TABLE",
    )),
    "UPDATE name_lookups SET actor = 'x'",
    "UPDATE audit_seals SET hash = 'x'",
    "UPDATE journal SET actor = 'x'",
    "ALTER TABLE name_lookups DISABLE TRIGGER ALL",
    "ALTER TABLE journal DISABLE TRIGGER journal_is_append_only",
    "ALTER TABLE audit_seals OWNER TO CURRENT_USER",
    "ALTER TABLE name_lookups ADD COLUMN more text",
    "DROP TRIGGER name_lookups_are_append_only ON name_lookups",
    "CREATE TRIGGER quiet BEFORE INSERT ON name_lookups EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE quiet AS ON INSERT TO name_lookups DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION name_lookups_are_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "DROP FUNCTION audit_is_append_only() CASCADE",
    "SET session_replication_role = replica",
    f"SET ROLE {HOLDER}",
    f"GRANT {HOLDER} TO CURRENT_USER",
    "DROP SCHEMA public CASCADE",
    "SELECT setval(pg_get_serial_sequence('name_lookups', 'position'), 1)",
]  # fmt: skip


@pytest.fixture(scope="module")
def url(real: Servers) -> Iterator[str]:
    url = create_database(real.admin_url, "intake", "secret")
    upgrade("intake", url)
    for _ in range(2):  # safe to run again
        hold_audit(real.admin_url, "intake")
    yield url
    drop_database(real.admin_url, "intake")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_service_can_neither_change_its_audit_tables_nor_free_itself_to(url: str, statement: str) -> None:
    with psycopg.connect(url) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(statement)


def test_the_service_writes_seals_and_forgets_as_before(url: str) -> None:
    person = uuid4()
    with psycopg.connect(url) as conn:
        with transaction_on(conn, "intake", Cause()) as tx:
            publish(tx, CandidateWithdrawn(candidate_id=person, reason="moved"))
            vault.add_lookup(tx, actor="advisor:a", organisation=None, purpose="report", asked=[person], shown=[])
        assert {seal.trail for seal in Sealer("intake").seal(conn)} == {"journal", "name_lookups"}
        with transaction_on(conn, "intake", Cause()) as tx:
            forget_case(tx, str(person))
        assert tx.value("SELECT count(*) FROM journal WHERE data IS NOT NULL") == 0
        assert verify(conn, "intake") == []


def test_a_migration_may_change_them_while_they_are_handed_back(url: str, real: Servers) -> None:
    release_audit(real.admin_url, "intake")
    with psycopg.connect(url) as conn:
        conn.execute("ALTER TABLE name_lookups ADD COLUMN more text")
        conn.execute("CREATE TABLE later (one int)")
    hold_audit(real.admin_url, "intake")
    with psycopg.connect(url) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("ALTER TABLE name_lookups DROP COLUMN more")


def test_a_service_that_seals_nothing_keeps_its_database(real: Servers) -> None:
    release_audit(real.admin_url, "portal")
    hold_audit(real.admin_url, "portal")  # neither asks for a database that is not there
