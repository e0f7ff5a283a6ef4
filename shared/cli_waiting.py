"""``interconnexion waiting`` and ``parked``: look at keys that wait, try them again, or take an event out for good."""

import json
from dataclasses import asdict
from typing import Annotated, Any, get_args
from uuid import UUID

import psycopg
import typer
from rich.console import Console
from rich.table import Table

from shared.db import Cause, transaction_on
from shared.messaging import waiting as kernel
from shared.settings import ServiceName, Settings

_HELP = f"One of {', '.join(get_args(ServiceName))}; all unless given."
Service = Annotated[str, typer.Option("--service", "-s", help=_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
By = Annotated[str, typer.Option("--by", help="Who decides: a role and an id, never a name.")]
Why = Annotated[kernel.Reason, typer.Option("--reason", help="Why it may never take effect.")]

waiting_app = typer.Typer(no_args_is_help=True, help="Keys whose first event could not be handled yet.")
parked_app = typer.Typer(no_args_is_help=True, help="Keys that wait for a person.")


@waiting_app.command("list")
def list_waiting(service: Service = "", as_json: AsJson = False) -> None:
    """Every key that waits, parked ones included, longest first."""
    _list(service, None, as_json)


@parked_app.command("list")
def list_parked(service: Service = "", as_json: AsJson = False) -> None:
    """Every parked key, longest first."""
    _list(service, "parked", as_json)


@waiting_app.command("show")
@parked_app.command("show")
def show(key: str, service: Service = "", as_json: AsJson = False) -> None:
    """The events of one key, in the order in which they will be tried."""
    rows: list[dict[str, Any]] = []
    for name, url in _databases(service):
        with psycopg.connect(url) as conn, transaction_on(conn, name, Cause()) as tx:
            rows += [{"service": name, **asdict(event)} for event in kernel.queue_of(tx, key)]
    _print(rows, ["service", "event_id", "type", "subject", "version", "occurred_at"], as_json)
    if not rows:
        raise typer.Exit(1)


@waiting_app.command("resume")
@parked_app.command("resume")
def resume(key: str, service: Service, by: By) -> None:
    """Try a key again now, from its first event on."""
    (name, url), *_ = _databases(service)
    with psycopg.connect(url) as conn, transaction_on(conn, name, Cause(actor=by)) as tx:
        events = kernel.resume(tx, key, by)
    typer.echo(f"{name} : {events} faits seront repris. / {events} events will be tried again.")


@waiting_app.command("discard")
@parked_app.command("discard")
def discard(key: str, event_id: UUID, service: Service, by: By, reason: Why) -> None:
    """Take one event out of a key's queue for good. It is kept among the decisions."""
    (name, url), *_ = _databases(service)
    with psycopg.connect(url) as conn, transaction_on(conn, name, Cause(actor=by)) as tx:
        kernel.discard(tx, key, event_id, by, reason)
    typer.echo(f"{name} : le fait est écarté, et gardé. / The event is set aside for good, and kept.")


def _list(service: str, state: str | None, as_json: bool) -> None:
    rows: list[dict[str, Any]] = []
    for name, url in _databases(service):
        with psycopg.connect(url) as conn, transaction_on(conn, name, Cause()) as tx:
            rows += [{"service": name, **asdict(key)} for key in kernel.list_keys(tx, state)]
    _print(rows, ["service", "key", "state", "since", "events", "first_type", "waits_for", "why_fr", "why_en"], as_json)


def _databases(service: str) -> list[tuple[str, str]]:
    names = [service] if service else list(get_args(ServiceName))
    return [(name, Settings.model_validate({"service": name}).database_url) for name in names]


def _print(rows: list[dict[str, Any]], columns: list[str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, default=str, ensure_ascii=False, indent=1))
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*(str(row[column]) if row[column] is not None else "–" for column in columns))
    Console().print(table if rows else "Rien n'attend. / Nothing waits.")
