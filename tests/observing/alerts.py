"""The alert rules, and whether one fires on what a process's /metrics says. It understands what the rules on gauges are
made of: an aggregation by labels, one selector, one comparison. promtool understands the rest (`make check-alerts`)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
_SIMPLE = re.compile(
    r"(?:(?P<how>max|sum) by \((?P<by>[\w, ]+)\) \(|max_over_time\()(?P<metric>\w+)(?:{(?P<where>[^}]*)})?"
    r"(?:\[\w+\])?\) (?P<compare>>|==) (?P<limit>[\d.]+)"
)


def rules() -> dict[str, dict[str, Any]]:
    (group,) = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


@dataclass(frozen=True)
class Selector:
    metric: str
    where: dict[str, str]
    by: frozenset[str]


def selectors(expr: str) -> Iterator[Selector]:
    by = frozenset(name for group in re.findall(r"by \(([^)]*)\)", expr) for name in re.split(r",\s*", group))
    for metric, where in re.findall(r"\b((?:interconnexion|process)_\w+|up)\b(?:{([^}]*)})?", expr):
        yield Selector(metric, dict(re.findall(r'(\w+)=~?"([^"]*)"', where)), by)


def fires(alert: str, *exposed: str) -> bool:
    """Whether the rule would be on (its ``for`` aside) with what these processes of one service expose."""
    said = _SIMPLE.fullmatch(rules()[alert]["expr"])
    assert said, f"{alert} is not simple enough for this evaluation: {rules()[alert]['expr']}"
    where = dict(re.findall(r'(\w+)="([^"]*)"', said["where"] or ""))
    groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for text in exposed:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == said["metric"] and where.items() <= sample.labels.items():
                    key = tuple(sample.labels.get(label, "") for label in re.split(r",\s*", said["by"] or "partition"))
                    groups[key].append(sample.value)
    values = [sum(group) if said["how"] == "sum" else max(group) for group in groups.values()]
    limit = float(said["limit"])
    return any(value > limit if said["compare"] == ">" else value == limit for value in values)
