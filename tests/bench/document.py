"""docs/benchmarks.md and its pictures, from the samples that lie beside it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench.drawing import bars, curves, figure
from tests.bench.result import Result

REMARKS = Path(__file__).with_name("remarks.md")
"""By hand: what was tried, what remains and why."""
OPENING = """# Speed, measured

Written by `make bench` from a run; the samples are in [benchmarks](benchmarks). Goals are for two cores that carry
everything: broker, database, services and the client. Ours, its limit and its peers are measured in turn in one run,
after a warm-up; a figure is the median, and the **ratio** says more than the figure, because machines differ. The
database keeps what it commits (`fsync`, `synchronous_commit` on). Latency counts from the moment a request was to be
sent.

"Limit" is bare code that does the same statements or sends and nothing else. **missed × 0.8** means: 0.8 of the goal
is reached.
"""


def store(
    folder: Path, module: str, size: str, machine: Mapping[str, str], seconds: float, found: list[Result]
) -> None:
    """The samples of one module's run, as JSON."""
    kept = {
        "module": module,
        "size": size,
        "seconds": round(seconds),
        "machine": dict(machine),
        "results": [_rounded(result.as_json()) for result in found],
    }
    (folder / f"{module}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def write(folder: Path, document: Path) -> None:
    """The document, from every module's samples in ``folder``; its pictures beside them."""
    for old in folder.glob("*.svg"):
        old.unlink()
    runs = [json.loads(path.read_text()) for path in sorted(folder.glob("p*.json"), key=_order)]
    parts = [OPENING, *_summary(runs), REMARKS.read_text()]
    for run in runs:
        parts += _part(run, folder, document)
    document.write_text("\n".join(parts).rstrip() + "\n")


def _order(path: Path) -> tuple[int, str]:
    digits = "".join(c for c in path.stem.partition("_")[0] if c.isdigit())
    return int(digits or 0), path.stem


def _summary(runs: list[dict[str, Any]]) -> Iterator[str]:
    yield "## All of it\n"
    yield "| bar | what | ours (median) | goal | beside | ratio | goal | |"
    yield "| --- | --- | ---: | ---: | --- | ---: | ---: | --- |"
    for run in runs:
        for result in map(Result.from_json, run["results"]):
            yield from _rows(result)
    yield ""


def _rows(result: Result) -> Iterator[str]:
    sign = "≥" if result.better == "higher" else "≤"
    goal = "" if result.goal is None else f"{sign} {figure(result.goal)}"
    said = "" if result.goal is None else verdict(result.share(result.median, result.goal))
    first = f"| {result.bar} | {result.what} | {figure(result.median)} {result.unit} | {goal} |"
    if not result.rivals:
        yield f"{first} | | | {said} |"
    for number, rival in enumerate(result.rivals):
        ratio, wanted = result.ratio(rival), rival.ratio_goal
        verdicts = [said] if number == 0 and said else []
        verdicts += [] if wanted is None else [verdict(result.share(ratio, wanted))]
        beside = f"{rival.name}: {figure(rival.median)}"
        start = first if number == 0 else "| | | | |"
        asked = "" if wanted is None else f"{sign} {wanted}"
        yield f"{start} {beside} | {ratio:.2f} | {asked} | {'; '.join(verdicts)} |"


def verdict(share: float) -> str:
    return "met" if share >= 1 else f"**missed × {share:.2f}**"


def _part(run: dict[str, Any], folder: Path, document: Path) -> Iterator[str]:
    results = [Result.from_json(stored) for stored in run["results"]]
    name = run["module"].partition("_")[2].replace("_", " ")
    yield f"## {', '.join(dict.fromkeys(r.bar for r in results))}: {name}\n"
    yield "; ".join(f"{name}: {value}" for name, value in run["machine"].items()) + "."
    yield f"Size `{run['size']}`, {run['seconds']} s.\n"
    for number, result in enumerate(results, start=1):
        yield f"**{result.what}.** {result.conditions} {result.remarks}".strip() + "\n"
        if result.rivals:
            yield _picture(folder, document, f"{run['module']}-{number}.svg", bars(result), result.what)
        if result.curve:
            drawn = curves(result.curve)
            yield _picture(folder, document, f"{run['module']}-{number}-curve.svg", drawn, result.curve.title)
            yield from _points(result)


def _points(result: Result) -> Iterator[str]:
    if not result.curve:
        return
    every = sorted({x for points in result.curve.series.values() for x, _ in points})
    yield f"| {result.curve.x_label} | " + " | ".join(figure(x) for x in every) + " |"
    yield "| --- |" + " ---: |" * len(every)
    for name, points in result.curve.series.items():
        known = dict(points)
        yield f"| {name} | " + " | ".join(figure(known[x]) if x in known else "" for x in every) + " |"
    yield ""


def _picture(folder: Path, document: Path, name: str, drawn: str, words: str) -> str:
    (folder / name).write_text(drawn)
    return f"![{words}]({folder.relative_to(document.parent)}/{name})\n"


def _rounded(value: Any) -> Any:
    """Five digits that count: more would be noise."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value
