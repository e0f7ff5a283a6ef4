"""Everything that the checker judges, read once when all is quiet: journals, inboxes, what handlers applied, what
clients heard, what passed on the bus, and the ministry's own ledger."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from shared.messaging.inbox import Subscription
from tests.chaos import history
from tests.chaos.bus import Seen
from tests.chaos.system import ChaosStack


@dataclass
class Command:
    """One command as its client saw it. ``answers``: of each ok and of each replay, as hashes."""

    command: str
    kind: str
    count: int
    service: str
    heard: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    forgotten: bool = False
    ok_at: float = 0.0

    @property
    def outcome(self) -> str:
        return "ok" if "ok" in self.heard else self.heard[-1] if self.heard else "unknown"


@dataclass
class Evidence:
    commands: dict[str, Command]
    journals: Mapping[str, list[dict[str, Any]]]
    inboxes: Mapping[str, dict[str, dict[str, Any]]]
    applied: Mapping[str, list[dict[str, Any]]]
    consumers: Mapping[str, tuple[Subscription, ...]]
    seen: Seen
    ledger: dict[str, list[dict[str, Any]]]
    stack: ChaosStack
    erased_names: dict[str, str]
    """candidate → the name that was asked to be forgotten."""

    @cached_property
    def events(self) -> dict[str, dict[str, Any]]:
        """Every published event by id, with its publisher."""
        return {str(r["event_id"]): {**r, "publisher": p} for p, rows in self.journals.items() for r in rows}

    @cached_property
    def erased(self) -> set[str]:
        """Keys of persons whose erasure took effect."""
        kind = "interconnexion.intake.candidate_erased.v1"
        return {row["key"] for row in self.journals.get("intake", ()) if row["type"] == kind}

    def of_command(self, command: Command) -> Counter[str]:
        """What a command itself said, by kind."""
        return self._said.get(command.command, Counter())

    @cached_property
    def _said(self) -> dict[str, Counter[str]]:
        said: dict[str, Counter[str]] = defaultdict(Counter)
        for event in self.events.values():
            if event["causation_id"] is None:
                said[str(event["correlation_id"])][event["type"].split(".")[2]] += 1
        return said

    def listened(self, consumer: str) -> dict[str, dict[str, Any]]:
        """The events that this consumer must have received."""
        types = {s.event.type for s in self.consumers[consumer]}
        return {id_: e for id_, e in self.events.items() if e["type"] in types and e["publisher"] != consumer}


def gather(stack: ChaosStack, folder: Path, seen: Seen, names: dict[str, str]) -> Evidence:
    services = sorted({p.service for p in stack.processes if p.service})
    workers = [s for s in services if f"{s}-worker" in stack.state_names()]
    return Evidence(
        commands=read_commands(folder),
        journals={s: stack.rows(s, "SELECT * FROM journal ORDER BY position") for s in services},
        inboxes={s: {str(r["event_id"]): r for r in stack.rows(s, "SELECT * FROM inbox")} for s in workers},
        applied={s: stack.rows(s, "SELECT * FROM chaos_applied ORDER BY seq") for s in workers},
        consumers={s: import_module(f"services.{s}.consumers").CONSUMES for s in workers},
        seen=seen,
        ledger=_ledger(stack),
        stack=stack,
        erased_names=names,
    )


def read_commands(folder: Path) -> dict[str, Command]:
    commands: dict[str, Command] = {}
    for line in history.read(folder):
        id_ = line["command"]
        if line["what"] == "invoke":
            commands[id_] = Command(id_, line["kind"], line["count"], line["service"])
            continue
        commands[id_].heard.append(line["what"])
        commands[id_].forgotten |= line.get("forgotten", False)
        if line["what"] == "ok":
            commands[id_].ok_at = line["at"]
        if line.get("answer"):
            commands[id_].answers.append(line["answer"])
    return commands


def _ledger(stack: ChaosStack) -> dict[str, list[dict[str, Any]]]:
    if "ministry" not in stack.urls:
        return {"requests": [], "claims": [], "courses": []}
    shown: dict[str, list[dict[str, Any]]] = json.loads(
        httpx.get(stack.urls["ministry"] + "/v1/ledger", timeout=10, trust_env=False).text
    )
    return shown
