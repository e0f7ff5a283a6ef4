"""Where things are: each service's settings and its own database, with words for what cannot be reached."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar, get_args

import psycopg
import typer
from pydantic import ValidationError

from shared.db import Cause, Tx, transaction_on
from shared.errors import NotFound, Problem, Unavailable
from shared.settings import ServiceName, Settings

T = TypeVar("T")
SERVICES: tuple[str, ...] = get_args(ServiceName)
CONNECT_WITHIN_S = 5

Service = Annotated[
    str, typer.Option("--service", "-s", help=f"{', '.join(SERVICES)}; tous si omis. / All unless given.")
]
OneService = Annotated[str, typer.Option("--service", "-s", help=f"{', '.join(SERVICES)}.")]


def services(asked: str = "") -> Sequence[str]:
    """The one asked for, or all. Raises NotFound for a name that is none."""
    if asked and asked not in SERVICES:
        names = ", ".join(SERVICES)
        raise NotFound(Problem("/service", "unknown_service", f"Aucun service « {asked} ». Il y a : {names}.",
                               f"No service “{asked}”. There are: {names}."))  # fmt: skip
    return [asked] if asked else SERVICES


def settings_of(service: str) -> Settings:
    """Raises Unavailable when a setting cannot be taken."""
    try:
        return Settings.model_validate({"service": service})
    except ValidationError as wrong:
        which = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in wrong.errors())
        raise Unavailable(Problem("", "settings_refused", f"Des réglages sont refusés : {which}. Voir .env.example.",
                                  f"Settings are refused: {which}. See .env.example.")) from wrong  # fmt: skip


def database_url(service: str) -> str:
    """Raises Unavailable when it is not set."""
    settings, name = settings_of(service), f"{service.upper()}_DATABASE_URL"
    if getattr(settings, f"{service}_database_url") is None:
        raise Unavailable(
            Problem("", "database_unknown", f"{name} n'est pas réglé. Démarrez le système (make up) ou réglez-le.",
                    f"{name} is not set. Start the system (make up), or set it.")
        )  # fmt: skip
    return settings.database_url


@contextmanager
def database(service: str, by: str | None = None) -> Iterator[Tx]:
    """A transaction on the service's own database. Raises Unavailable when it does not answer or was not migrated."""
    url = database_url(service)
    try:
        conn = psycopg.connect(
            url, connect_timeout=CONNECT_WITHIN_S, application_name="interconnexion-operator", autocommit=True
        )
    except psycopg.OperationalError as fault:
        raise Unavailable(database_away(service, url)) from fault
    with conn:
        try:
            with transaction_on(conn, service, Cause(actor=by)) as tx:
                yield tx
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as fault:
            raise Unavailable(not_migrated(service)) from fault
        except psycopg.errors.InsufficientPrivilege as fault:
            raise Unavailable(not_its_role(service)) from fault


def ask_each(asked: str, question: Callable[[Tx], Sequence[T]]) -> tuple[list[T], list[Problem]]:
    """What every database asked answers; and of those that could not, why not. Raises NotFound for no service."""
    said: list[T] = []
    problems: list[Problem] = []
    for service in services(asked):
        try:
            with database(service) as tx:
                said += question(tx)
        except Unavailable as no:
            problems += no.problems
    return said, problems


def database_away(service: str, url: str) -> Problem:
    where = address(url)
    return Problem("", "database_away", f"La base de données de {service} ne répond pas à {where}. Est-elle démarrée ? "
                   "make status; sinon vérifiez l'adresse, le rôle et le mot de passe.",
                   f"{service}'s database does not answer at {where}. Is it running? make status; else check address, "
                   "role and password.")  # fmt: skip


def not_migrated(service: str) -> Problem:
    return Problem("", "not_migrated", f"La base de données de {service} attend ses migrations : make up les applique.",
                   f"{service}'s database awaits its migrations: make up applies them.")  # fmt: skip


def not_its_role(service: str) -> Problem:
    name = f"{service.upper()}_DATABASE_URL"
    return Problem("", "not_its_role", f"Le rôle de {name} ne lit pas ses tables : est-ce bien le sien ?",
                   f"The role in {name} may not read its tables: is it the service's own?")  # fmt: skip


def address(url: str) -> str:
    """Host, port and database of a URL; never its password."""
    said: dict[str, Any] = dict(psycopg.conninfo.conninfo_to_dict(url))
    return f"{said.get('host', 'localhost')}:{said.get('port', 5432)}/{said.get('dbname', '')}"
