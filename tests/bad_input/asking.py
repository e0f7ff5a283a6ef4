"""One service that is asked: its operations with callers who may ask, and what its database holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from fastapi import FastAPI
from psycopg import sql

from shared.http import Role
from shared.http.callers import operations
from shared.tokens import mint
from tests.api_client import Client
from tests.bad_input.schemas import Json, Schemas

_FIRST = (Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.RETENTION_ADVISOR, Role.EMPLOYER, Role.PARTNER, Role.MINISTRY)


@dataclass(frozen=True)
class Asking:
    """An operation as it is asked: with valid random ids, by a role that is allowed."""

    method: str
    path: str  # the template
    described: Json
    headers: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def body(self) -> Json | None:
        content = self.described.get("requestBody", {}).get("content", {})
        found: Json | None = content.get("application/json", {}).get("schema")
        return found

    def parameters(self, place: str) -> dict[str, Json]:
        return {p["name"]: p["schema"] for p in self.described.get("parameters", ()) if p["in"] == place}

    def address(self, **given: str) -> str:
        known = {name: _fitting(schema) for name, schema in self.parameters("path").items()}
        return self.path.format(**known | given)


class Asked:
    """A running service."""

    def __init__(self, name: str, app: FastAPI, client: Client, database_url: str, key: Path) -> None:
        self.name = name
        self.client = client
        self.document: Json = app.openapi()
        self.schemas = Schemas(self.document)
        self.operations = tuple(
            Asking(o.method, o.path, self.document["paths"][o.path][o.method.lower()], _headers(key, o.roles))
            for o in operations(app)
            if o.path.startswith("/v1")
        )
        self._database_url = database_url

    def holds(self) -> dict[str, tuple[Any, ...]]:
        """Rows and a checksum of every table."""
        with psycopg.connect(self._database_url) as conn:
            tables = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            found = {}
            for (table,) in tables:
                counted = sql.SQL("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {} AS t")
                found[table] = tuple(conn.execute(counted.format(sql.Identifier(table))).fetchone() or ())
            return found


def _headers(key: Path, roles: frozenset[Role] | None) -> dict[str, str]:
    if roles is None:
        return {}
    role = next((role for role in _FIRST if role in roles), min(roles))
    organisation = "services_quebec" if role is Role.MINISTRY else str(uuid4())
    return {"Authorization": f"Bearer {mint(key, 'tests', role, str(uuid4()), organisation)}"}


def _fitting(schema: Json) -> str:
    return str(uuid4()) if schema.get("format") == "uuid" else "k7Qm2x"
