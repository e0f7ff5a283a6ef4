"""What one run found, and how it is told to a person."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.chaos import history
from tests.chaos import recovery as d8
from tests.chaos.breaker import Happened
from tests.chaos.seeing import Seeing


@dataclass
class Report:
    seed: int
    size: str
    commands: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    planned: int = 0
    points: Counter[str] = field(default_factory=Counter)
    ministry: Counter[str] = field(default_factory=Counter)
    events: int = 0
    copies: int = 0
    poison: int = 0
    erased: int = 0
    violations: list[str] = field(default_factory=list)
    gaps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ready_s: float = 0.0
    quiet_s: float = 0.0
    seeing: Seeing = field(default_factory=Seeing)
    laps: dict[str, float] = field(default_factory=dict)
    recovery: d8.Recovery = field(default_factory=d8.Recovery)
    seconds: float = 0.0


def gaps(folder: Path, happened: list[Happened]) -> dict[str, list[float]]:
    """By kind of fault: the longest time during it, and 5 s after, in which no client heard ok."""
    lines = list(history.read(folder))
    oks = sorted(line["at"] for line in lines if line["what"] == "ok")
    over = max((line["at"] for line in lines), default=0.0)
    found: dict[str, list[float]] = defaultdict(list)
    for fault in happened:
        before = [at for at in oks if at <= fault.began][-1:]
        inside = [at for at in oks if fault.began < at <= fault.ended + 5]
        moments = [*before, *inside, *([at for at in oks if at > fault.ended + 5] or [over])[:1]]
        found[fault.kind].append(max((b - a for a, b in pairwise(moments)), default=0.0))
    return found


def show(report: Report) -> str:
    """The report, for a person."""
    lines = [f"seed {report.seed}, size {report.size}"]
    total = sum(report.commands.values())
    lines.append(f"commands: {total} ({', '.join(f'{n} {what}' for what, n in report.commands.most_common())})")
    lines.append(f"  {', '.join(f'{kind} {n}' for kind, n in report.kinds.most_common())}")
    lines.append(
        f"facts: {report.events}, copies on the bus {report.copies}, poison {report.poison}, erased {report.erased}"
    )
    lines.append(f"faults: {sum(report.faults.values())} of {report.planned} planned, kills {report.kills}")
    for kind, count in report.faults.most_common():
        found = sorted(report.gaps.get(kind, [0.0]))
        lines.append(f"  {kind:18} {count:4}   no answer for: median {median(found):.1f} s, longest {found[-1]:.1f} s")
    lines.append(f"crash points: {', '.join(f'{p} {n}' for p, n in sorted(report.points.items()))}")
    lines.append(f"ministry: {', '.join(f'{way} {n}' for way, n in report.ministry.items()) or 'behaved'}")
    lines.append(f"healed: every process ready after {report.ready_s} s, quiet after {report.quiet_s} s")
    lines.append(f"  {report.seeing.told()}")
    lines += [f"  {line}" for line in d8.told(report.recovery)]
    lines.append(f"started in {report.laps.get('ready', 0)} s, the rest took {report.seconds:.0f} s")
    lost = sum(line.startswith(("C1", "C4")) for line in report.violations)
    lines.append(f"D1: {report.commands['ok']} commands answered with ok, lost or double: {lost}")
    lines.append(f"violations: {len(report.violations)}")
    lines += [f"  {line}" for line in report.violations[:40]]
    return "\n".join(lines)
