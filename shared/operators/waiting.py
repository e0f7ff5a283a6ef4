"""``interconnexion waiting`` and ``parked``: look at what waits, mend it, try it again, or take an event out."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from shared import parked
from shared.db import Tx
from shared.errors import Invalid, NotFound, Problem
from shared.messaging import waiting as kernel
from shared.operators import fixing
from shared.operators.places import OneService, Service, ask_each, database, services
from shared.operators.screen import AsJson, answer, leave_when_away, show_rows
from shared.waiting_words import what_to_do

COLUMNS = {
    "service": "service",
    "key": "dossier / key",
    "state": "état / state",
    "since": "depuis / since",
    "events": "faits / events",
    "first_type": "premier / first",
    "why_fr why_en": "pourquoi / why",
    "do_fr do_en": "quoi faire / what to do",
}
EVENT_COLUMNS = {
    "event_id": "numéro / id",
    "type": "sorte / type",
    "subject": "objet / subject",
    "version": "version",
    "occurred_at": "date / at",
}


def _by(value: str) -> str:
    if not parked.DECIDES.fullmatch(value):
        raise typer.BadParameter("un rôle et un numéro, comme operator:7 / a role and an id, as operator:7")
    return value


By = Annotated[str, typer.Option("--by", callback=_by, help="Qui décide / who decides: operator:ID, never a name.")]
Why = Annotated[kernel.Reason, typer.Option("--reason", help="Pourquoi / why it may never take effect.")]
Correction = Annotated[fixing.Correction, typer.Option("--reason", help="Ce qui n'allait pas / what was wrong.")]
File = Annotated[
    Path | None, typer.Option("--file", "-f", help="Le contenu corrigé / the corrected payload; - : stdin.")
]
Check = Annotated[bool, typer.Option("--check", help="Dire ce qui changerait / only say what would change.")]
Payload = Annotated[UUID | None, typer.Option("--payload", help="Ce contenu seul / this event's payload alone.")]

waiting_app = typer.Typer(
    no_args_is_help=True, help="Ce qui attend. / Keys whose first event could not be handled yet."
)
parked_app = typer.Typer(no_args_is_help=True, help="Ce qui attend une personne. / Keys that wait for a person.")


@waiting_app.command("list")
def list_waiting(service: Service = "", as_json: AsJson = False) -> None:
    """Tout ce qui attend. / Every key that waits, parked ones included, longest first."""
    _list(service, None, as_json)


@parked_app.command("list")
def list_parked(service: Service = "", as_json: AsJson = False) -> None:
    """Ce qui est mis de côté. / Every parked key, longest first."""
    _list(service, "parked", as_json)


def _list(service: str, state: str | None, as_json: bool) -> None:
    rows, away = ask_each(service, lambda tx: [_with_remedy(tx.service, key) for key in parked.list_all(tx, state)])
    show_rows(rows, COLUMNS, "Rien n'attend. / Nothing waits.", as_json=as_json)
    leave_when_away(away, as_json=as_json)


def _with_remedy(service: str, key: kernel.WaitingKey) -> dict[str, Any]:
    do = what_to_do(key.state, key.waits_for, key.first_type, key.error)
    return {"service": service, **asdict(key), "do_fr": do.fr, "do_en": do.en}


@waiting_app.command("show")
@parked_app.command("show")
def show(key: str, service: Service = "", payload: Payload = None, as_json: AsJson = False) -> None:
    """Ce qui attend pour un dossier, en ordre. / What waits for a key, in the order in which it will be tried."""
    found, away = ask_each(service, lambda tx: _about(tx, key))
    if not found and not away:
        raise kernel.nothing_waits(key)
    if payload and found:
        typer.echo(_payload(found, payload))
    elif as_json:
        show_rows(found, {}, "", as_json=True)
    else:
        for one in found:
            _explain(one)
    leave_when_away(away, as_json=as_json)


def _about(tx: Tx, key: str) -> list[dict[str, Any]]:
    queue = [_event(event) for event in kernel.queue_of(tx, key)]
    return [{**_with_remedy(tx.service, one), "queue": queue} for one in parked.list_all(tx) if one.key == key]


def _event(event: kernel.WaitingEvent) -> dict[str, Any]:
    """As a program reads it, with what is wrong in its payload as far as the published form can tell."""
    return {**asdict(event), "problems": [vars(one) for one in fixing.unreadable(event)]}


def _payload(found: list[dict[str, Any]], event_id: UUID) -> str:
    events = (event for one in found for event in one["queue"] if event["event_id"] == event_id)
    event = next(events, None)
    if event is None:
        raise fixing.no_such_event(event_id)
    return str(event["data"] or "")


def _explain(one: dict[str, Any]) -> None:
    typer.echo(f"{one['service']} · {one['key']} · {one['state']}")
    for fr, en in (("why_fr", "why_en"), ("do_fr", "do_en")):
        typer.echo(f"  {one[fr]}\n  {one[en]}")
    if one["error"]:
        typer.echo(f"  {one['error']}")
    show_rows(one["queue"], EVENT_COLUMNS, "", as_json=False)
    for event in one["queue"]:
        for problem in event["problems"]:
            typer.echo(f"  {event['event_id']} {problem['pointer']}\n    {problem['fr']}\n    {problem['en']}")


@waiting_app.command("fix")
@parked_app.command("fix")
def fix(
    key: str, event_id: UUID, service: OneService, by: By, reason: Correction, file: File = None,
    check: Check = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Corriger le contenu d'un fait. / Replace an event's payload by a corrected one; it keeps its id. Then resume."""
    corrected = _read(file)
    (name,) = services(service)
    with database(name, by) as tx:
        fixed = fixing.fix(tx, key, event_id, corrected, by, reason, only_check=check)
    said = {"service": name, "key": key, "event_id": event_id, "changed": fixed, "stored": not check}
    where = ", ".join(fixed)
    if check:
        answer(said, f"Changerait : {where}.", f"Would change: {where}.", as_json=as_json)
    else:
        answer(said, f"{name} : corrigé ({where}); l'original est gardé. Reprenez maintenant : interconnexion parked "
               "resume", f"{name}: corrected ({where}); the original is kept. Now resume: interconnexion parked resume",
               as_json=as_json)  # fmt: skip


