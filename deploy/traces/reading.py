"""Spans as they stand in the file."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Seen:
    """One span. ``service`` is the process that wrote it; moments in milliseconds since 1970."""

    trace: str
    id: str
    parent: str | None
    name: str
    kind: int
    service: str
    began_ms: float
    ended_ms: float
    attributes: dict[str, str]
    error: str | None

    @property
    def result(self) -> str:
        """What became of it, in a word: status of an answer, outcome of an event, class of an error."""
        if self.error:
            return f"!{self.error}"
        return self.attributes.get("interconnexion.result") or self.attributes.get("http.response.status_code", "")


def read(file: Path) -> list[Seen]:
    """Every span of the file, in the order in which they began. A last line that is being written is left out."""
    with file.open() as lines:
        spans = [span for line in lines if line.endswith("\n") for span in _spans(json.loads(line))]
    return sorted(spans, key=lambda span: span.began_ms)


def _spans(line: dict[str, Any]) -> Iterator[Seen]:
    for resource in line["resourceSpans"]:
        service = _attributes(resource["resource"])["service.name"]
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                yield Seen(
                    trace=span["traceId"],
                    id=span["spanId"],
                    parent=span.get("parentSpanId"),
                    name=span["name"],
                    kind=span["kind"],
                    service=service,
                    began_ms=int(span["startTimeUnixNano"]) / 1e6,
                    ended_ms=int(span["endTimeUnixNano"]) / 1e6,
                    attributes=_attributes(span),
                    error=span.get("status", {}).get("message"),
                )


def _attributes(of: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: str(next(iter(each["value"].values()))) for each in of.get("attributes", ())}


def traces_about(spans: Iterable[Seen], wanted: str) -> dict[str, list[Seen]]:
    """By trace id: the one whose id (a correlation id) is ``wanted``; else all that touched the case of that id."""
    by_trace: dict[str, list[Seen]] = defaultdict(list)
    for span in spans:
        by_trace[span.trace].append(span)
    trace = wanted.replace("-", "").lower()
    if trace in by_trace:
        return {trace: by_trace[trace]}
    return {
        trace: found
        for trace, found in by_trace.items()
        if any(wanted in span.attributes.get("interconnexion.case", "").split(",") for span in found)
    }
