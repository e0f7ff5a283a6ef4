"""``interconnexion rebuild`` and ``republish``: a read model made anew from the journals, and a journal said again."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from shared.errors import NotFound, Problem
from shared.operators.places import OneService, database_url, services, settings_of
from shared.operators.republishing import Republished, To
from shared.operators.republishing import republish as say_again
from shared.operators.screen import AsJson, answer
from shared.rebuilding import read_model_of
from shared.rebuilding.run import Rebuild

From = Annotated[int, typer.Option("--from", min=0, help="Après cette position du journal. / After this position.")]
Where = Annotated[To, typer.Option("--to", help="replay: rebuilds read it; live: refills a lost broker.")]
Processes = Annotated[int, typer.Option(min=1, max=6, help="Combien remplissent. / How many fill.")]
STEPS = {"fill": "lecture / filling"}


def republish(service: OneService, after: From = 0, to: Where = "replay", as_json: AsJson = False) -> None:
    """Redire le journal d'un service, mêmes numéros. / A service's journal said again, under the same ids."""
    (name,) = services(service)
    if find_spec(f"shared.events.{name}") is None:
        raise NotFound(Problem("/service", "says_nothing", f"{name} ne publie rien.", f"{name} publishes nothing."))
    with _progress(as_json) as say:
        done = _republish(name, to, after, lambda sent, total: say(name, sent, total))
    seconds = f"{done.seconds:.1f}"
    answer(
        asdict(done),
        f"{done.events} faits de {name} redits sur {done.topic} en {seconds} s.",
        f"{done.events} events of {name} said again on {done.topic} in {seconds} s.",
        as_json=as_json,
    )


def rebuild(service: OneService = "portal", processes: Processes = 2, as_json: AsJson = False) -> None:
    """Refaire un modèle de lecture des journaux. / A read model made anew from the journals, while the old serves."""
    (name,) = services(service)
    try:
        model = read_model_of(name)
    except ModuleNotFoundError:
        raise NotFound(Problem("/service", "no_read_model", f"{name} n'a pas de modèle de lecture à refaire.",
                               f"{name} has no read model to rebuild.")) from None  # fmt: skip
    with _progress(as_json) as say:
        made = Rebuild(model, database_url(name), settings_of(name).kafka_bootstrap_servers, say, processes)
        done = made.run(lambda publisher, tell: _republish(publisher, "replay", 0, tell))
    said = f"{done.facts:,}".replace(",", " ")
    answer(
        asdict(done),
        f"{name} : {said} faits relus en {done.seconds:.1f} s; l'échange a pris {done.swap_s:.2f} s.",
        f"{name}: {said} facts read again in {done.seconds:.1f} s; the exchange took {done.swap_s:.2f} s.",
        as_json=as_json,
    )


def _republish(service: str, to: To, after: int, say: Callable[[int, int], None]) -> Republished:
    bootstrap = settings_of(service).kafka_bootstrap_servers
    return asyncio.run(say_again(database_url(service), bootstrap, service, to, after, say))


@contextmanager
def _progress(as_json: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each step, on standard error; none for programs."""
    bars: dict[str, int] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as progress:

        def say(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = int(progress.add_task(STEPS.get(step, step), total=total))
            progress.update(progress.task_ids[bars[step]], completed=done, total=total)

        yield say
