"""What the pulse page's template is given, and the parts of it that change while the page is open."""

from typing import Any

from services.portal.domain.numbers import DEFINITIONS, Freshness, Number, monday_of
from services.portal.pages.board import Snapshot
from services.portal.pages.charts import LOAD_FLOOR, funnel_bars, load_chart
from services.portal.pages.render import Parts, render
from services.portal.pages.words import Language

TALLY = ("referrals", "admissions", "introductions", "hires", "decisions")


def pulse_view(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "snapshot": snapshot,
        "numbers": list(Number),
        "definitions": DEFINITIONS,
        "tally": TALLY,
        "monday": monday_of(snapshot.day),
        "bars": funnel_bars(snapshot.background.funnel),
        "chart": load_chart(snapshot.load, snapshot.day),
        "floor": LOAD_FLOOR,
        "Freshness": Freshness,
    }


def pulse_parts(snapshot: Snapshot, language: Language) -> dict[str, str]:
    """Each part that may change, by its id."""
    parts = Parts()
    render("pulse.html", language, parts=parts, **pulse_view(snapshot))
    return parts.html
