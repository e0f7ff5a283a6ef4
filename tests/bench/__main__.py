"""python -m tests.bench [--only p3,p11] [--size small|full]

Runs the modules ``p<number>_<name>.py`` of this folder; each has ``measure(servers, size) -> list[Result]`` and starts
and ends what it measures. ``full`` writes docs/benchmarks.md and the samples beside it; ``small`` the same into
.local/bench, for it proves only that the benchmarks run."""

import argparse
import importlib
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import psycopg
from aiokafka.errors import KafkaError

from tests.bench import document, machine
from tests.bench.drawing import figure
from tests.bench.result import Result, Size
from tests.servers import Servers, servers

HERE, ROOT = Path(__file__).parent, Path(__file__).resolve().parents[2]


def main() -> int:
    """0, or 1 when a benchmark could not be taken; the others are."""
    asked = argparse.ArgumentParser(prog="make bench")
    asked.add_argument("--only", default="", help="p3, or p3,p11")
    asked.add_argument("--size", choices=("small", "full"), default="full")
    given = asked.parse_args()
    names = [name for name in modules() if not given.only or name.partition("_")[0] in given.only.lower().split(",")]
    if not names:
        asked.error(f"no such benchmark; there are: {', '.join(modules())}")
    folder = ROOT / ("docs" if given.size == "full" else ".local/bench") / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    failed = []
    with servers() as real:
        real.start()
        for name in names:
            try:
                _run(name, real, given.size, folder)
            except (AssertionError, RuntimeError, OSError, psycopg.Error, KafkaError):
                traceback.print_exc()
                failed.append(name)
            document.write(folder, folder.parent / "benchmarks.md")
    print(f"\n{(folder.parent / 'benchmarks.md').relative_to(ROOT)}")
    print(*(f"not measured: {name}" for name in failed), sep="\n")
    return 1 if failed else 0


def modules() -> list[str]:
    """Their names, p1 before p11."""
    found = [path.stem for path in HERE.glob("p[0-9]*_*.py")]
    return sorted(found, key=lambda name: (int(name.partition("_")[0][1:]), name))


def _run(name: str, real: Servers, size: Size, folder: Path) -> None:
    print(f"\n{name} ({size})", flush=True)
    measure: Callable[[Servers, Size], list[Result]] = importlib.import_module(f"tests.bench.{name}").measure
    about, started = machine.about(real), time.monotonic()
    found = measure(real, size)
    seconds = time.monotonic() - started
    document.store(folder, name, size, about, seconds, found)
    for result in found:
        beside = "; ".join(f"{r.name} {figure(r.median)}, ratio {result.ratio(r):.2f}" for r in result.rivals)
        said = "" if not result.shares() else "met" if result.met else f"missed × {min(result.shares()):.2f}"
        print(f"  {result.bar} {result.what}: {figure(result.median)} {result.unit} {said}  {beside}", flush=True)
    print(f"  {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
