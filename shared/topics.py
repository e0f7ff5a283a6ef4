"""The topics that deploy/kafka/topics.yml declares: made at the start, and compared with what the broker has."""

from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parent.parent / "deploy" / "kafka" / "topics.yml"
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """One declared topic."""

    name: str
    partitions: int
    replication: int
    retention_days: int
    cleanup: str

    @property
    def settings(self) -> dict[str, str]:
        return {"retention.ms": str(self.retention_days * _DAY_MS), "cleanup.policy": self.cleanup}


def declared(file: Path = FILE) -> list[Topic]:
    """The topics of `file`, each with the file's defaults. Raises TypeError for a setting that does not exist."""
    content = yaml.safe_load(file.read_text())
    return [Topic(**{**content["defaults"], **topic}) for topic in content["topics"]]
