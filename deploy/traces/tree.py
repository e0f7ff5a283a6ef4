"""A trace as a tree of lines."""

from collections import defaultdict
from collections.abc import Iterator

from deploy.traces.reading import Seen


def tree(spans: list[Seen]) -> Iterator[str]:
    """One line a span, under its parent: what, which process, when (ms since the trace began), how long, what came of
    it. A span whose parent is not there stands at the edge with ``?``."""
    ids = {span.id for span in spans}
    children: dict[str | None, list[Seen]] = defaultdict(list)
    for span in spans:
        children[span.parent if span.parent in ids else None].append(span)
    began = min(span.began_ms for span in spans)
    for root in children[None]:
        yield _line("? " if root.parent else "", root, began)
        yield from _below(root, children, began, "", set())


def _below(
    span: Seen, children: dict[str | None, list[Seen]], began: float, edge: str, above: set[str]
) -> Iterator[str]:
    under = [] if span.id in above else children[span.id]
    for number, child in enumerate(under, start=1):
        last = number == len(under)
        yield _line(edge + ("└─ " if last else "├─ "), child, began)
        yield from _below(child, children, began, edge + ("   " if last else "│  "), above | {span.id})


def _line(edge: str, span: Seen, began: float) -> str:
    at, took = span.began_ms - began, span.ended_ms - span.began_ms
    return f"{edge + span.name:<64} {span.service:<17} {at:9.1f} {took:8.1f}  {span.result}".rstrip()
