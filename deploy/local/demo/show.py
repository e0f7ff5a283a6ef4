"""What the person at the keyboard sees: each step in French, then in English; who did what; how long it took."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
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


def begin(run_id: str, portal: str) -> None:
    console.print(f"[bold]L'histoire de Rola · Rola's story[/]  [dim]{portal}  ({run_id})[/]\n", soft_wrap=True)


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


def end(seconds: float, waits: Sequence[Waited], links: Sequence[tuple[str, str, str]]) -> None:
    """Links: what in French, in English, and where."""
    waited = sum(wait.ms for wait in waits) / 1000
    console.print(
        f"\n[bold green]✓[/] L'histoire entière en {seconds:.1f} s, dont {waited:.1f} s d'attente · "
        f"the whole story in {seconds:.1f} s, {waited:.1f} s of it waiting",
        soft_wrap=True,
    )
    for fr, en, where in links:
        console.print(f"  {escape(fr)} · {escape(en)} : [bold]{escape(where)}[/]", soft_wrap=True)


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
