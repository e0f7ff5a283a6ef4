"""What the sandbox took and decided: in memory, and in one JSON file so that a restart loses nothing. Names nobody."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Kind = Literal["request", "claim", "course"]
State = Literal[
    "received",  # to be looked at
    "asked",  # information was asked for; waits for word that it was given
    "decided",  # the decision is made and not acknowledged yet
    "acknowledged",
    "not_taken",  # the programme would not take the decision: ``answers`` says why
    "nothing_to_decide",  # it had ended, or it is not ours, before we looked
]
OPEN: frozenset[State] = frozenset({"received", "decided"})


@dataclass
class Entry:
    """One request, claim or French course. ``ended``: the programme told us that it is over. ``question``: asked once.
    ``answers``: status of every decision sent."""

    id: str
    kind: Kind = "request"
    state: State = "received"
    ended: bool = False
    notices: int = 0
    question: dict[str, Any] | None = None
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
            for stored in json.loads(self._file.read_text()):
                id_ = stored.pop("request_id", None) or stored.pop("id")  # the former: of when it knew requests alone
                self._entries[id_] = Entry(id_, **stored)

    def find(self, id_: str) -> Entry | None:
        return self._entries.get(id_)

    def open(self) -> list[Entry]:
        return [entry for entry in self._entries.values() if entry.state in OPEN]

    def position(self, id_: str) -> int:
        """Which of its kind it was, from 1."""
        kind = self._entries[id_].kind
        return [entry.id for entry in self._entries.values() if entry.kind == kind].index(id_) + 1

    def save(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        beside = self._file.with_suffix(".new")
        with beside.open("w") as output:
            json.dump([asdict(each) for each in self._entries.values()], output, indent=1)
            output.flush()
            os.fsync(output.fileno())
        beside.replace(self._file)

    def shown(self, kind: Kind) -> list[dict[str, Any]]:
        return [{f"{kind}_id": each.id, **asdict(each)} for each in list(self._entries.values()) if each.kind == kind]
