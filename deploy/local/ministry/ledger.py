"""What the sandbox took and decided: in memory, and in one JSON file so that a restart loses nothing. Names nobody."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

State = Literal[
    "received",  # to be looked at
    "decided",  # the decision is made and not acknowledged yet
    "acknowledged",
    "not_taken",  # the programme would not take the decision: ``answers`` says why
    "nothing_to_decide",  # it had ended, or it is not ours, before we looked
]
OPEN: frozenset[State] = frozenset({"received", "decided"})


@dataclass
class Entry:
    """One request. ``ended``: the programme told us that it is over. ``answers``: status of every decision sent."""

    request_id: str
    state: State = "received"
    ended: bool = False
    notices: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list)
    decision: dict[str, Any] | None = None
    answers: list[int] = field(default_factory=list)


class Ledger:
    """Every change is on disk before anyone is told of it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "ledger.json"
        self._entries: dict[str, Entry] = {}
        if self._file.exists():
            stored = json.loads(self._file.read_text())
            self._entries = {entry["request_id"]: Entry(**entry) for entry in stored}

    def find(self, request_id: str) -> Entry | None:
        return self._entries.get(request_id)

    def open(self) -> list[Entry]:
        return [entry for entry in self._entries.values() if entry.state in OPEN]

    def save(self, entry: Entry) -> None:
        self._entries[entry.request_id] = entry
        beside = self._file.with_suffix(".new")
        with beside.open("w") as output:
            json.dump(self.shown(), output, indent=1)
            output.flush()
            os.fsync(output.fileno())
        beside.replace(self._file)

    def shown(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self._entries.values()]
