"""The documents against what the stories really carried: every message, and every handler that took one in."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.carried import Carried, headers_of
from tests.contracts.documents import AsyncApi, Documented, event_map
from tests.databases import Databases
from tests.stories.every import STORIES, tell

NOT_IN_A_STORY: dict[str, str] = {}
"""Types that no story carries, each with the test that does and why. A line that is no longer true fails."""
DOCUMENTS: dict[str, Callable[[], Documented]] = {
    "event-map.md": event_map,
    "asyncapi.yaml": lambda: AsyncApi().documented,
}


@pytest.fixture(scope="module")
def carried(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Carried:
    """Every story, told once."""
    return Carried.together(tell(databases, tmp_path_factory.mktemp(name[:20]), name) for name in STORIES)


def test_every_story_is_told_here() -> None:
    """A story that is not in STORIES would carry what nobody compares."""
    there = {
        line.partition("(")[0].removeprefix("def ")
        for file in Path(__file__).parent.glob("test_*.py")
        for line in file.read_text().splitlines()
        if line.startswith("def test_") and "pump: Pump" in line
    }
    assert there == set(STORIES)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_was_carried_is_documented_and_what_is_documented_was_carried(carried: Carried, document: str) -> None:
    documented = DOCUMENTS[document]()
    said = {pair for pair in documented.said if pair[0] not in NOT_IN_A_STORY}
    heard = {one for one in documented.heard if one.type not in NOT_IN_A_STORY}
    assert len(carried.messages) > 150
    assert carried.said() - documented.said == set(), "carried, but not documented"
    assert said - carried.said() == set(), "documented, but no story carries it: extend one"
    assert carried.handled - documented.heard == set(), "handled, but not documented"
    assert heard - carried.handled == set(), "documented, but no story saw it handled"


def test_every_message_is_what_asyncapi_says_headers_and_payload(carried: Carried) -> None:
    asyncapi = AsyncApi()
    faults = [
        fault
        for message in carried.messages
        for fault in asyncapi.faults(message.type, dict(headers_of(message)), json.loads(message.data or b"null"))
    ]
    assert faults == []


def test_the_exceptions_are_true(carried: Carried) -> None:
    assert set(NOT_IN_A_STORY) & {type_ for type_, _ in carried.said()} == set()


def test_the_messages_say_one_after_another_what_happened_about_each_subject(carried: Carried) -> None:
    """The versions of a subject are 1, 2, 3 … on the wire: what asyncapi says of ``ce_version``."""
    versions: dict[tuple[str, str], list[int]] = {}
    for message in carried.messages:
        versions.setdefault((message.publisher, message.subject), []).append(message.version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
