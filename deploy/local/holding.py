"""Who owns the tables of the audit chain: not the service that writes to them. It may add rows, and take the payload
out of a journal row; it can neither change the rest nor put the triggers out of force."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from shared.audit import TRAILS

HOLDER = "interconnexion_audit"
"""A role that nobody can log in as."""
_TRIGGERS = ("journal_is_append_only", "audit_is_append_only", "name_lookups_are_append_only")
_HELD = """SELECT 1 FROM pg_class WHERE oid = to_regclass('audit_seals') AND pg_get_userbyid(relowner) = %s"""


def hold_audit(admin_url: str, service: str) -> None:
    """Hand the tables of the service's audit chain over to the holder, and with them the database: who owns that may
    drop every table in it. Nothing to do when it is so already, or the service seals nothing."""
    if not TRAILS[service]:
        return
    with _inside(admin_url, service) as admin:
        if admin.execute(_HELD, [HOLDER]).fetchone():
            return
        if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [HOLDER]).fetchone() is None:
            admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(HOLDER)))
        who = sql.Identifier(service)
        _give(admin, service, HOLDER)  # first: what the owner was granted goes to the new one
        admin.execute(sql.SQL("GRANT CREATE, CONNECT, TEMPORARY ON DATABASE {} TO {}").format(who, who))
        admin.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(who))
        for table in _tables(service):
            admin.execute(sql.SQL("GRANT SELECT, INSERT ON {} TO {}").format(sql.Identifier(table), who))
        admin.execute(sql.SQL("GRANT UPDATE (data) ON journal TO {}").format(who))


def release_audit(admin_url: str, service: str) -> None:
    """Hand them back, for a migration that changes one of them; ``hold_audit`` follows it."""
    if not TRAILS[service]:
        return
    with _inside(admin_url, service) as admin:
        if admin.execute(_HELD, [HOLDER]).fetchone():
            _give(admin, service, service)


def _give(admin: psycopg.Connection, service: str, owner: str) -> None:
    to = sql.Identifier(owner)
    admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(service), to))
    for table in _tables(service):
        admin.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(table), to))
    for name in _TRIGGERS:
        if admin.execute("SELECT to_regproc(%s)", [name]).fetchone() != (None,):
            admin.execute(sql.SQL("ALTER FUNCTION {}() OWNER TO {}").format(sql.Identifier(name), to))


def _tables(service: str) -> tuple[str, ...]:
    return ("audit_seals", *TRAILS[service])


@contextmanager
def _inside(admin_url: str, service: str) -> Iterator[psycopg.Connection]:
    """As the superuser, in the service's database; all or nothing."""
    with psycopg.connect(urlunsplit(urlsplit(admin_url)._replace(path=f"/{service}"))) as admin:
        yield admin
