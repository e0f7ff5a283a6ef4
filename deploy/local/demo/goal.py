"""The numbers that a run is to reach, kept beside the programme's clock until it has: a run that was broken off and
goes on waits for the very same ones."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.local.demo.wire import Wire


@dataclass(frozen=True)
class Goal:
    file: Path

    @classmethod
    def of(cls, wire: Wire) -> Self:
        return cls(wire.system.clock_file.parent / "demo" / f"{wire.run_id}-goal.json")

    def set(self, numbers: dict[str, int]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(numbers))

    def get(self) -> dict[str, int] | None:
        """None once it was reached: what moves the numbers since is somebody else's doing."""
        numbers: dict[str, int] | None = json.loads(self.file.read_text()) if self.file.exists() else None
        return numbers

    def reached(self) -> None:
        self.file.unlink(missing_ok=True)
