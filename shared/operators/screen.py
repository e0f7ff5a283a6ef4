"""What every command has in common: a table for people or JSON for programs, both languages, and an exit code that
says what happened. An error is a sentence that says what to do, on standard error; never a traceback."""

import json
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Annotated, Any

import psycopg
import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from shared.errors import DomainError, Invalid, NotFound, Problem, Refused, Unavailable

Rows = Sequence[Mapping[str, Any]]
_JSON = "json"
_WIDE = 200


class Exit(IntEnum):
    """What a command's exit code says."""

    WELL = 0
    ATTENTION = 1  # done, and what it found needs a person
    BROKEN = 2  # doctor found something that does not work; also the code of a command that was not understood
    AWAY = 3  # a server does not answer, or the setting that leads to it is missing
    NOT_THERE = 4  # no such key, event or file
    REFUSED = 5  # what was given cannot be taken: correct it


_CODES: dict[type[DomainError], Exit] = {
    Unavailable: Exit.AWAY,
    NotFound: Exit.NOT_THERE,
    Invalid: Exit.REFUSED,
    Refused: Exit.REFUSED,
}


def _remember(context: typer.Context, as_json: bool) -> bool:
    context.meta[_JSON] = as_json
    return as_json


AsJson = Annotated[
    bool, typer.Option("--json", callback=_remember, help="Pour les programmes. / For programs.", is_eager=True)
]


class Commands(TyperGroup):
    """The root of the commands: says what went wrong in words, and ends with its code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as no:
            say_problems(no.problems, as_json=ctx.meta.get(_JSON, False))
            raise typer.Exit(code_of(no)) from no
        except (psycopg.OperationalError, KafkaError) as fault:
            away = Problem("", "server_away", f"Un serveur ne répond plus ({type(fault).__name__}). Réessayez; sinon : "
                           "interconnexion doctor", f"A server no longer answers ({type(fault).__name__}). Try again; "
                           "if it persists: interconnexion doctor")  # fmt: skip
            say_problems([away], as_json=ctx.meta.get(_JSON, False))
            raise typer.Exit(Exit.AWAY) from fault


def code_of(no: DomainError) -> Exit:
    return next((code for kind, code in _CODES.items() if isinstance(no, kind)), Exit.REFUSED)


def say_problems(problems: Sequence[Problem], *, as_json: bool) -> None:
    """On standard error, all of them; with ``--json`` as ``{"problems": [{pointer, code, fr, en}]}``."""
    if as_json:
        typer.echo(json.dumps({"problems": [vars(one) for one in problems]}, ensure_ascii=False, indent=1), err=True)
        return
    for one in problems:
        at = f"{one.pointer} : " if one.pointer else ""
        typer.echo(f"{at}{one.fr}\n{at}{one.en}", err=True)


def leave_when_away(problems: Sequence[Problem], *, as_json: bool) -> None:
    """What could be read was shown; of the rest, why not."""
    if problems:
        say_problems(problems, as_json=as_json)
        raise typer.Exit(Exit.AWAY)


def answer(said: Any, fr: str, en: str, *, as_json: bool) -> None:
    """What a command did: an object for programs; for people a sentence in each language, or one line that has
    none."""
    if as_json:
        _print_json(said)
    else:
        typer.echo("\n".join(filter(None, (fr, en))))


def show_rows(rows: Rows, columns: Mapping[str, str], nothing: str, *, as_json: bool) -> None:
    """``columns``: field, or several that share a cell, -> its heading in both languages. Programs get every field of a
    row, shown or not."""
    if as_json:
        _print_json(rows)
        return
    if not rows:
        typer.echo(nothing)
        return
    table = Table(*(heading.replace(" / ", "\n") for heading in columns.values()))
    for row in rows:
        cells = ([_cell(row[field]) for field in fields.split()] for fields in columns)
        table.add_row(*(Text("\n").join(filter(None, cell)) for cell in cells))
    console().print(table)


def console() -> Console:
    """A terminal has its width; into a file or a pipe nothing is squeezed."""
    there = Console()
    return there if there.is_terminal else Console(width=_WIDE)


def _cell(value: Any) -> Text:
    """As it is: brackets in a key are no markup."""
    if isinstance(value, float):
        return Text(f"{value:,.1f}")
    if isinstance(value, bool):
        return Text("oui / yes" if value else "non / no")
    return Text("–" if value is None else str(value))


def _print_json(said: Any) -> None:
    typer.echo(json.dumps(said, default=str, ensure_ascii=False, indent=1))
