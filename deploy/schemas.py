"""What has been released of every event, kept in ``docs/schemas/<publisher>/<event>.v<major>.<minor>``: its shape
(``.schema.json``: what is written, what is read) and a real message of a story (``.golden.json``: headers, bytes, and
what they were read as). A released file never changes; a compatible change adds the next minor.

``python -m deploy.schemas`` says what differs (exit 1); ``--accept`` releases what is compatible.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.catalogue.compatibility import Pair, removed
from deploy.catalogue.schemas import alone
from deploy.event_map import events
from shared.events.base import Envelope, Event, read_envelope

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "schemas"
ACCEPT = "python -m deploy.schemas --accept"
Json = dict[str, Any]


@dataclass(frozen=True)
class Released:
    """One released version of one event: ``schema`` and ``golden`` as their files hold them."""

    type: str
    minor: int
    schema: Json
    golden: Json

    @property
    def name(self) -> str:
        return f"{self.type.removeprefix('interconnexion.')}.{self.minor}"

    def message(self) -> Envelope:
        """The golden message, read by today's code."""
        headers = {name: value.encode() for name, value in self.golden["headers"].items()}
        return read_envelope(self.golden["key"].encode(), headers, self.golden["value"].encode())


def released(folder: Path = FOLDER) -> list[Released]:
    """All that was ever released, oldest first for each event."""
    found = []
    for file in folder.glob("*/*.schema.json"):
        event, minor = file.name.removesuffix(".schema.json").rsplit(".", 1)
        golden = file.with_name(f"{event}.{minor}.golden.json")
        type_ = f"interconnexion.{file.parent.name}.{event}"
        found.append(Released(type_, int(minor), json.loads(file.read_text()), json.loads(golden.read_text())))
    return sorted(found, key=lambda one: (one.type, one.minor))


def latest(folder: Path = FOLDER) -> dict[str, Released]:
    return {one.type: one for one in released(folder)}


def shape(event: type[Event]) -> Json:
    """What a released schema file says of an event, as its class is today."""
    return {
        "key": event.key_field,
        "subject": event.subject_field,
        "written": alone(event, "written"),
        "read": alone(event, "read"),
    }


def changes(folder: Path = FOLDER) -> list[type[Event]]:
    """Events whose shape is not the one that was last released."""
    known = latest(folder)
    return [event for event in events() if event.type not in known or known[event.type].schema != shape(event)]


def broken(folder: Path = FOLDER) -> list[str]:
    """What no minor version can mend: each with the place and the reason."""
    today = {event.type: event for event in events()}
    return [f"{one.name} {fault}" for one in released(folder) for fault in incompatible(one, today.get(one.type))]


def incompatible(old: Released, event: type[Event] | None) -> Iterator[str]:
    """Why a released version and today's class could not read each other. Forward and backward: those who still run
    the old code read what is said today, and today's code reads what lies in the log and in the journals."""
    if event is None:
        yield "is no longer known: its messages are still in the log. Keep the class, or lift the old major when parsed"
        return
    now = shape(event)
    for word in ("key", "subject"):
        if old.schema[word] != now[word]:
            yield f"{word}: {old.schema[word]} became {now[word]}: order and versions rest on it"
    yield from (f"backward {fault}" for fault in Pair(now["read"], old.schema["written"]).faults())
    yield from (f"forward {fault}" for fault in Pair(old.schema["read"], now["written"]).faults())
    yield from (f"fields {fault}" for fault in removed(old.schema["read"], now["read"]))


def faults(folder: Path = FOLDER) -> list[str]:
    """One line for each thing to mend, with how; empty when all is released."""
    found = broken(folder)
    if found:
        what = "a change that breaks readers needs a new major: class X(Event, …, version=2), consumers first"
        return [*found, what]
    return [f"{event.type} changed, compatibly: {ACCEPT}" for event in changes(folder)]


def accept(folder: Path = FOLDER) -> list[str]:
    """Release what changed compatibly, with a real message of the stories; what stands in the way."""
    if found := broken(folder):
        return [*found, "nothing was released"]
    wanted = changes(folder)
    told = told_by_the_stories() if wanted else []
    if silent := [event for event in wanted if not _of(event, told)]:
        return [f"{event.type}: no story says it; let one say it (tests/stories)" for event in silent]
    known = latest(folder)
    for event in wanted:
        minor = known[event.type].minor + 1 if event.type in known else 0
        _write(folder, event, minor, max(_of(event, told), key=_fullness))
    return []


def _of(event: type[Event], told: Sequence[Json]) -> list[Json]:
    return [message for message in told if message["headers"]["ce_type"] == event.type]


def _fullness(message: Json) -> int:
    """How much it says: of two messages the one with fewer unknown values is the better example."""
    value: str = message["value"]
    return len(value) - 20 * value.count("null") - 20 * value.count("[]")


def _write(folder: Path, event: type[Event], minor: int, message: Json) -> None:
    _, publisher, name, major = event.type.split(".")
    start = folder / publisher / f"{name}.{major}.{minor}"
    start.parent.mkdir(parents=True, exist_ok=True)
    read_as = event.model_validate_json(message["value"]).model_dump(mode="json")
    for suffix, content in (("schema", shape(event)), ("golden", {**message, "read_as": read_as})):
        Path(f"{start}.{suffix}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def told_by_the_stories() -> list[Json]:
    """Every message of tests/stories, told on databases of their own; takes some seconds."""
    run = subprocess.run([sys.executable, "-m", "tests.stories"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.decode().splitlines() if line.startswith("{")]


def main(arguments: list[str]) -> int:
    found = accept() if "--accept" in arguments else faults()
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
