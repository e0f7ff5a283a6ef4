"""Draws ``docs/event-map.md`` from the code: which event, why anyone would care, who says it where, who listens.

``python -m deploy.event_map`` writes it; ``--check`` says whether it is current (exit 1 when it is not).
"""

import ast
import difflib
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from os.path import relpath
from pathlib import Path

from shared.events.base import REGISTRY, Event, topic_of
from shared.messaging.inbox import Subscription
from shared.migrate import SERVICES

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "docs" / "event-map.md"
COMMAND = "python -m deploy.event_map"
LABEL_EVENTS = 4
"""An arrow of the picture names its events up to this many; beyond, it counts them."""

NOBODY_YET: dict[str, str] = {}
"""Events nobody listens to, each with the reason why it is said all the same. A test refuses a line that is stale."""


@dataclass(frozen=True)
class Publication:
    """One place where a service builds an event in order to say it."""

    service: str
    event: type[Event]
    file: str
    function: str


@dataclass(frozen=True)
class Listener:
    service: str
    event: type[Event]
    file: str
    function: str


def publishers() -> list[str]:
    """The services that publish: the files of shared/events that hold events, in the order of SERVICES."""
    return [service for service in SERVICES if (ROOT / "shared" / "events" / f"{service}.py").exists()]


def events() -> list[type[Event]]:
    """Every event of the published language, in the order of its files."""
    for publisher in publishers():
        importlib.import_module(f"shared.events.{publisher}")
    files = [f"shared.events.{publisher}" for publisher in publishers()]
    return sorted((e for e in REGISTRY.values() if e.__module__ in files), key=lambda e: files.index(e.__module__))


def listeners() -> list[Listener]:
    """Every line of every service's CONSUMES."""
    return [
        Listener(service, line.event, line.handler.__module__.replace(".", "/") + ".py", line.handler.__name__)
        for service in SERVICES
        for line in consumes(service)
    ]


def consumes(service: str) -> tuple[Subscription, ...]:
    if not (ROOT / "services" / service / "consumers.py").exists():
        return ()
    found: tuple[Subscription, ...] = importlib.import_module(f"services.{service}.consumers").CONSUMES
    return found


@cache
def publications() -> tuple[Publication, ...]:
    """Every place in services where an event is built. Only who publishes builds one; consumers are handed theirs."""
    by_name = {event.__name__: event for event in events()}
    return tuple(
        Publication(service, by_name[name], str(file.relative_to(ROOT)), function)
        for service in SERVICES
        for file in sorted((ROOT / "services" / service).rglob("*.py"))
        for function, name in _built(ast.parse(file.read_text()))
        if name in by_name
    )


def _built(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(function, class) for each call of a name that came from shared.events, whatever it is called here."""
    origin, modules = imported_events(tree)
    for function in tree.body:
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and (name := event_class(node.func, origin, modules)):
                yield getattr(function, "name", "<module>"), name


def imported_events(tree: ast.Module) -> tuple[dict[str, str], set[str]]:
    """What a file calls the classes of shared.events, and the modules themselves."""
    classes: dict[str, str] = {}
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared.events."):
            classes |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module == "shared.events"):
            modules |= {alias.asname or alias.name for alias in node.names}
    return classes, modules


def event_class(node: ast.expr, classes: dict[str, str], modules: set[str]) -> str | None:
    """The class of shared.events that an expression names, directly or through its module."""
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) in modules:
        return node.attr
    return classes.get(node.id) if isinstance(node, ast.Name) else None


def why(event: type[Event]) -> str:
    """The first sentence of the docstring."""
    first, stop, _ = " ".join((event.__doc__ or "").split()).partition(". ")
    return first + ("." if stop else "")


def drawn() -> str:
    """The whole page."""
    sections = [part for publisher in publishers() for part in _section(publisher)]
    lines = [
        "# Carte des événements · event map",
        "",
        f"Tirée du code par · drawn from the code by `{COMMAND}`. Ne pas modifier · do not edit.",
        "",
        "Champs, schémas, exemples · fields, schemas, examples: [asyncapi.yaml](asyncapi.yaml), à lire · to read:"
        " [evenements.html](evenements.html), [events.html](events.html).",
        "",
        *_picture(),
        *sections,
    ]
    return "\n".join(lines) + "\n"


def _picture() -> list[str]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for listener in listeners():
        arrows.setdefault((listener.event.publisher, listener.service), []).append(listener.event.__name__)
    order = [(a, b) for a in SERVICES for b in SERVICES if (a, b) in arrows]
    return [
        "```mermaid",
        "flowchart LR",
        *(f'  {a} -->|"{_label(arrows[a, b])}"| {b}' for a, b in order),
        "```",
        "",
    ]


def _label(names: list[str]) -> str:
    return "<br>".join(names) if len(names) <= LABEL_EVENTS else f"{len(names)} événements · events"


def _section(publisher: str) -> Iterator[str]:
    yield from (f"## {topic_of(publisher)}", "")
    yield "| événement · event | pourquoi · why | publié par · published by | entendu par · consumed by |"
    yield "| --- | --- | --- | --- |"
    for event in events():
        if event.publisher == publisher:
            yield f"| `{event.__name__}` | {why(event)} | {_said_by(event)} | {_heard_by(event)} |"
    yield ""


def _said_by(event: type[Event]) -> str:
    places = dict.fromkeys(_place(p.file, p.function) for p in publications() if p.event is event)
    return "<br>".join(places) or "—"


def _heard_by(event: type[Event]) -> str:
    heard = [f"{one.service}: {_place(one.file, one.function)}" for one in listeners() if one.event is event]
    return "<br>".join(heard) or f"*personne encore · nobody yet:* {NOBODY_YET.get(event.__name__, '—')}"


def _place(file: str, function: str) -> str:
    """A link whose words are short: the file within its service, and the function."""
    path = ROOT / file
    if not path.exists():  # a package whose functions live in its __init__
        path = ROOT / file.removesuffix(".py") / "__init__.py"
    return f"[{'/'.join(Path(file).parts[2:])}:{function}]({relpath(path, MAP.parent)})"


def differences() -> list[str]:
    """What the page has that the code has not, and the reverse; empty when it is current."""
    there = MAP.read_text() if MAP.exists() else ""
    before, now = there.splitlines(), drawn().splitlines()
    return list(difflib.unified_diff(before, now, "docs/event-map.md", "code", n=0, lineterm=""))


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        MAP.write_text(drawn())
        return 0
    if changed := differences():
        print("\n".join(changed[:40]))
        print(f"docs/event-map.md n'est plus à jour · is out of date: {COMMAND}")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
