"""What the person at the keyboard sees: each step in French, then in English; who did what; how long it took."""

from collections.abc import Callable, Mapping, Sequence
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.local.demo.story import Step
from deploy.local.demo.tale import Did
from deploy.local.demo.wire import Waited

console = Console(highlight=False)
_LANES = {
    "intake": ("accueil", "cyan"),
    "matching": ("jumelage", "green"),
    "subsidies": ("subventions", "yellow"),
    "retention": ("suivi", "magenta"),
    "portal": ("portail", "blue"),
    "ministry": ("ministère", "bright_red"),
    "clock": ("horloge", "bright_black"),
}


def begin(fr: str, en: str, run_id: str) -> None:
    console.print(f"\n[bold]{escape(fr)} · {escape(en)}[/]  [dim]({escape(run_id)})[/]\n", soft_wrap=True)


def step(number: int, which: Step) -> None:
    console.print(f"[bold]{number:>2}  {escape(which.fr)}[/]")
    console.print(f"    [dim]{escape(which.en)}[/]")


def done(what: Sequence[Did], waits: Sequence[Waited]) -> None:
    table = _lanes()
    for each in what:
        table.add_row(_lane(each.service), _both(each.fr, each.en))
    for wait in waits:
        table.add_row("", f"[bold]{wait.ms:,.0f} ms[/] [dim]d'attente · of waiting[/]")
    console.print(table)


def timeline(title: tuple[str, str], entries: Sequence[tuple[str, str, str, str]]) -> None:
    """Entries: when, service, what in French, what in English."""
    console.print(f"\n[bold]{title[0]}[/] [dim]· {title[1]}[/]")
    table = _lanes()
    for when, service, fr, en in entries:
        table.add_row(_lane(service), f"[dim]{escape(when)}[/]  {_both(fr, en)}")
    console.print(table)


class ProgressBar:
    """One line for each phase of filling the programme."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def phase(self, fr: str, en: str, total: int) -> Callable[[], None]:
        task = self._bar.add_task(f"{escape(fr)} [dim]· {escape(en)}[/]", total=total)
        return lambda: self._bar.advance(task)


def numbers(values: Mapping[str, int], definitions: Mapping[str, tuple[str, str]], seconds: float) -> None:
    """Each number with its definition."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in values.items():
        fr, en = definitions[name]
        table.add_row(f"[bold green]{value}[/]", f"{escape(fr)}\n[dim]{escape(en)}[/]")
    console.print()
    console.print(table)
    console.print(f"[dim]({seconds:.0f} s)[/]")


def funnel(steps: Sequence[tuple[int, str, str]]) -> None:
    """How many, what in French and in English: from referral to work, as the services count it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for count, fr, en in steps:
        table.add_row(f"[bold]{count:>4}[/]", _both(fr, en))
    console.print(table)


def checked(what: Sequence[tuple[str, str]]) -> None:
    """What was found to hold, in French and in English."""
    for fr, en in what:
        console.print(f"[bold green]✓[/] {_both(fr, en)}", soft_wrap=True)


def end(seconds: float, links: Sequence[tuple[str, str, str]]) -> None:
    """Links: what in French, in English, and where."""
    console.print(f"\n[bold green]✓[/] Tout en {seconds:.0f} s · all of it in {seconds:.0f} s", soft_wrap=True)
    for fr, en, where in links:
        console.print(f"  {escape(fr)} · {escape(en)} : [bold]{escape(where)}[/]", soft_wrap=True)


def interrupted() -> None:
    console.print("\nInterrompu ; la même commande reprend là · interrupted; the same command goes on from there")


def failed(error: Exception) -> None:
    console.print(f"\n[bold red]✗[/] L'histoire s'est arrêtée : {escape(str(error))}")
    console.print("[bold red]✗[/] The story has stopped: see above; make status, make logs S=intake")


def _lanes() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=16, justify="right", no_wrap=True)
    table.add_column()
    return table


def _lane(service: str) -> str:
    name, colour = _LANES.get(service, (service, "white"))
    return f"[{colour}]{name}[/]"


def _both(fr: str, en: str) -> str:
    return f"{escape(fr)} [dim]· {escape(en)}[/]"
