"""Every operation that takes a body is sent wrong ones, made from its schema: each is refused with all its problems at
once, in both languages, and nothing is stored."""

from typing import Any

import pytest

from tests.bad_input.answers import not_told, problems_of
from tests.bad_input.asking import Asked, Asking
from tests.bad_input.bodies import Bodies, Wrong, unreadable
from tests.bad_input.conftest import OWNERS


def send(asked: Asked, asking: Asking, wrong: Wrong) -> Any:
    headers = asking.headers | {"Content-Type": wrong.kind}
    return asked.client.request(asking.method, asking.address(), content=wrong.content, headers=headers)


def with_bodies(asked: Asked) -> list[Asking]:
    return [asking for asking in asked.operations if asking.body is not None]


@pytest.mark.parametrize("service", OWNERS)
def test_a_wrong_body_is_refused_with_every_problem_and_stores_nothing(
    asked: dict[str, Asked], service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    owner, tried, faults = asked[service], 0, []
    takers = with_bodies(owner)
    before = owner.holds()
    for asking in takers:
        assert asking.body is not None
        for wrong in (*unreadable(), *Bodies(owner.schemas, asking.body).wrong()):
            tried += 1
            answer = send(owner, asking, wrong)
            try:
                told = problems_of(answer, wrong.status, wrong.why)
                lost = not_told(wrong.named, told)
                assert not lost, (wrong.why, "not told:", lost, told)
            except AssertionError as fault:
                faults.append(f"{asking.name}: {fault}")
        assert owner.holds() == before, f"{asking.name} stored something"
    with capsys.disabled():
        print(f"\n{service}: {len(takers)} operations, {tried} wrong bodies")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    assert tried > 30 * len(takers)


@pytest.mark.parametrize("service", OWNERS)
def test_a_body_at_the_edge_of_what_fits_breaks_nothing(asked: dict[str, Asked], service: str) -> None:
    """The first and the last day there is, the largest and smallest numbers, the longest texts: taken or refused."""
    owner, faults = asked[service], []
    for asking in with_bodies(owner):
        assert asking.body is not None
        for content in Bodies(owner.schemas, asking.body).extreme():
            answer = send(owner, asking, Wrong("extreme", content))
            if answer.status_code >= 500:
                faults.append(f"{asking.name}: {answer.status_code} {content.decode()}")
    assert not faults, "\n".join(faults)
