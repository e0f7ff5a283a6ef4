"""The ``interconnexion`` command. Each group of commands is a typer application of its own, added here; those that
look after a running installation are in ``shared/operators``."""

import json
import os
import re
from datetime import timedelta
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer

from shared import clock
from shared.errors import Problem, Refused, Unavailable
from shared.operators.audit import audit_app
from shared.operators.doctor import doctor
from shared.operators.lag import lag
from shared.operators.outbox import outbox
from shared.operators.places import settings_of
from shared.operators.rebuild import rebuild, republish
from shared.operators.screen import AsJson, Commands, answer
from shared.operators.topics import topics
from shared.operators.waiting import parked_app, waiting_app
from shared.tokens import Role, mint

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_TOGETHER = re.compile(r"(\d{1,5}[wdhm])+")

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False,
                  help="Runs and looks after an employment programme. / Fait vivre un programme d'emploi.")  # fmt: skip
clock_app = typer.Typer(no_args_is_help=True, help="L'heure du programme. / Programme time: show it, move it forward.")
app.command()(doctor)
app.command()(topics)
app.command()(lag)
app.command()(outbox)
app.command()(rebuild)
app.command()(republish)
app.add_typer(clock_app, name="clock")
app.add_typer(waiting_app, name="waiting")
app.add_typer(parked_app, name="parked")
app.add_typer(audit_app, name="audit")
_RUNNING_SYSTEM = Path(".local/run/state.json")  # what ``make up`` keeps of the system it started


def main() -> None:
    if _RUNNING_SYSTEM.exists():
        for name, value in json.loads(_RUNNING_SYSTEM.read_text())["env"].items():
            os.environ.setdefault(name, value)
    app()


@app.command()
def version(as_json: AsJson = False) -> None:
    """Quelle version c'est. / Which version this is."""
    said = version_of("interconnexion")
    answer({"version": said}, said, "", as_json=as_json)


@app.command()
def token(
    role: Annotated[Role, typer.Argument(help="What the caller may do.")],
    subject: Annotated[str, typer.Argument(help="Who: an id, never a name.")],
    organisation: Annotated[str | None, typer.Option(help="The partner, employer or ministry it acts for.")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=720, help="How long it lasts.")] = 8,
    as_json: AsJson = False,
) -> None:
    """Un jeton de développement. / Mint a development token."""
    settings = settings_of("portal")
    key = settings.tokens_development_key_file
    if key is None or not key.exists():
        raise Unavailable(
            Problem("", "no_key", "TOKENS_DEVELOPMENT_KEY_FILE ne mène à aucune clé; démarrez d'abord le système : "
                    "make up", "TOKENS_DEVELOPMENT_KEY_FILE leads to no key; start the system first: make up")
        )  # fmt: skip
    minted = mint(key, settings.tokens_issuer, role, subject, organisation, int(hours * 3600))
    answer({"token": minted, "role": role, "subject": subject, "hours": hours}, minted, "", as_json=as_json)


@clock_app.command()
def show(as_json: AsJson = False) -> None:
    """L'heure du programme, et son avance. / Programme time, and how far it is ahead of real time."""
    _use_clock_file()
    _say_time(as_json)


@clock_app.command()
def advance(
    by: Annotated[str, typer.Argument(help="De combien / how far, as 14d, 2w or 1d12h.")], as_json: AsJson = False
) -> None:
    """Avancer l'heure du programme. / Move programme time forward for every process."""
    length = duration(by)
    _use_clock_file()
    if "CLOCK_FILE" not in os.environ:
        raise Refused(
            Problem("", "real_time", "CLOCK_FILE n'est pas réglé : ce système suit le temps réel, qui ne s'avance pas.",
                    "CLOCK_FILE is not set: this system follows real time, which cannot be moved.")
        )  # fmt: skip
    clock.advance(length)
    _say_time(as_json)


def duration(text: str) -> timedelta:
    """``14d``, ``2w``, ``1d12h``. Raises typer.BadParameter."""
    if not _TOGETHER.fullmatch(text):
        raise typer.BadParameter("écrivez 14d, 2w ou 1d12h / write 14d, 2w or 1d12h")
    return sum(
        (timedelta(**{_UNITS[unit]: int(count)}) for count, unit in re.findall(r"(\d+)([wdhm])", text)), timedelta()
    )


def _use_clock_file() -> None:
    """The file may be named in .env, which only Settings reads."""
    file = settings_of("portal").clock_file
    if file is not None:
        os.environ.setdefault("CLOCK_FILE", str(file))


def _say_time(as_json: bool) -> None:
    moment, ahead = clock.now().astimezone(clock.PROGRAMME_ZONE), clock.offset()
    said = {"now": moment.isoformat(timespec="seconds"), "ahead_s": ahead.total_seconds()}
    answer(said, f"{moment:%Y-%m-%d %H:%M} America/Toronto (+{ahead})", "", as_json=as_json)
