"""Every operation that takes a body is sent wrong ones, made from its schema: each is refused with all its problems at
once, in both languages, and nothing is stored."""

import re
from typing import Any

import pytest

from tests.bad_input.asking import Asked, Asking
from tests.bad_input.bodies import Bodies, Wrong, unreadable
from tests.bad_input.conftest import OWNERS

JARGON = re.compile(
    r"pydantic|python|traceback|exception|validat(or|ion)|literal|\bdict\b|\btuple\b|\bstr\b|\bint\b|NoneType|"
    r"model_|_error|_type|\bnull\b|sql|…$",
    re.IGNORECASE,
)
ENGLISH, FRENCH = (
    re.compile(r"\b(" + words + r")\b", re.IGNORECASE)
    for words in ("the|give|this|there|must|choose|remove|add|send|check|is|not|only", "le|la|les|un|une|ce|cette|dans|donnez|ajoutez|retirez|choisissez|entre|est")  # fmt: skip # noqa: E501
)


def problems_of(answer: Any, statuses: tuple[int, ...], why: str) -> list[dict[str, str]]:
    """The problems of a refusal that is as it should be."""
    assert answer.status_code in statuses, (why, answer.status_code, answer.text[:600])
    assert answer.headers["content-type"] == "application/problem+json", why
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["title"] != told["title_en"], why
    assert told["problems"], (why, "nothing is said of what is wrong")
    for problem in told["problems"]:
        assert problem.keys() == {"pointer", "code", "fr", "en"}, why
        assert problem["fr"], why
        assert problem["en"], why
        assert problem["fr"] != problem["en"], (why, problem)
        listed = re.sub(r"[:(].*|'[^']*'", "", problem["fr"]), re.sub(r"[:(].*|'[^']*'", "", problem["en"])
        assert not JARGON.search(" ".join(listed)), (why, problem)
        assert not ENGLISH.search(listed[0].replace("« ", "")), (why, problem)
        assert not FRENCH.search(listed[1]), (why, problem)
    found: list[dict[str, str]] = told["problems"]
    return found


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
                lost = wrong.named - {problem["pointer"] for problem in told}
                assert not lost, (wrong.why, "not told:", lost, told)
            except AssertionError as fault:
                faults.append(f"{asking.name}: {fault}")
        assert owner.holds() == before, f"{asking.name} stored something"
    with capsys.disabled():
        print(f"\n{service}: {len(takers)} operations, {tried} wrong bodies")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    assert tried > 30 * len(takers)
