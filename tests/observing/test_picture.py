"""The picture of one referral: its steps, who worked when, and words for whoever cannot see it."""

from xml.etree import ElementTree as Xml

import pytest

from deploy.traces.picture import LATER, draw
from deploy.traces.reading import Seen
from tests.observing.alerts import ROOT

SVG = "{http://www.w3.org/2000/svg}"


def seen(name: str, service: str, began: float, ended: float, kind: int = 5) -> Seen:
    return Seen("t", f"{began}{service}", None, name, kind, service, 1e12 + began, 1e12 + ended, {}, None)


STORY = [
    [seen("POST /v1/self-referrals", "intake", 0, 20, 2), seen("handle referral_received", "portal-worker", 30, 40)],
    [
        seen("POST /v1/candidates/{candidate_id}/choice", "matching", 100, 120, 2),
        seen("send candidate_hired", "matching-worker", 125, 128, 4),
        seen("handle candidate_hired", "retention-worker", 130, 150),
        seen("timer follow_up_task", "retention-worker", 60_000, 60_010, 1),
    ],
    [seen("PATCH /v1/people/{id}", "intake", 0, 1, 2)],
]


def test_each_step_is_a_band_and_what_timers_brought_is_the_last() -> None:
    drawn = Xml.fromstring(draw(STORY))
    bands = [text.text for text in drawn.iter(f"{SVG}text") if text.get("class") == "band"]
    assert bands == ["She refers herself", "She chooses: she is hired", LATER]
    lanes = [text.text for text in drawn.iter(f"{SVG}text") if text.get("text-anchor") == "end"]
    assert lanes == ["intake", "portal", "matching", "retention", "retention"], "in the order in which they worked"
    bars = [rect.get("class") for rect in drawn.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    assert bars == ["ask", "work", "ask", "send", "work", "work"]
    told = drawn.find(f"{SVG}desc")
    assert told is not None
    assert "She refers herself: intake, portal, 40 ms" in str(told.text)


def test_traces_that_are_no_step_make_no_picture() -> None:
    with pytest.raises(ValueError, match="none of these"):
        draw([STORY[2]])


def test_the_picture_in_the_documents_shows_every_service() -> None:
    drawn = Xml.parse(ROOT / "docs" / "pictures" / "one-referral.svg")
    lanes = {text.text for text in drawn.iter(f"{SVG}text") if text.get("text-anchor") == "end"}
    assert lanes == {"portal", "intake", "matching", "subsidies", "retention"}
    assert LATER in {text.text for text in drawn.iter(f"{SVG}text")}
