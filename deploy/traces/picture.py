"""One referral as a picture: a band for each step, in it a lane for each service, on it when that service worked."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from deploy.traces.reading import Seen

STEPS = (
    ("/v1/self-referrals", "She refers herself"),
    ("/admission", "An advisor admits her"),
    ("/vacancies", "A company posts a vacancy; she is introduced"),
    ("/answers", "She says yes to it"),
    ("/meeting", "They meet"),
    ("/offer", "The company makes an offer"),
    ("/choice", "She chooses: she is hired"),
    ("/confirmation", "The company confirms the subsidy request"),
    ("/decision", "The ministry decides"),
)
LATER = "Weeks later, by timers: her follow-up comes due"
WIDTH, LEFT, LANE, HEAD, GAP = 1000, 170, 13, 20, 12
TOGETHER_MS = 500.0  # timers that fire within this are those of one move of programme time
_CLASS = {1: "work", 2: "ask", 3: "tell", 4: "send", 5: "work"}
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1c2733 } .lane { font-size: 10px; fill: #51606f }
.band { font-weight: 600 } .axis { stroke: #d5dce3; stroke-width: 1 } .ground { fill: #ffffff }
.ask { fill: #1f4e79 } .work { fill: #3d8f73 } .send { fill: #d98b2b } .tell { fill: #8a4f9e }
"""


@dataclass(frozen=True)
class Band:
    words: str
    spans: list[Seen]

    @property
    def lanes(self) -> list[str]:
        """Services in the order in which they came to work."""
        return list(dict.fromkeys(_service(span) for span in self.spans))

    @property
    def began_ms(self) -> float:
        return self.spans[0].began_ms

    @property
    def took_ms(self) -> float:
        return max(span.ended_ms for span in self.spans) - self.began_ms

    @property
    def height(self) -> int:
        return HEAD + LANE * len(self.lanes) + GAP


def draw(traces: list[list[Seen]]) -> str:
    """The SVG of these traces of one case. Raises ValueError when none of them is a step of the story."""
    bands = list(_bands(traces))
    if not bands:
        raise ValueError("none of these traces is a step of the story")
    longest = max(band.took_ms for band in bands)
    tick = next(step for step in (10, 20, 50, 100, 200, 500, 1000, 2000) if longest / step <= 12)
    scale = (WIDTH - LEFT - 20) / longest
    height = 46 + sum(band.height for band in bands)
    parts = [*_axis(tick, longest, scale, height)]
    top = 46
    for band in bands:
        parts += _drawn(band, top, scale)
        top += band.height
    return "\n".join((*_frame(bands, height), *parts, "</svg>")) + "\n"


def _bands(traces: list[list[Seen]]) -> Iterator[Band]:
    """The first trace of each step; of the one with timers, what they brought is a band of its own, the last."""
    later: list[Seen] = []
    for end, words in STEPS:
        found = next(
            (spans for spans in traces if spans[0].name.startswith("POST ") and spans[0].name.endswith(end)), None
        )
        if found:
            now, after = _apart(found)
            later = later or after
            yield Band(words, now)
    if later:
        yield Band(LATER, later)


def _apart(spans: list[Seen]) -> tuple[list[Seen], list[Seen]]:
    """What happened at once; and what the first follow-up timers brought, weeks later in programme time."""
    timed: dict[str, float] = {}  # spans of timers and of all that is below them, with when the timer began
    for span in spans:
        if span.name.startswith("timer "):
            timed[span.id] = span.began_ms
        elif span.parent in timed:
            timed[span.id] = timed[span.parent]
    calls = [span.began_ms for span in spans if span.name.startswith("timer follow_up")]
    later = [span for span in spans if span.id in timed and calls and 0 <= timed[span.id] - calls[0] < TOGETHER_MS]
    return [span for span in spans if span.id not in timed], later


def _frame(bands: list[Band], height: int) -> Iterator[str]:
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">'
    yield '<title id="t">One referral across five services</title>'
    told = ". ".join(f"{b.words}: {', '.join(b.lanes)}, {b.took_ms:.0f} ms" for b in bands)
    yield f'<desc id="d">{escape(told)}.</desc>'
    yield f'<style>{STYLE}</style><rect class="ground" width="{WIDTH}" height="{height}"/>'
    for number, (kind, words) in enumerate(
        (
            ("ask", "answers a request"),
            ("send", "sends facts"),
            ("work", "decides, stores"),
            ("tell", "tells a ministry"),
        )
    ):
        x = LEFT + number * 150
        yield f'<rect class="{kind}" x="{x}" y="10" width="14" height="9"/><text x="{x + 20}" y="19">{words}</text>'


def _axis(tick: int, longest: float, scale: float, height: int) -> Iterator[str]:
    for ms in range(0, int(longest) + 1, tick):
        x = LEFT + ms * scale
        yield f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="40" y2="{height}"/>'
        yield f'<text class="lane" x="{x + 2:.1f}" y="37">{ms} ms</text>'


def _drawn(band: Band, top: int, scale: float) -> Iterator[str]:
    yield f'<text class="band" x="10" y="{top + 14}">{escape(band.words)}</text>'
    for number, lane in enumerate(band.lanes):
        y = top + HEAD + number * LANE
        yield f'<text class="lane" x="{LEFT - 12}" y="{y + 9}" text-anchor="end">{lane}</text>'
        for span in band.spans:
            if _service(span) == lane:
                x, width = LEFT + (span.began_ms - band.began_ms) * scale, (span.ended_ms - span.began_ms) * scale
                said = escape(f"{span.name} · {span.ended_ms - span.began_ms:.1f} ms {span.result}".strip())
                tall = LANE - 3 if span.kind != 2 else LANE - 9
                yield (
                    f'<rect class="{_CLASS[span.kind]}" x="{x:.1f}" y="{y + (LANE - 3 - tall)}" '
                    f'width="{max(width, 1.5):.1f}" height="{tall}" rx="1"><title>{said}</title></rect>'
                )


def _service(span: Seen) -> str:
    return span.service.removesuffix("-worker")
