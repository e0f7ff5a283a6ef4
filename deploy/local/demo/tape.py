"""What the services answered in a story, kept beside the programme's clock. When the same run is started again, the
steps that were lived answer from the tape: nothing is done twice, however far the clock has moved since, and the story
goes on where it stopped."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Heard:
    """One answer of a service."""

    status: int
    text: str
    correlation_id: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Tape:
    """``began_on``: the programme's day on which the story began; its dates count from there. One line of the file for
    each whole step: a step that was broken off leaves none, and is lived again under the same Idempotency-Keys."""

    file: Path
    began_on: date
    _steps: list[list[Heard]] = field(default_factory=list)
    _now: list[Heard] = field(default_factory=list)
    _lived: Iterator[Heard] | None = None

    @classmethod
    def open(cls, file: Path, today: date) -> Self:
        """The run's tape, or a new one that begins ``today``."""
        if not file.exists():
            return cls(file, today)
        first, *lines = file.read_text().splitlines()
        steps = [[Heard(**each) for each in json.loads(line)] for line in lines]
        return cls(file, date.fromisoformat(json.loads(first)["began_on"]), steps)

    @property
    def playing(self) -> bool:
        """Whether the step that is lived now was lived before."""
        return self._lived is not None

    @property
    def first_candidate(self) -> str | None:
        """The first person it tells of: if she is unknown, the data was deleted and the tape is of another life."""
        for heard in (each for step in self._steps for each in step):
            found = json.loads(heard.text) if heard.text.startswith("{") else {}
            if found.get("candidate_id"):
                return str(found["candidate_id"])
        return None

    def begin_step(self, number: int) -> None:
        self._now = []
        self._lived = iter(self._steps[number]) if number < len(self._steps) else None

    def end_step(self) -> None:
        """The step is whole: keep it."""
        if not self.playing:
            self._steps.append(self._now)
            self.file.parent.mkdir(parents=True, exist_ok=True)
            if not self.file.exists():
                self.file.write_text(json.dumps({"began_on": str(self.began_on)}) + "\n")
            with self.file.open("a") as out:
                out.write(json.dumps([asdict(heard) for heard in self._now]) + "\n")
        self._lived = None

    def next(self) -> Heard | None:
        """The answer of that time; None when the step is new."""
        return next(self._lived) if self._lived is not None else None

    def add(self, heard: Heard) -> None:
        self._now.append(heard)

    def erase(self) -> None:
        self.file.unlink(missing_ok=True)
        self._steps.clear()
