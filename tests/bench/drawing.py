"""Bars and curves as SVG. A hundred lines of our own rather than matplotlib: a plotting library, numpy and eight more
packages would be locked for two plain pictures, and these are text that a review can read."""

import math
from collections.abc import Sequence
from html import escape

from tests.bench.result import Curve, Result

INK, GREY, PAPER, LINE = "#14202B", "#46535E", "#FBFAF6", "#DDDAD0"
OURS = "#1F5FA8"
OTHERS = ("#8A8F94", "#B07D2B", "#2F7D5B", "#8C4A7A", "#B4533A")
FONT = 'font-family="Public Sans, system-ui, sans-serif"'


def figure(value: float) -> str:
    """Three digits that count, thousands apart."""
    if value >= 1000:
        return f"{round(value, -1 if value < 10_000 else -2):,.0f}".replace(",", " ")
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def bars(result: Result) -> str:
    """Medians as bars, each sample as a mark on it."""
    rows = [("Interconnexion", result.ours, OURS)]
    rows += [(r.name, r.samples, OTHERS[n % len(OTHERS)]) for n, r in enumerate(result.rivals)]
    most = max(max(samples) for _, samples, _ in rows) * 1.05
    height, drawn = 60 + 44 * len(rows), [_text(16, 30, result.what, size=16, weight=650)]
    for number, (name, samples, colour) in enumerate(rows):
        top, middle = 48 + 44 * number, sorted(samples)[len(samples) // 2]
        drawn += [
            _text(16, top + 12, name, colour=GREY),
            f'<rect x="16" y="{top + 18}" width="{560 * middle / most:.1f}" height="14" rx="2" fill="{colour}"/>',
            _text(600, top + 30, f"{figure(middle)} {result.unit}"),
        ]
        marks = (f"M{16 + 560 * sample / most:.1f} {top + 15}v20" for sample in samples)
        drawn.append(f'<path d="{"".join(marks)}" stroke="{INK}" stroke-width="1" opacity=".55"/>')
    return _page(760, height, result.what, drawn)


def curves(curve: Curve) -> str:
    """A line for each series, from zero."""
    every = [point for points in curve.series.values() for point in points]
    place = math.log10 if curve.log_x else float
    left, right = place(min(x for x, _ in every)), place(max(x for x, _ in every))
    most = max(y for _, y in every) * 1.1 or 1

    def at(x: float, y: float) -> tuple[float, float]:
        return 80 + 560 * (place(x) - left) / ((right - left) or 1), 300 - 240 * y / most

    drawn = [_text(16, 30, curve.title, size=16, weight=650), f'<path d="M80 60V300H640" fill="none" stroke="{GREY}"/>']
    for x in sorted({x for x, _ in every}):
        drawn.append(_text(at(x, 0)[0], 320, figure(x), anchor="middle", colour=GREY))
    for step in (0.25, 0.5, 0.75, 1):
        y = at(1, most * step)[1]
        drawn += [f'<path d="M80 {y:.0f}H640" stroke="{LINE}"/>', _text(72, y + 4, figure(most * step), "end", GREY)]
    drawn += [_text(360, 345, curve.x_label, "middle", GREY), _text(16, 52, curve.y_label, colour=GREY)]
    for number, (name, points) in enumerate(curve.series.items()):
        colour = OURS if number == 0 else OTHERS[(number - 1) % len(OTHERS)]
        drawn += _line([at(x, y) for x, y in points], colour)
        drawn += [
            f'<rect x="80" y="{360 + 20 * number}" width="12" height="12" fill="{colour}"/>',
            _text(98, 371 + 20 * number, name),
        ]
    return _page(760, 375 + 20 * len(curve.series), curve.title, drawn)


def _line(places: Sequence[tuple[float, float]], colour: str) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]


def _text(
    x: float, y: float, words: str, anchor: str = "start", colour: str = INK, size: float = 13, weight: int = 400
) -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {at} font-size="{size}" font-weight="{weight}" fill="{colour}">{escape(words)}</text>'


def _page(width: int, height: int, title: str, drawn: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" {FONT}>'
    paper = f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", paper, *drawn, "</svg>", ""])
