"""Alembic, one history per service in ``services/<name>/migrations``. Plain SQL in ``op.execute``; no models."""

import io
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

SERVICES = ("intake", "matching", "subsidies", "retention", "portal")
_ROOT = Path(__file__).resolve().parent.parent


def migrations_of(service: str) -> Path:
    return _ROOT / "services" / service / "migrations"


def upgrade(service: str, database_url: str) -> None:
    """Bring a service's database to the head of its history. Safe to call again."""
    command.upgrade(_config(migrations_of(service), database_url), "head")


def head_of(service: str) -> str:
    """The newest revision in the code."""
    head = ScriptDirectory.from_config(_config(migrations_of(service), "")).get_current_head()
    if head is None:
        raise RuntimeError(f"{service} has no migrations")
    return head


def run_migrations() -> None:
    """What each ``env.py`` calls."""
    url = context.config.attributes["database_url"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        # Two launchers at once: the second waits, then finds nothing to do. The session's lock and not a transaction's:
        # each migration has a transaction of its own.
        connection.execute(text("SELECT pg_advisory_lock(4, 1)"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def _config(folder: Path, database_url: str) -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(folder))
    config.attributes["database_url"] = database_url
    return config
