"""Wrong ids in the path and wrong parameters in the query, of every operation that has some."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.bad_input.answers import not_told, problems_of
from tests.bad_input.asking import Asked, Asking
from tests.bad_input.conftest import OWNERS
from tests.bad_input.schemas import Json, Schemas

TEXTS = ("not_in_any_list", "", "-1", "0", "1.5", "true", "null", "9" * 40, "2026-02-30", "a\0b", "é" * 300)


def misfits(schemas: Schemas, schema: Json) -> list[str]:
    """Texts that are not what the parameter wants."""
    return [text for text in TEXTS if not any(_reads(schemas, text, each) for each in schemas.either(schema))]


def _reads(schemas: Schemas, text: str, node: Json) -> bool:
    kind = node.get("type")
    if kind == "array":
        return any(_reads(schemas, text, each) for each in schemas.either(node["items"]))
    if kind == "integer":
        return text.lstrip("-").isdecimal() and schemas.fits(int(text), node)
    if kind == "boolean":
        return text in ("true", "0")
    return kind != "null" and (schemas.fits(text, node) or ("\0" in text and "enum" not in node))


def wrong(asked: Asked, asking: Asking) -> Iterator[tuple[dict[str, str], dict[str, str], set[str]]]:
    """Values for the path, values for the query, and the pointers that must be told."""
    ids = [name for name, schema in asking.parameters("path").items() if schema.get("format") == "uuid"]
    spoilt = {name: misfits(asked.schemas, schema) for name, schema in asking.parameters("query").items()}
    spoilt = {name: texts for name, texts in spoilt.items() if texts}
    for turn in range(max([len(texts) for texts in spoilt.values()] + [2 if ids else 0])):
        path = dict.fromkeys(ids, ("not-a-uuid", "0")[turn % 2])
        query = {name: texts[turn % len(texts)] for name, texts in spoilt.items()}
        yield path, query, {f"/path/{name}" for name in path} | {f"/query/{name}" for name in query}
    yield {}, {"parameter_nobody_knows": "1", "another": "2"}, {"/query/parameter_nobody_knows", "/query/another"}


@pytest.mark.parametrize("service", OWNERS)
def test_every_wrong_parameter_is_told_at_once(
    asked: dict[str, Asked], service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    owner, tried, faults = asked[service], 0, []
    before = owner.holds()
    for asking in owner.operations:
        for path, query, named in wrong(owner, asking):
            tried += 1
            answer = ask(owner, asking, path, query)
            try:
                told = problems_of(answer, (422,), f"{path} {query}")
                lost = not_told(frozenset(named), told)
                assert not lost, ("not told:", lost, told)
            except AssertionError as fault:
                faults.append(f"{asking.name}: {fault}")
    assert owner.holds() == before
    with capsys.disabled():
        print(f"\n{service}: {len(owner.operations)} operations, {tried} times wrong parameters")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


@pytest.mark.parametrize("service", OWNERS)
def test_parameters_at_the_edge_of_what_fits_break_nothing(asked: dict[str, Asked], service: str) -> None:
    owner, faults = asked[service], []
    for asking in owner.operations:
        if asking.method != "GET":
            continue
        extremes = {
            name: ["a\0b", "2026-03-02_" + "9" * 30, "9999-12-31_1", *map(str, owner.schemas.extremes(schema))]
            for name, schema in asking.parameters("query").items()
        }
        for name, texts in extremes.items():
            for text in texts:
                answer = ask(owner, asking, {}, {name: text})
                if answer.status_code >= 500:
                    faults.append(f"{asking.name}: {name}={text[:40]!r}: {answer.status_code}")
        for name, schema in asking.parameters("path").items():
            if "format" not in schema:
                answer = ask(owner, asking, {name: quote("a\0b")}, {})
                if answer.status_code >= 500:
                    faults.append(f"{asking.name}: {name} with NUL: {answer.status_code}")
    assert not faults, "\n".join(faults)


def ask(asked: Asked, asking: Asking, path: dict[str, str], query: dict[str, str]) -> Any:
    headers = asking.headers | {"Content-Type": "application/json"}
    body = asking.body
    sent = None if body is None else asked.schemas.whole(body)["examples"][0]
    return asked.client.request(asking.method, asking.address(**path), params=query, json=sent, headers=headers)
