"""Plans of faults that once found something, kept for ever, one file each: ``python -m tests.chaos regressions`` runs
them all. The plan itself is kept and not only its seed, because a seed draws another plan once a kind of fault is
added. The machine's load and the operating system are in no plan, so a case says what it found; where the same could
be shown by a test without dice, that test is named."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.breaker import Fault

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """``found``: the violation and its cause; ``shown_by``: the test without dice, or why there is none."""

    seed: int
    size: str
    found: str
    shown_by: str
    faults: tuple[Fault, ...]


def cases() -> list[Case]:
    return [_read(file) for file in sorted(FOLDER.glob("*.json"))]


def keep(case: Case) -> Path:
    """Write a case's file; it is edited by hand once the cause is known."""
    file = FOLDER / f"seed_{case.seed}_{case.size}.json"
    told = {"found": case.found, "shown_by": case.shown_by, "seed": case.seed, "size": case.size}
    told["faults"] = [[fault.after_s, fault.kind, fault.dice] for fault in case.faults]
    file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    return file


def _read(file: Path) -> Case:
    told = json.loads(file.read_text())
    return Case(**{**told, "faults": tuple(Fault(*each) for each in told["faults"])})
