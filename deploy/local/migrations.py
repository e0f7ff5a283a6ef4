"""Brings each service's database to the head of its history, without loading Alembic when there is nothing to do."""

from collections.abc import Callable

import psycopg

from deploy.local.environment import ROOT

Migrate = Callable[[str, str], None]


def at_head(service: str, database_url: str) -> bool:
    """Whether the database stands at the revision that the service's HEAD file names."""
    head = ROOT / "services" / service / "migrations" / "HEAD"
    if not head.exists():
        return False
    with psycopg.connect(database_url) as database:
        try:
            rows = database.execute("SELECT version_num FROM alembic_version").fetchall()
        except psycopg.errors.UndefinedTable:
            return False
    return rows == [(head.read_text().strip(),)]


def upgrade(service: str, database_url: str) -> None:
    from shared.migrate import upgrade as alembic_upgrade

    alembic_upgrade(service, database_url)
