"""The arithmetic of `make bench`, its document and its pictures; the benchmarks themselves are no tests."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from tests.bench import document
from tests.bench.drawing import figure
from tests.bench.http_client import percentile
from tests.bench.result import Curve, Result, Rival, in_turn

FASTER = Result(
    "P3", "relay", "events/s", (90.0, 100.0, 300.0), Rival("bare", (200.0, 250.0, 190.0), 0.35), goal=125,
    curve=Curve("growth", "events", "events/s", {"ours": ((10.0, 1.0), (1000.0, 2.0))}),
)  # fmt: skip
SLOWER = Result("P2", "hop", "ms", (10.0,), Rival("bare", (4.0,), 2.0), goal=12, better="lower")


def test_a_goal_that_is_met_beside_the_limit_may_be_missed_alone() -> None:
    assert FASTER.median == 100
    assert FASTER.ratio(FASTER.rivals[0]) == 0.5
    assert FASTER.shares() == [100 / 125, 0.5 / 0.35]
    assert not FASTER.met


def test_where_lower_is_better_the_share_is_turned_round() -> None:
    assert SLOWER.shares() == [1.2, 0.8]
    assert not SLOWER.met


def test_samples_are_taken_in_turn_and_warm_ups_do_not_count() -> None:
    order: list[str] = []

    def sample(name: str) -> Callable[[], float]:
        def take() -> float:
            order.append(name)
            return float(len(order))

        return take

    taken = in_turn({"ours": sample("ours"), "limit": sample("limit")}, rounds=2)
    assert [len(samples) for samples in taken.values()] == [2, 2]
    assert order == ["ours", "limit", "limit", "ours", "ours", "limit"]
    assert min(taken["ours"] + taken["limit"]) == 3


def test_the_document_says_what_is_missed_by_how_much_and_its_pictures_are_svg(tmp_path: Path) -> None:
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    document.store(folder, "p3_relay", "full", {"kernel": "Linux"}, 3.4, [FASTER])
    document.store(folder, "p2_hops", "full", {"kernel": "Linux"}, 1.0, [SLOWER])
    document.write(folder, tmp_path / "benchmarks.md")
    said = (tmp_path / "benchmarks.md").read_text()
    assert "| P3 | relay | 100 events/s | ≥ 125 | bare: 200 | 0.50 | ≥ 0.35 | **missed × 0.80**; met |" in said
    assert "| P2 | hop | 10.0 ms | ≤ 12.0 | bare: 4.00 | 2.50 | ≤ 2.0 | met; **missed × 0.80** |" in said
    assert said.index("## P2") < said.index("## P3")
    pictures = sorted(folder.glob("*.svg"))
    assert [p.name for p in pictures] == ["p2_hops-1.svg", "p3_relay-1-curve.svg", "p3_relay-1.svg"]
    for picture in pictures:
        assert ElementTree.fromstring(picture.read_text()).tag.endswith("svg")
        assert f"benchmarks/{picture.name}" in said


def test_figures_are_read_at_a_glance() -> None:
    assert [figure(n) for n in (0.1234, 12.34, 123.4, 1234.0, 123456.0)] == ["0.12", "12.3", "123", "1 230", "123 500"]


def test_a_percentile_is_a_sample() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0, 2.0], 0.99) == 2.0
