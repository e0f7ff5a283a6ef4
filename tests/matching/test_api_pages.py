"""Ranked lists and the board, a page at a time."""

from typing import Any
from uuid import uuid4

import pytest

from tests.matching.facts import FULL_PROFILE, admitted, agreed
from tests.matching.story import Story


def pages(story: Story, path: str, headers: dict[str, str], key: str, **query: Any) -> list[list[dict[str, Any]]]:
    """Every page, by ``next``."""
    found: list[list[dict[str, Any]]] = []
    after: dict[str, str] = {}
    while True:
        answer = story.client.get(path, headers=headers, params={**query, **after})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found.append(page[key])
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


@pytest.mark.parametrize("whose", ["vacancy", "candidate"])
def test_a_shortlist_is_read_behind_the_last_of_the_page_before(story: Story, whose: str) -> None:
    for _ in range(3):
        another = uuid4()
        story.receive(admitted(another, FULL_PROFILE), agreed(another))
    path, key, one = (
        (f"/v1/vacancies/{story.vacancies[0].vacancy_id}/shortlist", "candidates", "candidate_id")
        if whose == "vacancy"
        else (f"/v1/candidates/{story.candidate_id}/shortlist", "vacancies", "vacancy_id")
    )
    (whole,) = pages(story, path, story.advisor, key, limit=200)
    read = pages(story, path, story.advisor, key, limit=2)
    assert len(whole) >= 3
    assert [each for page in read for each in page] == whole, "ranks and all"
    assert [len(page) for page in read[:-1]] == [2] * (len(read) - 1)
    again = story.client.get(path, headers=story.advisor, params={"limit": 2, "after": str(uuid4())}).json()
    assert again[key] == whole[:2], "one who is no longer ranked: from the beginning"
    assert whole[0][one] != whole[1][one]


def test_the_board_is_of_the_people_named(story: Story) -> None:
    mine = str(story.candidate_id)
    found = pages(
        story, "/v1/introductions", story.advisor, "introductions", candidate_id=[mine, str(uuid4())], limit=2
    )
    assert {one["candidate_id"] for page in found for one in page} == {mine}
    assert [len(page) for page in found] == [2, 1]
    assert pages(story, "/v1/introductions", story.advisor, "introductions", candidate_id=str(uuid4())) == [[]]
    wrong = {"candidate_id": ["x"]}
    assert story.client.get("/v1/introductions", headers=story.advisor, params=wrong).status_code == 422


def test_a_last_page_that_is_full_is_the_last(story: Story) -> None:
    mine = str(story.candidate_id)
    found = pages(story, "/v1/introductions", story.advisor, "introductions", candidate_id=mine, limit=3)
    assert [len(page) for page in found] == [3]
