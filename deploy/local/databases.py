"""One database and one role for each service; nobody opens another's."""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from deploy.local.words import cannot


def wait_for_database(admin_url: str, seconds: float = 60) -> None:
    """Returns when the server takes connections. Raises CannotStart after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(admin_url, connect_timeout=3).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                where = urlsplit(admin_url).netloc.rpartition("@")[2]
                cannot(
                    f"PostgreSQL ne répond pas à {where} : {error}",
                    f"PostgreSQL does not answer at {where}: {error}",
                    error,
                )
        time.sleep(0.05)


def create_database(admin_url: str, name: str, password: str) -> str:
    """Makes the role `name` and its database `name` unless they exist; returns the role's own URL."""
    create_databases(admin_url, {name: password})
    return role_url(admin_url, name, password)


def create_databases(admin_url: str, passwords: Mapping[str, str]) -> None:
    """For each name a role with that password, and a database of the same name that only this role can open.

    Every role may connect to every database until CONNECT is taken from PUBLIC: on each of ours, and on the databases
    every server has from the start.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for default in ("postgres", "template1"):
            admin.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(default)))
        for name, password in passwords.items():
            _create(admin, name, password)


def _create(admin: psycopg.Connection, name: str, password: str) -> None:
    who = sql.Identifier(name)
    if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(who))
    admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(who, sql.Literal(password)))
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(who, who))
    admin.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(who))


def drop_database(admin_url: str, name: str) -> None:
    """Removes the database `name`, whoever is connected, and its role."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def role_url(admin_url: str, name: str, password: str) -> str:
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme.partition("+")[0], f"{name}:{password}@{host}", f"/{name}", parts.query, ""))
