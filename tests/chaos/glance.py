"""Small files by which the harness tells a process something: looked at often, read at most fifty times a second."""

import time
from pathlib import Path

_FRESH_S = 0.02


class Glance:
    """The text of a file; empty when there is none."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._text, self._read_at = "", 0.0

    def text(self) -> str:
        now = time.monotonic()
        if now - self._read_at > _FRESH_S:
            self._read_at = now
            try:
                self._text = self.file.read_text()
            except OSError:
                self._text = ""
        return self._text
