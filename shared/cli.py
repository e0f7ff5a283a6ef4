"""The ``interconnexion`` command. Each group of commands is a typer application of its own, added here."""

import json
import os
import re
from datetime import timedelta
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer

from shared import clock
from shared.cli_waiting import parked_app, waiting_app
from shared.settings import Settings
from shared.tokens import Role, mint

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_TOGETHER = re.compile(r"(\d{1,5}[wdhm])+")

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Runs and looks after an employment programme.")
clock_app = typer.Typer(no_args_is_help=True, help="Programme time: show it, move it forward.")
app.add_typer(clock_app, name="clock")
app.add_typer(waiting_app, name="waiting")
app.add_typer(parked_app, name="parked")
_RUNNING_SYSTEM = Path(".local/run/state.json")  # what ``make up`` keeps of the system it started


def main() -> None:
    if _RUNNING_SYSTEM.exists():
        for name, value in json.loads(_RUNNING_SYSTEM.read_text())["env"].items():
            os.environ.setdefault(name, value)
    app()


@app.command()
def version() -> None:
    """Which version this is."""
    typer.echo(version_of("interconnexion"))


@app.command()
def token(
    role: Annotated[Role, typer.Argument(help="What the caller may do.")],
    subject: Annotated[str, typer.Argument(help="Who: an id, never a name.")],
    organisation: Annotated[str | None, typer.Option(help="The partner, employer or ministry it acts for.")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=720, help="How long it lasts.")] = 8,
) -> None:
    """Mint a development token."""
    settings = Settings(service="portal")
    key = settings.tokens_development_key_file
    if key is None or not key.exists():
        _stop("TOKENS_DEVELOPMENT_KEY_FILE ne mène à aucune clé; démarrez d'abord le système.",
              "TOKENS_DEVELOPMENT_KEY_FILE leads to no key; start the system first.")  # fmt: skip
    else:
        typer.echo(mint(key, settings.tokens_issuer, role, subject, organisation, int(hours * 3600)))


@clock_app.command()
def show() -> None:
    """Programme time, and how far it is ahead of real time."""
    _use_clock_file()
    _say_time()


@clock_app.command()
def advance(by: Annotated[str, typer.Argument(help="How far, as 14d, 2w or 1d12h.")]) -> None:
    """Move programme time forward for every process."""
    _use_clock_file()
    if "CLOCK_FILE" not in os.environ:
        _stop("CLOCK_FILE n'est pas réglé : ce système suit le temps réel.",
              "CLOCK_FILE is not set: this system follows real time.")  # fmt: skip
    clock.advance(duration(by))
    _say_time()


def duration(text: str) -> timedelta:
    """``14d``, ``2w``, ``1d12h``. Raises typer.BadParameter."""
    if not _TOGETHER.fullmatch(text):
        raise typer.BadParameter("écrivez 14d, 2w ou 1d12h / write 14d, 2w or 1d12h")
    return sum(
        (timedelta(**{_UNITS[unit]: int(count)}) for count, unit in re.findall(r"(\d+)([wdhm])", text)), timedelta()
    )


def _use_clock_file() -> None:
    """The file may be named in .env, which only Settings reads."""
    file = Settings(service="portal").clock_file
    if file is not None:
        os.environ.setdefault("CLOCK_FILE", str(file))


def _say_time() -> None:
    moment = clock.now().astimezone(clock.PROGRAMME_ZONE)
    typer.echo(f"{moment:%Y-%m-%d %H:%M} America/Toronto (+{clock.offset()})")


def _stop(fr: str, en: str) -> None:
    typer.echo(f"{fr}\n{en}", err=True)
    raise typer.Exit(1)