def _read(file: Path | None) -> str:
    """A file's text, or what comes on standard input. Raises NotFound, Invalid."""
    try:
        raw = sys.stdin.buffer.read() if file is None or str(file) == "-" else file.read_bytes()
        return raw.decode()
    except OSError as fault:
        raise NotFound(Problem("", "no_such_file", f"Le fichier {file} ne se lit pas.",
                               f"The file {file} cannot be read.")) from fault  # fmt: skip
    except UnicodeDecodeError as fault:
        raise Invalid(Problem("", "not_text", "Ce n'est pas du texte UTF-8.", "This is no UTF-8 text.")) from fault


@waiting_app.command("resume")
@parked_app.command("resume")
def resume(key: str, service: OneService, by: By, as_json: AsJson = False) -> None:
    """Reprendre un dossier. / Try a key again now, from its first event on, and its parked timers."""
    (name,) = services(service)
    with database(name, by) as tx:
        events = parked.resume(tx, key, by)
    said = {"service": name, "key": key, "events": events}
    answer(said, f"{name} : {events} sera ou seront repris.", f"{name}: {events} will be tried again.", as_json=as_json)


@waiting_app.command("discard")
@parked_app.command("discard")
def discard(key: str, event_id: UUID, service: OneService, by: By, reason: Why, as_json: AsJson = False) -> None:
    """Écarter un fait pour de bon. / Take one event out of a key's queue for good; it is kept among the decisions."""
    (name,) = services(service)
    with database(name, by) as tx:
        kernel.discard(tx, key, event_id, by, reason)
    said = {"service": name, "key": key, "event_id": event_id, "reason": reason}
    answer(said, f"{name} : le fait est écarté, et gardé.", f"{name}: the event is set aside for good, and kept.",
           as_json=as_json)  # fmt: skip
