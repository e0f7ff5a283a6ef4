"""What the command line shows: one short line in French and English, a table, the logs."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local.readiness import Health

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)
_COLOURS = ("cyan", "green", "yellow", "blue", "magenta", "bright_cyan", "bright_green", "bright_yellow", "bright_blue")
_LAPS = {
    "prepared": "fichiers · files",
    "postgres": "PostgreSQL",
    "migrated": "schémas · schemas",
    "topics": "Kafka",
    "ready": "tout est prêt · all ready",
}


def show_failure(french: str, english: str) -> None:
    errors.print(f"[bold red]✗[/] {escape(french)}")
    errors.print(f"[bold red]✗[/] {escape(english)}")


def show_start(laps: Mapping[str, float], ports: Mapping[str, int], fixed: Mapping[str, int]) -> None:
    """How long it took, where the time went, every port, and which of them differ from the usual ones."""
    steps = ", ".join(f"{_LAPS.get(name, name)} {seconds:.1f} s" for name, seconds in laps.items())
    console.print(f"[bold green]✓[/] Prêt en {laps['ready']:.1f} s · ready in {laps['ready']:.1f} s  [dim]({steps})[/]")
    console.print(f"  Ports : {', '.join(f'{name} {port}' for name, port in ports.items())}")
    for name, port in ports.items():
        if fixed.get(name, port) != port:
            console.print(f"  [yellow]{name}[/] : {fixed[name]} est pris · is taken → {port}")
    console.print(f"  Portail · portal : [bold]http://127.0.0.1:{ports['portal']}[/]")


def show_table(health: list[Health], children: Mapping[str, str]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("processus · process", "où · where", "pid", "état · state"):
        table.add_column(title)
    for each in health:
        state = "[green]prêt · ready[/]" if each.ready else f"[red]{escape(each.why[0])}[/] · {escape(each.why[1])}"
        table.add_row(each.name, f"127.0.0.1:{each.port}", children.get(each.name, "–"), state)
    console.print(table)


def follow(folder: Path, only: str | None, *, keep_on: bool = True) -> None:
    """Prints the last lines of the logs in `folder` and then what is added; never returns while `keep_on`."""
    width = 18
    at: dict[Path, int] = {}
    first = True
    while True:
        for number, file in enumerate(sorted(folder.glob("*.log"))):
            if only and file.stem not in (only, f"{only}-worker"):
                continue
            for line in _new_lines(file, at, 40 if only else 5, first):
                colour = _COLOURS[number % len(_COLOURS)]
                console.print(f"[{colour}]{file.stem:<{width}}[/] {escape(_short(line))}", soft_wrap=True)
        first = False
        if not keep_on:
            return
        time.sleep(0.3)


def _new_lines(file: Path, at: dict[Path, int], last: int, first: bool) -> Iterator[str]:
    size = file.stat().st_size
    position = at.get(file, 0)
    if size < position:  # turned over to a new file
        position = 0
    with file.open("rb") as log:
        log.seek(position)
        content = log.read()
    end = content.rfind(b"\n") + 1
    at[file] = position + end
    lines = content[:end].decode(errors="replace").splitlines()
    yield from lines[-last:] if first else lines


def _short(line: str) -> str:
    """A structured line as time, level, event and the rest; any other line as it is."""
    try:
        fields = json.loads(line)
        moment = fields.pop("timestamp", "")
        level, event = fields.pop("level", ""), fields.pop("event", "")
    except (ValueError, AttributeError):
        return line
    rest = " ".join(f"{name}={value}" for name, value in fields.items())
    return f"{moment} {level} {event} {rest}"
