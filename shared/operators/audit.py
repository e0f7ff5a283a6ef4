"""``interconnexion audit``: is everything that was recorded still there, as it was recorded?"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from shared import audit
from shared.audit import TRAILS, Head
from shared.db import Tx
from shared.errors import Invalid, NotFound, Problem
from shared.operators.places import Service, database, services
from shared.operators.screen import AsJson, Exit, show_rows

audit_app = typer.Typer(
    no_args_is_help=True, help="Le registre est-il intact ? / Is what was recorded still as it was recorded?"
)
_OWNS = """SELECT coalesce(bool_or(pg_has_role(current_user, relowner, 'MEMBER')), false)
           FROM pg_class WHERE oid = to_regclass('audit_seals')"""


@audit_app.command("verify")
def verify(
    service: Service = "",
    heads: Annotated[
        Path | None,
        typer.Option("--heads", help="Têtes exportées plus tôt. / Heads exported earlier, by ``audit heads --json``."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recalcule chaque bloc. / Compute every block again. Code 1: something was removed, changed or added."""
    known = _read(heads) if heads else []
    checked: list[dict[str, Any]] = []
    for name in services(service):
        with database(name) as tx:
            checked += _check(tx, name, known)
    findings = [finding for trail in checked for finding in trail["findings"]]
    if as_json:
        typer.echo(json.dumps({"intact": not findings, "trails": checked}, default=str, ensure_ascii=False, indent=1))
    else:
        show_rows(checked, {"service": "service", "trail": "registre / trail", "block": "blocs / blocks",
                            "unsealed": "à sceller / to seal", "held": "protégé / held",
                            "intact": "intact"}, "", as_json=False)  # fmt: skip
        for finding in findings:
            typer.echo(f"{finding['service']} {finding['trail']} : {finding['fr']}\n  {finding['en']}")
    if findings:
        raise typer.Exit(Exit.ATTENTION)


@audit_app.command("heads")
def show_heads(service: Service = "", as_json: AsJson = False) -> None:
    """Le dernier sceau de chacun. / The newest seal of each trail: keep it where nobody of the system writes."""
    found: list[Head] = []
    for name in services(service):
        with database(name) as tx:
            found += audit.heads(tx.conn, name)
    rows = [asdict(head) for head in found]
    columns = {"service": "service", "trail": "registre / trail", "block": "bloc / block", "hash": "sha256"}
    show_rows(rows, columns, "Rien n'est scellé. / Nothing is sealed.", as_json=as_json)


def _check(tx: Tx, service: str, known: list[Head]) -> list[dict[str, Any]]:
    """One row a trail. ``held``: the service itself could not change it; ``unsealed``: positions no seal covers yet."""
    findings = audit.verify(tx.conn, service, known)
    left = audit.unsealed(tx.conn, service)
    newest = {head.trail: head.block for head in audit.heads(tx.conn, service)}
    held = not tx.value(_OWNS)
    return [
        {
            "service": service,
            "trail": trail,
            "block": newest.get(trail, 0),
            "unsealed": left[trail],
            "held": held,
            "intact": not (found := [asdict(f) for f in findings if f.trail == trail]),
            "findings": found,
        }
        for trail in TRAILS[service]
    ]


def _read(file: Path) -> list[Head]:
    """Raises NotFound, Invalid."""
    try:
        return [Head(**head) for head in json.loads(file.read_text())]
    except OSError as fault:
        raise NotFound(
            Problem("/heads", "no_such_file", f"{file} ne peut être lu.", f"{file} cannot be read.")
        ) from fault
    except (ValueError, TypeError) as fault:
        raise Invalid(
            Problem("/heads", "not_heads", f"{file} n'est pas une sortie de « audit heads --json ».",
                    f"{file} is no output of “audit heads --json”.")
        ) from fault  # fmt: skip
