"""What the real server does: these need PostgreSQL, not Kafka."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests.servers import Servers, servers


@pytest.fixture
def two(real: Servers) -> Iterator[tuple[str, str]]:
    names = [f"{name}_{uuid4().hex[:6]}" for name in ("intake", "portal")]
    yield real.create_database(names[0]), real.create_database(names[1])
    for name in names:
        real.drop_database(name)


def test_no_role_opens_another_services_database(two: tuple[str, str]) -> None:
    own, other = two
    psycopg.connect(own).close()
    for foreign in (other.rpartition("/")[2], "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(own.rpartition("/")[0] + "/" + foreign)


def test_a_wrong_password_is_refused(two: tuple[str, str]) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(two[0].replace("@", "x@"))


def test_a_role_builds_its_own_tables_and_trusted_extensions(two: tuple[str, str]) -> None:
    with psycopg.connect(two[0]) as database:
        database.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE TABLE t (a int)")
        assert database.execute("SELECT unaccent('Québec')").fetchone() == ("Quebec",)


def test_nothing_acknowledged_is_lost_in_a_crash(real: Servers) -> None:
    with psycopg.connect(real.admin_url) as admin:
        assert admin.execute("SHOW fsync").fetchone() == ("on",)
        assert admin.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert admin.execute("SHOW password_encryption").fetchone() == ("scram-sha-256",)


def test_a_server_given_from_outside_is_used_and_left_as_it_was(real: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_ADMIN_URL", real.admin_url)
    with servers() as given:
        assert given.admin_url == real.admin_url
        given.create_database("for_a_moment")
    with psycopg.connect(real.admin_url) as admin:
        assert admin.execute("SELECT 1 FROM pg_database WHERE datname = 'for_a_moment'").fetchone() is None
